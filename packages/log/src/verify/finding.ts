// What verification saw. A finding is data, not an error: all are collected, up to a bound that keeps memory constant
// when a log is damaged from end to end; past it they are only counted.

export type FindingKind =
  | 'line_changed'
  | 'lines_changed'
  | 'lines_missing'
  | 'line_inserted'
  | 'line_duplicated'
  | 'line_moved'
  | 'line_malformed'
  | 'line_torn'
  | 'seal_malformed'
  | 'seal_changed'
  | 'seals_in_disorder'
  | 'clock_went_back'
  | 'unsealed_lines'
  | 'not_checked'
  | 'not_anchored'
  | 'gap_malformed'
  | 'gap_inside_log'
  | 'gap_changed'
  | 'segment_missing'
  | 'segment_misnamed'
  | 'segment_overlap'
  | 'log_truncated'
  | 'head_missing'
  | 'head_malformed'
  | 'head_mismatch'
  | 'known_head_mismatch'
  | 'known_head_not_checked'
  | 'origin_changed'
  | 'format_unknown'
  | 'key_mismatch'
  | 'key_unknown'
  | 'key_rotation_invalid'
  | 'signature_invalid'
  | 'range_empty';

/** `error`: the log is not what it claims to be. `note`: worth knowing, proves nothing wrong. */
export type FindingSeverity = 'error' | 'note';

export interface Finding {
  readonly kind: FindingKind;
  readonly severity: FindingSeverity;
  /** File name of the segment or copy; null where no one file is meant. */
  readonly segment: string | null;
  /** 1-based number of the line in that file; of the first where several are meant. */
  readonly line: number | null;
  /** Position in the log; of the first where several are meant. */
  readonly seq: number | null;
  /** The position after the last, where several lines are meant. */
  readonly end?: number;
  readonly message: string;
}

export interface Place {
  readonly segment?: string;
  readonly line?: number | undefined;
  readonly seq?: number | undefined;
  readonly end?: number | undefined;
}

/** Builds a finding; what its place leaves out is null. */
export function findingOf(
  kind: FindingKind,
  place: Place,
  message: string,
  severity: FindingSeverity = 'error',
): Finding {
  const { segment = null, line = null, seq = null, end } = place;
  return { kind, severity, segment, line, seq, ...(end === undefined ? {} : { end }), message };
}

const findingsKeptMax = 1000;

/** A list of findings that does not grow without bound, and knows how many there were. */
export class FindingList {
  readonly kept: Finding[] = [];
  total = 0;
  errors = 0;

  add(finding: Finding): void {
    this.total += 1;
    if (finding.severity === 'error') this.errors += 1;
    if (this.kept.length < findingsKeptMax) this.kept.push(finding);
  }

  /** Adds findings of a part, of which some may only have been counted. */
  addAll(findings: readonly Finding[], total = findings.length): void {
    for (const finding of findings) this.add(finding);
    const uncounted = total - findings.length;
    this.total += uncounted;
    this.errors += uncounted;
  }
}

/** The findings of one part. */
export class PartFindings extends FindingList {
  readonly #segment: string;

  constructor(segment: string) {
    super();
    this.#segment = segment;
  }

  report(kind: FindingKind, place: Place, message: string, severity?: FindingSeverity): void {
    this.add(findingOf(kind, { segment: this.#segment, ...place }, message, severity));
  }
}

/** `position 7` or `positions 7 to 9`, for messages. `end` is the position after the last. */
export function positions(first: number, end: number): string {
  return end - first === 1 ? `position ${first}` : `positions ${first} to ${end - 1}`;
}
