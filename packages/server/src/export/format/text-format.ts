// What a format that is text has to say: how a record is written, and what stands before, between and behind records.
// Each record is one row, so that an export can be written, compared and mended row by row in constant memory.

import type { RecordLine } from '@indelible/log';

export type TextFormatName = 'json' | 'ndjson' | 'csv' | 'cef' | 'axon';

export interface ExportSummary {
  /** Records in the export. */
  readonly count: number;
  /** Canonical timestamp. */
  readonly exportedAt: string;
}

export interface TextFormat {
  readonly name: TextFormatName;
  /** Rows before the first record, each with its end. */
  readonly head: string;
  readonly rowEnd: '\n' | '\r\n';
  /** Whether records are members of a JSON array, with a comma between two. */
  readonly isArray: boolean;
  /** Whether a row end inside double quotes belongs to the row. */
  readonly hasQuotes: boolean;
  /** One record, without the end of its row. @throws AuditError `log_damaged` if the line is no JSON object. */
  row(record: RecordLine): string;
  /** Rows after the last record, each with its end. */
  foot(summary: ExportSummary): string;
}

/** The whole text in pieces, one a batch of records. */
export async function* formatRecords(
  batches: AsyncIterable<readonly RecordLine[]>,
  format: TextFormat,
  exportedAt: string,
): AsyncGenerator<string> {
  const { head, rowEnd, isArray } = format;
  const separator = isArray ? `,${rowEnd}` : rowEnd;
  let count = 0;
  if (head !== '') yield head;
  for await (const batch of batches) {
    if (batch.length === 0) continue;
    const rows = batch.map((record) => format.row(record)).join(separator);
    yield count === 0 ? rows : `${separator}${rows}`;
    count += batch.length;
  }
  const foot = `${count === 0 ? '' : rowEnd}${format.foot({ count, exportedAt })}`;
  if (foot !== '') yield foot;
}
