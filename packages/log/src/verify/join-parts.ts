// Looks at parts side by side: whether each begins where the one before ended, with the same tree, and whether what is
// missing was lawfully purged.

import { type Finding, findingOf, positions } from './finding.ts';
import type { Interval, PartReport, TreeState } from './part.ts';

export interface JoinedParts {
  readonly findings: readonly Finding[];
  /** Positions between parts that are not here. */
  readonly missing: number;
}

/** `expectedFirst` is where the first part must begin; undefined if it may begin anywhere. */
export function joinParts(reports: readonly PartReport[], expectedFirst: number | undefined): JoinedParts {
  const findings: Finding[] = [];
  const purges = reports.flatMap((report) => report.purges);
  let expected = expectedFirst;
  let before: PartReport | undefined;
  let missing = 0;
  for (const report of reports) {
    const { name: segment, first } = report;
    if (expected !== undefined && first > expected) {
      missing += first - expected;
      if (!isPurged({ first: expected, end: first }, purges)) {
        const message = `${positions(expected, first)} are missing: no segment holds them, and no record says that they were purged.`;
        findings.push(findingOf('segment_missing', { segment, seq: expected, end: first }, capitalize(message)));
      }
    } else if (expected !== undefined && first < expected) {
      const message = `The file begins at position ${first}, but the one before it already goes up to ${expected - 1}.`;
      findings.push(findingOf('segment_overlap', { segment, seq: first, end: expected }, message));
    }
    if (before !== undefined && first === before.end && !agree(before.endTree, report.startTree)) {
      const message = `The gap that begins the file does not agree with the lines of ${before.name}: one of them was changed.`;
      findings.push(findingOf('gap_changed', { segment, line: 1, seq: first }, message));
    }
    for (const gap of report.gapsInside) {
      if (isPurged(gap, purges)) continue;
      const message = `A gap stands for ${positions(gap.first, gap.end)} within the log, and no record says that they were purged.`;
      findings.push(findingOf('gap_inside_log', { segment, line: gap.line, seq: gap.first, end: gap.end }, message));
    }
    expected = Math.max(expected ?? 0, report.end);
    before = report;
  }
  return { findings, missing };
}

/** Whether two trees are the same one; where one of them is not known, nothing speaks against it. */
export function agree(a: TreeState | undefined, b: TreeState | undefined): boolean {
  if (a === undefined || b === undefined || a.size !== b.size) return true;
  return a.nodes.every((node, index) => node === b.nodes[index]);
}

/** Joins stretches that touch: the seal between two of them is covered by the later one. */
export function joinIntervals(intervals: readonly Interval[]): Interval[] {
  const joined: { first: number; end: number }[] = [];
  for (const { first, end } of intervals) {
    const last = joined.at(-1);
    if (last !== undefined && first <= last.end + 1) last.end = Math.max(last.end, end);
    else joined.push({ first, end });
  }
  return joined;
}

function isPurged(hole: Interval, purges: readonly Interval[]): boolean {
  const covering = [...purges].sort((a, b) => a.first - b.first);
  let reached = hole.first;
  for (const { first, end } of covering) {
    if (first <= reached) reached = Math.max(reached, end);
  }
  return reached >= hole.end;
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
