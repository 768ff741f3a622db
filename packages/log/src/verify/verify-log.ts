// Verification of a log, or of a copy of some of it. It reads, never writes, and collects all that it finds.
//
//   find the files ▶ leave out what was not asked for ▶ check each alone ▶ join them
//   ▶ judge the keys ▶ compare heads ▶ report

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AuditError } from '../base/errors.ts';
import type { CheckpointNote } from '../integrity/checkpoint.ts';
import type { Hash } from '../integrity/hash.ts';
import { parseVkey } from '../integrity/key.ts';
import type { Head } from '../log/head.ts';
import { checkPart } from './check-part.ts';
import { checkParts } from './check-parts.ts';
import { findCopies, findSegments, type PartFile, readOwnKey } from './find-parts.ts';
import { type Finding, FindingList, findingOf } from './finding.ts';
import { agree, joinIntervals, joinParts } from './join-parts.ts';
import { judgeKeys, type KeyJudgement, type TrustedKeys } from './judge-keys.ts';
import { compareKnownHeads, parseKnownHeads } from './known-heads.ts';
import type { PartReport, PartTask, Range, TreeState } from './part.ts';
import { claimOf, type VerifyReport } from './report.ts';
import { selectParts } from './select-parts.ts';

export interface VerifyOptions {
  /** A data folder: its log up to `head`. Either this or `logFile`. */
  readonly dataDir?: string;
  /** A segment, a copied or partial file, or a folder of such files. */
  readonly logFile?: string;
  /** The position at which a data folder's log begins. Default 0; other for a copy of its later segments. */
  readonly firstPosition?: number;
  /** Verify only these lines; of the rest, read only what that needs. */
  readonly range?: Range;
  /** Checkpoints (signed notes) seen before and kept elsewhere. */
  readonly knownHeads?: readonly string[];
  /** The vkey to trust. */
  readonly trustedKey?: string;
  /** The vkeys pinned for an origin, asked when no `trustedKey` is given. */
  readonly pinnedKeysOf?: (origin: string) => readonly string[];
  /** Further keys that may have signed, trusted no more than the log's own word. */
  readonly candidateKeys?: readonly string[];
  /** Check every signature, not only the last under each key. */
  readonly allSignatures?: boolean;
  readonly threads?: number;
  readonly onProgress?: (bytesDone: number, bytesTotal: number) => void;
  /** How long a `head` that lags behind its log may take to move before nobody is taken to be writing. Default 500. */
  readonly settleMs?: number;
}

/**
 * Verifies. What is wrong with the log is in the report; only what keeps from looking is thrown.
 * @throws AuditError `no_log`, `not_found`; `invalid_argument` for options that make no sense and for files in a format
 * that carries no proof; `invalid_key`, `invalid_note`, `invalid_checkpoint` for keys and heads that cannot be read.
 */
export async function verifyLog(options: VerifyOptions): Promise<VerifyReport> {
  const found = await findFiles(options);
  const heads = parseKnownHeads(options.knownHeads ?? []);
  const selected = await selectParts(
    found.parts,
    options.range,
    heads.map(({ size }) => size),
  );
  const read = await readParts(selected, found, heads, options);
  const isKeyUnclear = read.keys.findings.some(({ kind }) => kind === 'key_mismatch' || kind === 'key_unknown');
  if (selected.length === found.parts.length || !isKeyUnclear) return reportOf(read, found, heads, options);
  // How the trusted key is tied to the one that signed here stands elsewhere in the log.
  return reportOf(await readParts(found.parts, found, heads, options), found, heads, options);
}

interface FoundFiles {
  readonly parts: readonly PartFile[];
  readonly head: Head | undefined;
  readonly findings: readonly Finding[];
}

interface ReadParts {
  readonly reports: readonly PartReport[];
  readonly findings: readonly Finding[];
  readonly keys: KeyJudgement;
}

async function findFiles({ dataDir, logFile, range, settleMs = 500 }: VerifyOptions): Promise<FoundFiles> {
  if (range !== undefined && range.start >= range.end) {
    throw new AuditError('invalid_argument', `The range ends (${range.end}) before it starts (${range.start}).`);
  }
  if (logFile !== undefined) return { parts: await findCopies(logFile), head: undefined, findings: [] };
  if (dataDir !== undefined) return findSegments(dataDir, settleMs);
  throw new AuditError('invalid_argument', 'Say what to verify: a data folder or a log file.');
}

async function readParts(
  parts: readonly PartFile[],
  found: FoundFiles,
  heads: readonly CheckpointNote[],
  options: VerifyOptions,
): Promise<ReadParts> {
  const { dataDir, candidateKeys = [], trustedKey } = options;
  const ownKey = dataDir === undefined ? undefined : readOwnKey(dataDir);
  const candidates = [trustedKey, ownKey, ...candidateKeys].filter((vkey) => vkey !== undefined);
  const leafFile = dataDir === undefined ? undefined : join(dataDir, 'tree', '0');
  const wantedSizes = heads.map(({ size }) => size);
  if (found.head !== undefined && options.range === undefined) wantedSizes.push(found.head.size - 1);
  const tasks = parts.map(
    (part): PartTask => ({
      ...part,
      wantedSizes,
      vkeys: candidates,
      allSignatures: options.allSignatures ?? false,
      ...(options.range && { range: options.range }),
      ...(leafFile !== undefined && existsSync(leafFile) && { leafFile }),
    }),
  );
  const bytesTotal = tasks.reduce((sum, task) => sum + task.bytes, 0);
  let bytesDone = 0;
  const onBytes = (bytes: number) => {
    bytesDone += bytes;
    options.onProgress?.(bytesDone, bytesTotal);
  };
  const threads = options.threads === undefined ? {} : { threads: options.threads };
  const first = await checkParts(tasks, { ...threads, onBytes });
  const { reports, findings, again } = await checkAgainBehindBadGaps(tasks, first);
  const origin = reports.find((report) => report.origin !== undefined)?.origin;
  const trusted = trustOf(options, origin);
  const keys = judgeKeys(reports, candidates, trusted);
  const doubtful = new Set(
    keys.findings.flatMap(({ kind, segment }) => (kind === 'signature_invalid' ? [segment] : [])),
  );
  const vkeys = [...candidates, ...keys.chain.map(({ vkey }) => vkey)];
  let isRead = false;
  for (const [index, task] of tasks.entries()) {
    // One seal of the part is not the log's: then each of its seals is looked at, to say where that begins. And what a
    // part's findings are depends on the keys, of which some stand in other parts.
    const isDoubtful = doubtful.has(task.name);
    if (!isDoubtful && (keys.chain.length < 2 || reports[index]!.findingsTotal === 0)) continue;
    const startTree = again.get(task);
    const allSignatures = isDoubtful || task.allSignatures;
    reports[index] = await checkPart({ ...task, vkeys, allSignatures, ...(startTree && { startTree }) });
    isRead = true;
  }
  if (!isRead) return { reports, findings, keys };
  return { reports, findings, keys: judgeKeys(reports, candidates, trusted) };
}

function trustOf({ trustedKey, pinnedKeysOf }: VerifyOptions, origin: string | undefined): TrustedKeys | undefined {
  if (trustedKey !== undefined) return { vkeys: [parseVkey(trustedKey).vkey], status: 'given' };
  const pinned = origin === undefined ? [] : (pinnedKeysOf?.(origin) ?? []);
  return pinned.length === 0 ? undefined : { vkeys: pinned, status: 'pinned' };
}

/** A part whose leading gap is gone or disagrees with the part before it is checked again with that part's tree. */
async function checkAgainBehindBadGaps(
  tasks: readonly PartTask[],
  first: readonly PartReport[],
): Promise<{ reports: PartReport[]; findings: Finding[]; again: ReadonlyMap<PartTask, TreeState> }> {
  const reports = [...first];
  const findings: Finding[] = [];
  const again = new Map<PartTask, TreeState>();
  for (let index = 1; index < tasks.length; index++) {
    const task = tasks[index]!;
    const startTree = reports[index - 1]!.endTree;
    const report = reports[index]!;
    if (startTree === undefined || startTree.size !== (task.first ?? report.first)) continue;
    if (report.startTree !== undefined && agree(startTree, report.startTree)) continue;
    const better = await checkPart({ ...task, startTree });
    if (better.sealedEnd <= better.first) continue;
    reports[index] = better;
    again.set(task, startTree);
    const what = report.startTree === undefined ? 'is missing or cannot be read' : 'was changed';
    const place = { segment: task.name, line: 1, seq: startTree.size };
    findings.push(
      findingOf('gap_changed', place, `The gap that begins the file ${what}; the lines after it fit the file before.`),
    );
  }
  return { reports, findings, again };
}

function reportOf(
  { reports, findings, keys }: ReadParts,
  found: FoundFiles,
  heads: readonly CheckpointNote[],
  options: VerifyOptions,
): VerifyReport {
  const isWhole = options.range === undefined;
  const isLog = options.dataDir !== undefined && options.logFile === undefined;
  const all = new FindingList();
  const origin = reports.find((report) => report.origin !== undefined)?.origin ?? heads[0]?.origin;
  const roots = new Map<number, Hash>(reports.flatMap((report) => report.roots));
  const sealedEnd = reports.reduce((end, report) => Math.max(end, report.sealedEnd), 0);
  const joined = joinParts(reports, isLog && isWhole ? (options.firstPosition ?? 0) : undefined);

  all.addAll(found.findings);
  for (const report of reports)
    all.addAll(
      report.findings.map((finding) => asAsked(finding, report, options.range)),
      report.findingsTotal,
    );
  all.addAll(findings);
  all.addAll(joined.findings);
  all.addAll(keys.findings);
  all.addAll(compareOrigins(reports));
  if (isWhole && found.head !== undefined) all.addAll(compareHead(found.head, sealedEnd, roots));
  all.addAll(compareKnownHeads(heads, { origin, sealedEnd, roots, keys }));
  const entries = sumOf(reports, 'entries');
  if (!isWhole && entries === 0) all.add(findingOf('range_empty', {}, 'No record lies in the range.', 'note'));

  const trusted = reports.filter(({ name }) => !keys.distrusted.has(name));
  const proved = joinIntervals(trusted.flatMap((report) => report.proved));
  return {
    ok: all.errors === 0,
    origin,
    entries,
    signed: sumOf(trusted, 'signed'),
    seals: sumOf(reports, 'seals'),
    withheld: sumOf(reports, 'withheld') + joined.missing,
    size: reports.reduce((end, report) => Math.max(end, report.end), 0),
    key: { status: keys.status, vkey: keys.vkey },
    checkpoint: keys.newestNote,
    proved,
    claim: claimOf(proved, keys.newest?.size, keys.vkey, keys.status),
    findings: all.kept,
    findings_total: all.total,
  };
}

/** What lies before the range that was asked for is worth a note only, as long as the range itself could be checked. */
function asAsked(finding: Finding, report: PartReport, range: Range | undefined): Finding {
  if (range === undefined || finding.severity === 'note' || finding.seq === null) return finding;
  const start = range.by === 'position' ? range.start : report.rangeStart;
  if (start === undefined || (finding.end ?? finding.seq + 1) > start) return finding;
  return { ...finding, severity: 'note', message: `Before the range that was asked for: ${finding.message}` };
}

function compareOrigins(reports: readonly PartReport[]): Finding[] {
  const known = reports.find((report) => report.origin !== undefined)?.origin;
  return reports
    .filter(({ origin }) => origin !== undefined && origin !== known)
    .map(({ name, origin }) =>
      findingOf('origin_changed', { segment: name }, `The file is of the log ${origin}, not of ${known}.`),
    );
}

function compareHead(head: Head, sealedEnd: number, roots: ReadonlyMap<number, Hash>): Finding[] {
  if (head.size > sealedEnd) {
    const message =
      `The log was cut or damaged: its file "head" says that it had ${head.size} lines, ` +
      `but the last valid seal ends position ${sealedEnd - 1}.`;
    return [findingOf('log_truncated', { segment: head.segment, seq: sealedEnd, end: head.size }, message)];
  }
  const message = 'The file "head" does not agree with the log.';
  const fault = findingOf('head_mismatch', { segment: head.segment, seq: head.size - 1 }, message);
  try {
    const [checkpoint] = parseKnownHeads([head.checkpoint]);
    if (checkpoint?.size !== head.size - 1) return [fault];
    const root = roots.get(checkpoint.size);
    return root === undefined || root === checkpoint.root ? [] : [fault];
  } catch {
    return [fault];
  }
}

function sumOf(reports: readonly PartReport[], key: 'entries' | 'signed' | 'seals' | 'withheld'): number {
  return reports.reduce((sum, report) => sum + report[key], 0);
}
