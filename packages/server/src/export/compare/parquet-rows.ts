// The rows of a Parquet file as texts that can be compared, and the names and types of its columns.

import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlText } from '../format/parquet-file.ts';
import type { ExpectedRow } from './compare-rows.ts';

/** Names and types of the columns, in order. */
export async function describeParquet(connection: DuckDBConnection, path: string): Promise<string> {
  const result = await connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet(${sqlText(path)})`);
  return result
    .getRows()
    .map(([name, type]) => `${name} ${type}`)
    .join(', ');
}

/** In the order of the file. */
export async function* readParquetRows(connection: DuckDBConnection, path: string): AsyncGenerator<ExpectedRow> {
  const rows = `SELECT t.seq, to_json(t)::VARCHAR FROM read_parquet(${sqlText(path)}) AS t`;
  const result = await connection.stream(rows);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    for (const [seq, text] of chunk.getRows()) yield { seq: Number(seq), text: String(text) };
  }
}
