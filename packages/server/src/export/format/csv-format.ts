// CSV as RFC 4180 has it: CRLF, one header, quotes only where they are needed. Nested fields are columns named by their
// path (`actor.user_id`), arrays and free-form values are JSON text, and the last column, `other`, is JSON of what the
// others do not take.
//
//   nothing, or null     an empty cell             an empty text      ""
//   =1+1 as a text       '=1+1                     '=1+1 as a text    ''=1+1
//
// Names and statements come from strangers, and who opens an export in a spreadsheet must not run them. So a text that
// a spreadsheet would take for a formula has an apostrophe before it. The rule can be undone: one apostrophe less
// wherever apostrophes stand before such a character.

import type { RecordLine } from '@indelible/log';
import { type ExportColumns, fitRecord, type LeafColumn, leafColumns, otherColumn } from './export-columns.ts';
import { type Members, membersOf, parseRecord } from './parse-record.ts';
import type { TextFormat } from './text-format.ts';

const rowEnd = '\r\n';
/** The full-width signs are read as formulas too, where the keyboard is Chinese or Japanese. */
const formulaStart = /^'*[=+\-@\t\r\n＝＋－＠]/;

export function createCsvFormat(columns: ExportColumns): TextFormat {
  const leaves = leafColumns(columns);
  const header = [...leaves.map(({ path }) => path.join('.')), otherColumn];
  return {
    name: 'csv',
    head: `${header.map(quoted).join(',')}${rowEnd}`,
    rowEnd,
    isArray: false,
    hasQuotes: true,
    row: (record) => rowOf(record, leaves, columns),
    foot: () => '',
  };
}

function rowOf(record: RecordLine, leaves: readonly LeafColumn[], columns: ExportColumns): string {
  const { fitted, other } = fitRecord(parseRecord(record), columns);
  const cells = leaves.map(({ path, type }) => cellOf(valueAt(fitted, path), type));
  return [...cells, cellOf(other, 'JSON')].join(',');
}

function valueAt(fitted: Members, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => membersOf(value)[name], fitted);
}

function cellOf(value: unknown, type: string): string {
  if (value === undefined || value === null) return '';
  if (type === 'BIGINT' || type === 'DOUBLE') return String(value);
  const text = typeof value === 'string' && type !== 'JSON' ? value : JSON.stringify(value);
  return quoted(formulaStart.test(text) ? `'${text}` : text);
}

function quoted(text: string): string {
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
