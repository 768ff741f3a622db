// Makes an export again from the records that are proved, and compares the file with it.

import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import type { RecordLine } from '@indelible/log';
import { type ExportColumns, otherColumn } from '../format/export-columns.ts';
import { createTextFormat } from '../format/formats.ts';
import { useDuckDb, writeParquet } from '../format/parquet-file.ts';
import { formatRecords, type TextFormat } from '../format/text-format.ts';
import type { ProofTrailer } from '../proof/proof-trailer.ts';
import { compareRows, type ExpectedRow, type RowDifference } from './compare-rows.ts';
import { differenceFinding, type ExportFinding, exportFinding } from './export-finding.ts';
import { describeParquet, readParquetRows } from './parquet-rows.ts';
import { frameRows, readRows } from './read-rows.ts';

export interface Comparison {
  readonly file: string;
  readonly trailer: ProofTrailer;
  readonly columns: ExportColumns;
  /** A folder that only this verification writes to. */
  readonly folder: string;
  /** The records that are proved, from the first, each time it is called. */
  readonly records: () => AsyncIterable<readonly RecordLine[]>;
  readonly signal?: AbortSignal;
}

/** Past so many, a file that is another altogether says nothing more. */
const findingsMax = 1000;

/** What of the file is not as it was recorded. `sha256` is that of the file as it stands. */
export async function compareExport(comparison: Comparison, sha256: string): Promise<ExportFinding[]> {
  const { format: name } = comparison.trailer;
  if (name === 'parquet') return compareParquet(comparison);
  const columns = name === 'csv' ? await columnsOfFile(comparison) : comparison.columns;
  const format = createTextFormat(name, columns);
  const again = createHash('sha256');
  for await (const piece of formatRecords(comparison.records(), format, comparison.trailer.exported_at)) {
    comparison.signal?.throwIfAborted();
    again.update(piece);
  }
  if (again.digest('hex') === sha256) return [];
  return locate(comparison, format);
}

async function locate(comparison: Comparison, format: TextFormat): Promise<ExportFinding[]> {
  const { file } = comparison;
  const headRows = frameRows(format.head, format).length;
  const differences = compareRows(expectedRows(comparison, format), readRows(file, format));
  const findings = await findingsOf(differences, basename(file), headRows);
  if (findings.length > 0) return findings;
  const message =
    'The file is not, byte for byte, what the records make; the rows are, but not what stands between them.';
  return [exportFinding('file_changed', basename(file), message)];
}

async function* expectedRows({ records, trailer }: Comparison, format: TextFormat): AsyncGenerator<ExpectedRow> {
  for (const text of frameRows(format.head, format)) yield { text };
  let count = 0;
  for await (const batch of records()) {
    for (const record of batch) yield { text: format.row(record), seq: record.seq };
    count += batch.length;
  }
  for (const text of frameRows(format.foot({ count, exportedAt: trailer.exported_at }), format)) yield { text };
}

async function compareParquet({ file, columns, folder, records, signal }: Comparison): Promise<ExportFinding[]> {
  const again = join(folder, 'again.parquet');
  await writeParquet(again, records(), columns, signal);
  const name = basename(file);
  return useDuckDb(async (connection) => {
    try {
      if ((await describeParquet(connection, file)) !== (await describeParquet(connection, again))) {
        return [exportFinding('frame_changed', name, 'The columns of the file are not those of an export.')];
      }
      const found = textsOf(readParquetRows(connection, file));
      // One connection streams one result at a time.
      return await useDuckDb((other) => findingsOf(compareRows(readParquetRows(other, again), found), name, 0), signal);
    } catch (error) {
      signal?.throwIfAborted();
      const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
      return [exportFinding('file_unreadable', name, `The file cannot be read as Parquet: ${reason}`)];
    }
  }, signal);
}

async function* textsOf(rows: AsyncIterable<ExpectedRow>): AsyncGenerator<string> {
  for await (const { text } of rows) yield text;
}

async function findingsOf(
  differences: AsyncIterable<RowDifference>,
  name: string,
  headRows: number,
): Promise<ExportFinding[]> {
  const findings: ExportFinding[] = [];
  for await (const difference of differences) {
    findings.push(differenceFinding(difference, name, headRows));
    if (findings.length < findingsMax) continue;
    findings.push(
      exportFinding('not_compared', name, `More than ${findingsMax} rows differ: the rest was not compared.`),
    );
    break;
  }
  return findings;
}

/** A file of an older version lacks columns that came later: then their values stood in the last one. */
async function columnsOfFile({ file, columns }: Comparison): Promise<ExportColumns> {
  const [header = ''] = await firstRow(file, createTextFormat('csv', columns));
  return withNames(columns, new Set(header.split(',')), '');
}

async function firstRow(file: string, format: TextFormat): Promise<string[]> {
  for await (const row of readRows(file, format)) return [row];
  return [];
}

function withNames(columns: ExportColumns, names: ReadonlySet<string>, above: string): ExportColumns {
  const kept = Object.entries(columns).flatMap(([name, type]): [string, ExportColumns[string]][] => {
    const path = `${above}${name}`;
    if (typeof type === 'string') return names.has(path) && path !== otherColumn ? [[name, type]] : [];
    const struct = withNames(type.struct, names, `${path}.`);
    return Object.keys(struct).length === 0 ? [] : [[name, { struct }]];
  });
  return Object.fromEntries(kept);
}
