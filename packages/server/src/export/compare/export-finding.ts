// What the verification of an export saw. A finding of the proof itself is one of the log's; those here are of the
// file.

import type { Finding } from '@indelible/log';
import type { RowDifference } from './compare-rows.ts';

export type ExportFindingKind =
  | 'record_changed'
  | 'record_missing'
  | 'record_added'
  | 'frame_changed'
  | 'file_changed'
  | 'file_unreadable'
  | 'proof_changed'
  | 'not_compared';

/** As a `Finding` of the log: `segment` is the file's name, `line` the number of the row in it. */
export type ExportFinding = Finding | (Omit<Finding, 'kind'> & { readonly kind: ExportFindingKind });

export function exportFinding(
  kind: ExportFindingKind,
  segment: string,
  message: string,
  place: { readonly line?: number; readonly seq?: number } = {},
): ExportFinding {
  const { line = null, seq = null } = place;
  return { kind, severity: 'error', segment, line, seq, message };
}

/** `headRows` of the file stand before its first record. */
export function differenceFinding(
  { kind, row, expected, found }: RowDifference,
  segment: string,
  headRows: number,
): ExportFinding {
  const record = row - headRows;
  const seq = expected?.seq;
  const place = { line: row, ...(seq !== undefined && { seq }) };
  if (kind === 'added') {
    const message = `Row ${row} is no record that the proof has: it was put in${shown(found)}.`;
    return exportFinding('record_added', segment, message, place);
  }
  if (seq === undefined) {
    const message = `Row ${row}, which frames the records, was ${kind === 'missing' ? 'removed' : 'changed'}.`;
    return exportFinding('frame_changed', segment, message, place);
  }
  if (kind === 'missing') {
    const message = `The record of position ${seq} is missing where record ${record} should be.`;
    return exportFinding('record_missing', segment, message, place);
  }
  const message = `Record ${record} is not what the log has at position ${seq}${parting(expected?.text, found)}.`;
  return exportFinding('record_changed', segment, message, place);
}

const shownChars = 40;

/** Where two texts part, with a little of both. */
function parting(expected = '', found = ''): string {
  let at = 0;
  while (at < expected.length && expected[at] === found[at]) at += 1;
  const start = Math.max(0, at - shownChars / 4);
  const excerpt = (text: string) => JSON.stringify(text.slice(start, start + shownChars));
  return `: it has ${excerpt(found)} where ${excerpt(expected)} was recorded`;
}

function shown(text = ''): string {
  return text === '' ? '' : ` (${JSON.stringify(text.slice(0, shownChars))})`;
}
