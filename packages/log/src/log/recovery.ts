// Finds where a log ends: at the last seal that is valid, that is, signed by the log's key over the very lines before
// it. What lies beyond it and beyond `head` was never acknowledged, and anyone could have put it there: it is moved to
// `quarantine/`, never sealed. What was acknowledged and is not there any more is damage, and the log does not open.

import type { Disk } from '../base/disk.ts';
import { AuditError } from '../base/errors.ts';
import { Frontier } from '../integrity/frontier.ts';
import { type Hash, leafHash } from '../integrity/hash.ts';
import { isSeal, parseGap, parseSeal, type Seal } from './line.ts';
import { scanLines } from './scan.ts';
import { listSegments, logDirOf, type SegmentFile } from './segment.ts';

/** Reads a checkpoint that one of the log's own keys signed; undefined for any other text. */
export type OpenCheckpoint = (note: string) => { readonly size: number; readonly root: Hash } | undefined;

/** Something kept elsewhere that says how long the log once was. */
export interface Evidence {
  readonly what: string;
  readonly size: number;
}

/** Where a log ends, and what a writer needs to go on. */
export interface LogEnd {
  /** The segment that holds the last valid seal; undefined for a log without any. */
  readonly segment: SegmentFile | undefined;
  /** The end of that seal's line in the segment. */
  readonly offset: number;
  /** The tree over all lines, that seal included. */
  readonly frontier: Frontier;
  readonly seal: Seal | undefined;
}

/** Bytes that lie beyond the end. */
export interface Remains {
  readonly segment: SegmentFile;
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the end of the log and what lies beyond it. Reads the last segment only, or those after the last valid seal.
 * @throws AuditError `log_damaged` if something acknowledged lies beyond the end.
 */
export function findEnd(
  disk: Disk,
  dataDir: string,
  openCheckpoint: OpenCheckpoint,
  evidence: readonly Evidence[],
): { end: LogEnd; remains: Remains[] } {
  const remains: Remains[] = [];
  const laterSegments: SegmentFile[] = [];
  let signedBeyond = 0;
  for (const segment of listSegments(logDirOf(dataDir), disk).reverse()) {
    const bytes = disk.size(segment.path);
    const scan = scanSegment(disk, segment, bytes, openCheckpoint);
    signedBeyond += scan.signedBeyond;
    if (scan.end === undefined) {
      remains.unshift({ segment, start: 0, end: bytes });
      laterSegments.push(segment);
      continue;
    }
    if (scan.end.offset < bytes) remains.unshift({ segment, start: scan.end.offset, end: bytes });
    refuseLoss(scan.end, laterSegments, signedBeyond, evidence);
    return { end: scan.end, remains };
  }
  const end: LogEnd = { segment: undefined, offset: 0, frontier: Frontier.empty(), seal: undefined };
  refuseLoss(end, laterSegments, signedBeyond, evidence);
  return { end, remains };
}

interface SegmentScan {
  readonly end: LogEnd | undefined;
  /** Seals after the end that carry a good signature although their root is not that of the lines before them. */
  readonly signedBeyond: number;
}

function scanSegment(disk: Disk, segment: SegmentFile, bytes: number, openCheckpoint: OpenCheckpoint): SegmentScan {
  const { seals, frontierAfterLast } = matchingSeals(disk, segment, bytes);
  for (const [index, { seal, next }] of [...seals.entries()].reverse()) {
    if (openCheckpoint(seal.details.checkpoint) === undefined) continue;
    const isLast = index === seals.length - 1;
    const frontier = isLast ? frontierAfterLast : walk(disk, segment, next, () => {});
    const signedBeyond = countSigned(disk, segment, next, bytes, openCheckpoint);
    return { end: { segment, offset: next, frontier, seal }, signedBeyond };
  }
  return { end: undefined, signedBeyond: countSigned(disk, segment, 0, bytes, openCheckpoint) };
}

interface MatchingSeals {
  readonly seals: readonly { readonly seal: Seal; readonly next: number }[];
  /** The tree after the last of them, so that the usual case needs no second look at the lines. */
  readonly frontierAfterLast: Frontier;
}

/** The seals whose checkpoint has the size and root of the lines before them, up to the first line out of order. */
function matchingSeals(disk: Disk, segment: SegmentFile, bytes: number): MatchingSeals {
  const seals: { seal: Seal; next: number }[] = [];
  let frontierAfterLast = Frontier.empty();
  walk(disk, segment, bytes, (line, frontier, next) => {
    if (!isSeal(line.toString('latin1', 0, 256))) return;
    const seal = parseSeal(line.toString());
    if (seal === undefined || !agrees(seal, frontier)) return;
    seals.push({ seal, next });
    frontierAfterLast = frontier.clone();
    frontierAfterLast.appendLeaf(leafHash(line));
  });
  return { seals, frontierAfterLast };
}

function agrees(seal: Seal, frontier: Frontier): boolean {
  // Origin, size and root are the first three lines of a checkpoint; the signature is looked at later, for one seal
  // only.
  const [, size, root] = seal.details.checkpoint.split('\n');
  return Number(size) === frontier.size && root === Buffer.from(frontier.root(), 'latin1').toString('base64');
}

/**
 * Goes through the record lines of a segment in order, as long as they are in order, and returns the tree over them.
 */
function walk(
  disk: Disk,
  segment: SegmentFile,
  end: number,
  visit: (line: Buffer, before: Frontier, next: number) => void,
): Frontier {
  let frontier = segment.first === 0 ? Frontier.empty() : undefined;
  for (const { offset, bytes } of scanLines(disk, segment.path, 0, end)) {
    if (frontier === undefined) {
      frontier = frontierOfGap(segment, bytes);
      if (frontier === undefined) break;
      continue;
    }
    const prefix = `{"seq":${frontier.size},`;
    if (bytes.toString('latin1', 0, prefix.length) !== prefix) break;
    visit(bytes, frontier, offset + bytes.length + 1);
    frontier.appendLeaf(leafHash(bytes));
  }
  return frontier ?? Frontier.empty();
}

function frontierOfGap(segment: SegmentFile, line: Buffer): Frontier | undefined {
  const gap = parseGap(line.toString());
  if (gap === undefined || gap.first !== 0 || gap.end !== segment.first) return undefined;
  return Frontier.from(gap.nodes, gap.end);
}

function countSigned(disk: Disk, segment: SegmentFile, start: number, end: number, open: OpenCheckpoint): number {
  let count = 0;
  for (const { bytes } of scanLines(disk, segment.path, start, end)) {
    if (!isSeal(bytes.toString('latin1', 0, 256))) continue;
    const seal = parseSeal(bytes.toString());
    if (seal !== undefined && open(seal.details.checkpoint) !== undefined) count += 1;
    // Two are enough to know: the first of them was durable before the second was written.
    if (count > 1) break;
  }
  return count;
}

function refuseLoss(
  end: LogEnd,
  laterSegments: readonly SegmentFile[],
  signedBeyond: number,
  evidence: readonly Evidence[],
): void {
  const { size } = end.frontier;
  const witnesses = evidence.filter((known) => known.size > size).map((known) => `${known.what} is at ${known.size}`);
  for (const segment of laterSegments) {
    if (segment.first > size) witnesses.push(`segment ${segment.name} starts at ${segment.first}`);
  }
  if (signedBeyond > 1) witnesses.push('seals that this log signed lie beyond it and do not fit the lines before them');
  if (witnesses.length === 0) return;
  const where = end.segment === undefined ? 'no valid seal was found' : `the last valid seal ends position ${size - 1}`;
  throw new AuditError(
    'log_damaged',
    `the log is damaged: ${where}, but ${witnesses.join('; ')}. Nothing was changed. Run "indelible verify" to see ` +
      'what was hit; restore log/ from a copy, or give up what is lost with "indelible recover --accept-loss".',
    { details: { size, witnesses } },
  );
}
