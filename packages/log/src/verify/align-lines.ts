// Finds out what happened to a commit whose lines do not follow one another: which lines are gone, which were put in,
// repeated, moved or written over. It works on one commit between two seals, which say what positions it must hold.

import type { Hash } from '../integrity/hash.ts';
import { type Finding, findingOf, positions } from './finding.ts';

export interface ClaimedLine {
  /** The position that the line names; undefined if it names none. */
  readonly claim: number | undefined;
  readonly leaf: Hash;
  readonly line: number;
  /** Already reported as malformed. */
  readonly isReported: boolean;
}

export interface Alignment {
  readonly byPosition: ReadonlyMap<number, ClaimedLine>;
  /** Positions whose line is known to be another than it was. */
  readonly knownChanged: ReadonlySet<number>;
  readonly isComplete: boolean;
  /** Lines that name a position that others name too. */
  readonly rivals: readonly ClaimedLine[];
  readonly findings: readonly Finding[];
}

/**
 * Lays lines out over the positions from `first` up to, not including, `end`. `isOriginal` says which of several lines
 * for one position was there first, where that is known.
 */
export function alignLines(
  segment: string,
  lines: readonly ClaimedLine[],
  first: number,
  end: number,
  isOriginal: (line: ClaimedLine) => boolean = () => false,
): Alignment {
  const findings: Finding[] = [];
  const byPosition = new Map<number, ClaimedLine>();
  const extras: number[] = [];
  const rivals: ClaimedLine[] = [];
  const isInOrder = (index: number, claim: number) =>
    lines[index - 1]?.claim === claim - 1 || lines[index + 1]?.claim === claim + 1;
  const indexOf = new Map<number, number>();

  for (const [index, line] of lines.entries()) {
    const { claim, leaf } = line;
    if (claim === undefined || claim < first || claim >= end) {
      extras.push(index);
      continue;
    }
    const standing = byPosition.get(claim);
    const standingIndex = indexOf.get(claim);
    if (standing !== undefined && standingIndex !== undefined) {
      rivals.push(line, standing);
      const isBetter = isOriginal(line) || (isInOrder(index, claim) && !isInOrder(standingIndex, claim));
      if (standing.leaf === leaf || isOriginal(standing) || !isBetter) {
        extras.push(index);
        continue;
      }
      extras.push(standingIndex);
    }
    byPosition.set(claim, line);
    indexOf.set(claim, index);
  }

  const knownChanged = placeExtras(segment, lines, extras, byPosition, first, end, findings);
  reportMoved(segment, [...byPosition], findings, knownChanged);
  const isComplete = reportMissing(segment, byPosition, first, end, findings);
  return { byPosition, knownChanged, isComplete, rivals, findings };
}

/** A line that belongs nowhere was written over the position missing before it, or was put in. */
function placeExtras(
  segment: string,
  lines: readonly ClaimedLine[],
  extras: readonly number[],
  byPosition: Map<number, ClaimedLine>,
  first: number,
  end: number,
  findings: Finding[],
): Set<number> {
  const knownChanged = new Set<number>();
  const placed = new Set(byPosition.values());
  const positionAt = new Map<number, number>();
  for (const index of [...extras].sort((a, b) => a - b)) {
    const line = lines[index]!;
    const before = lines[index - 1];
    const previous = positionAt.get(index - 1) ?? (before && placed.has(before) ? before.claim : undefined);
    const position = index === 0 ? first : previous === undefined ? undefined : previous + 1;
    if (position !== undefined && position < end && !byPosition.has(position)) {
      byPosition.set(position, line);
      positionAt.set(index, position);
      knownChanged.add(position);
      if (line.isReported) continue;
      const says = line.claim === undefined ? 'no position' : `position ${line.claim}`;
      const message = `The line for position ${position} was changed: it now names ${says}.`;
      findings.push(findingOf('line_changed', { segment, line: line.line, seq: position }, message));
      continue;
    }
    findings.push(extraFinding(segment, line, byPosition, first));
  }
  return knownChanged;
}

function extraFinding(
  segment: string,
  { claim, leaf, line }: ClaimedLine,
  byPosition: ReadonlyMap<number, ClaimedLine>,
  first: number,
): Finding {
  const place = { segment, line, seq: claim };
  if (claim === undefined) return findingOf('line_inserted', place, 'A line was put in that names no position.');
  if (byPosition.get(claim)?.leaf === leaf || claim < first) {
    return findingOf('line_duplicated', place, `The line for position ${claim} stands here once more.`);
  }
  return findingOf('line_inserted', place, `A line was put in that names position ${claim}, which another line has.`);
}

/** Lines outside the longest run of ascending positions are those that were moved. */
function reportMoved(
  segment: string,
  entries: readonly [number, ClaimedLine][],
  findings: Finding[],
  knownChanged: ReadonlySet<number>,
): void {
  const inFileOrder = entries.filter(([seq]) => !knownChanged.has(seq)).sort(([, a], [, b]) => a.line - b.line);
  const inOrder = longestAscending(inFileOrder.map(([seq]) => seq));
  for (const [index, [seq, { line }]] of inFileOrder.entries()) {
    if (inOrder.has(index)) continue;
    findings.push(findingOf('line_moved', { segment, line, seq }, `The line for position ${seq} was moved here.`));
  }
}

function reportMissing(
  segment: string,
  byPosition: ReadonlyMap<number, ClaimedLine>,
  first: number,
  end: number,
  findings: Finding[],
): boolean {
  let expected = first;
  let before: number | undefined;
  const found = [...byPosition].sort(([a], [b]) => a - b);
  let isComplete = true;
  const report = (gapEnd: number) => {
    if (gapEnd <= expected) return;
    isComplete = false;
    const place = { segment, line: before === undefined ? undefined : before + 1, seq: expected, end: gapEnd };
    const lines = gapEnd - expected === 1 ? 'The line' : 'The lines';
    const verb = gapEnd - expected === 1 ? 'is' : 'are';
    findings.push(findingOf('lines_missing', place, `${lines} for ${positions(expected, gapEnd)} ${verb} missing.`));
  };
  for (const [seq, { line }] of found) {
    report(seq);
    expected = seq + 1;
    before = line;
  }
  report(end);
  return isComplete;
}

/** Indices of one longest ascending run of values, by patience sorting. */
function longestAscending(values: readonly number[]): Set<number> {
  const tops: number[] = [];
  const previous: number[] = [];
  for (const [index, value] of values.entries()) {
    let low = 0;
    let high = tops.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[tops[middle]!]! < value) low = middle + 1;
      else high = middle;
    }
    previous[index] = low > 0 ? tops[low - 1]! : -1;
    tops[low] = index;
  }
  const kept = new Set<number>();
  for (let index = tops.at(-1) ?? -1; index >= 0; index = previous[index] ?? -1) kept.add(index);
  return kept;
}
