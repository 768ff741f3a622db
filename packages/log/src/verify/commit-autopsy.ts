// Finds out what happened to a commit whose root is not the one that was signed, as far as can be known: which line was
// changed where leaf hashes from before are there, and else between which two seals.

import type { Frontier } from '../integrity/frontier.ts';
import type { Hash } from '../integrity/hash.ts';
import { type Alignment, alignLines, type ClaimedLine } from './align-lines.ts';
import { type PartFindings, positions } from './finding.ts';
import { readArchivedLeaves } from './leaf-archive.ts';
import type { ReadSeal } from './sealed-line.ts';

// Far above what a commit holds. Past it lines are hashed and let go, so that a file without seals takes no memory.
export const commitLinesMax = 1 << 17;

// Each rival costs one more tree over the commit.
const rivalsTriedMax = 8;

/** A commit as it stands in the file, up to its seal. */
export interface CommitState {
  /** The tree before it; undefined when it is not known. */
  readonly tree: Frontier | undefined;
  readonly leaves: readonly Hash[];
  readonly first: number;
  readonly line: number;
  readonly beginsWithSeal: boolean;
  /** Positions about which something was said already. */
  readonly reported: ReadonlySet<number>;
}

export interface Originals {
  readonly leaves: readonly Hash[];
  /** The tree with them. */
  readonly tree: Frontier;
}

/** The leaves that the commit had when it was sealed, if they are archived and have the root that was signed. */
export function findOriginals(
  { tree: before, first }: CommitState,
  { checkpoint }: ReadSeal,
  end: number,
  leafFile: string | undefined,
): Originals | undefined {
  const count = end - first;
  if (before === undefined || checkpoint.size !== end || count <= 0 || count > commitLinesMax) return undefined;
  const leaves = readArchivedLeaves(leafFile, first, end);
  if (leaves === undefined) return undefined;
  const tree = treeWith(before, leaves);
  return tree.root() === checkpoint.root ? { leaves, tree } : undefined;
}

/**
 * Puts the lines of a commit in disorder in their places. Where two lines name one position, the root tells which is
 * the right one. `tree` is the tree with the lines so placed, if it has the root that was signed.
 */
export function alignCommit(
  { tree: before, first }: CommitState,
  segment: string,
  lines: readonly ClaimedLine[],
  end: number,
  { checkpoint }: ReadSeal,
  originals: Originals | undefined,
): { alignment: Alignment; tree: Frontier | undefined } {
  const proved = (alignment: Alignment) => {
    if (before === undefined || !alignment.isComplete || checkpoint.size !== end) return undefined;
    const leaves = Array.from({ length: end - first }, (_, i) => alignment.byPosition.get(first + i)?.leaf ?? '');
    const tree = treeWith(before, leaves);
    return tree.root() === checkpoint.root ? tree : undefined;
  };
  const isOriginal = ({ claim, leaf }: ClaimedLine) => claim !== undefined && originals?.leaves[claim - first] === leaf;
  const alignment = alignLines(segment, lines, first, end, isOriginal);
  const tree = proved(alignment);
  if (tree !== undefined || originals !== undefined) return { alignment, tree };
  for (const rival of alignment.rivals.slice(0, rivalsTriedMax)) {
    const other = alignLines(segment, lines, first, end, (line) => line === rival);
    const otherTree = proved(other);
    if (otherTree !== undefined) return { alignment: other, tree: otherTree };
  }
  return { alignment, tree };
}

/** Names each line that is not what it was. Returns how many there are, those already named among them. */
export function reportChanged(
  { first, line, leaves, beginsWithSeal, reported }: CommitState,
  originals: readonly Hash[],
  findings: PartFindings,
  byPosition?: ReadonlyMap<number, ClaimedLine>,
): number {
  let changed = 0;
  for (const [i, original] of originals.entries()) {
    const position = first + i;
    const found = byPosition?.get(position);
    const leaf = byPosition === undefined ? leaves[i] : found?.leaf;
    if (leaf === undefined || leaf === original) continue;
    changed += 1;
    if (reported.has(position)) continue;
    const isSeal = i === 0 && beginsWithSeal;
    const message = `${isSeal ? 'The seal' : 'The line'} for position ${position} was changed.`;
    const place = { line: found?.line ?? line + i, seq: position };
    findings.report(isSeal ? 'seal_changed' : 'line_changed', place, message);
  }
  return changed;
}

/** The seal was made for another position than it has: names where the lines part from what they were. */
export function reportShift(
  { first, line, leaves }: CommitState,
  originals: readonly Hash[],
  findings: PartFindings,
): void {
  const index = originals.findIndex((leaf, i) => leaf !== leaves[i]);
  const place = { line: line + index, seq: first + index, end: first + Math.max(originals.length, leaves.length) };
  const message = `From position ${place.seq} on, lines were removed or put in, and the lines after them renumbered.`;
  findings.report('lines_changed', place, message);
}

/** Something in the commit was changed, and nothing tells what. The seal at `seq` was made for a tree of `size`. */
export function reportCommit(
  { first, line }: CommitState,
  seq: number,
  sealLine: number,
  size: number,
  findings: PartFindings,
): void {
  const end = Math.max(seq, size);
  const among = `among ${positions(first, end)} (lines ${line} to ${sealLine - 1})`;
  const message =
    size === seq
      ? `The lines do not have the root that the seal at position ${seq} signed: ${among} something was changed.`
      : `The seal at position ${seq} was made for position ${size}: ${among} lines were removed or put in.`;
  findings.report('lines_changed', { line, seq: first, end }, message);
}

/** Lines up to `end` stood behind a place where the tree was lost. */
export function reportUnchecked(first: number, end: number, findings: PartFindings): void {
  if (end <= first) return;
  const which = positions(first, end);
  const message =
    `${which.charAt(0).toUpperCase()}${which.slice(1)} could not be checked: the tree before is not known. ` +
    'Leaf hashes from before (tree/0) would tell.';
  findings.report('not_checked', { seq: first, end }, message);
}

export function reportUnsealed(first: number, line: number, count: number, findings: PartFindings): void {
  const stand = count === 1 ? 'One line stands' : `${count} lines stand`;
  const message = `${stand} after the last seal: nothing proves ${count === 1 ? 'it' : 'them'}.`;
  findings.report('unsealed_lines', { line, seq: first, end: first + count }, message);
}

export function reportUnreadable(line: number, seq: number, findings: PartFindings): void {
  findings.report('seal_malformed', { line, seq }, 'A seal cannot be read: it holds no checkpoint.');
}

/** Where segments were put end to end, the gap at the seam must agree with the lines before it. */
export function reportSeam(
  before: Frontier | undefined,
  gap: Frontier | undefined,
  line: number,
  findings: PartFindings,
): void {
  if (before === undefined || gap === undefined || before.root() === gap.root()) return;
  const message = 'The gap does not agree with the lines before it: these are parts of two different logs.';
  findings.report('gap_changed', { line, seq: before.size }, message);
}

function treeWith(before: Frontier, leaves: readonly Hash[]): Frontier {
  const tree = before.clone();
  for (const leaf of leaves) tree.appendLeaf(leaf);
  return tree;
}
