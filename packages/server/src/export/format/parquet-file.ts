// Parquet, made by DuckDB: records go to a file of JSON lines beside the target, fitted to the columns, and DuckDB
// turns that into zstd Parquet in bounded memory.

import { rm } from 'node:fs/promises';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { RecordLine } from '@indelible/log';
import { writePiecesToFile } from '../file/write-pieces.ts';
import { type ExportColumns, type ExportColumnType, fitRecord, otherColumn } from './export-columns.ts';
import { parseRecord } from './parse-record.ts';

/** A fitted line holds what the record does, escaped once more at worst. */
const rowBytesMax = 1 << 20;

/** Writes over what is in the file; its permissions stay. */
export async function writeParquet(
  path: string,
  batches: AsyncIterable<readonly RecordLine[]>,
  columns: ExportColumns,
  signal?: AbortSignal,
): Promise<void> {
  const lines = `${path}.lines`;
  try {
    await writePiecesToFile(lines, fittedLines(batches, columns), signal);
    await useDuckDb((connection) => connection.run(copyStatement(lines, path, columns)), signal);
  } finally {
    await rm(lines, { force: true });
  }
}

/** A connection of its own, closed at the end; what runs on it is interrupted by the signal. */
export async function useDuckDb<T>(
  use: (connection: DuckDBConnection) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  signal?.throwIfAborted();
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '1GB' });
  const connection = await instance.connect();
  const interrupt = () => connection.interrupt();
  signal?.addEventListener('abort', interrupt, { once: true });
  try {
    await connection.run("SET TimeZone = 'UTC'");
    return await use(connection);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', interrupt);
    connection.closeSync();
    instance.closeSync();
  }
}

/** A text as a literal in SQL. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

async function* fittedLines(
  batches: AsyncIterable<readonly RecordLine[]>,
  columns: ExportColumns,
): AsyncGenerator<string> {
  for await (const batch of batches) yield batch.map((record) => `${fittedLine(record, columns)}\n`).join('');
}

function fittedLine(record: RecordLine, columns: ExportColumns): string {
  const { fitted, other } = fitRecord(parseRecord(record), columns);
  return JSON.stringify({ ...fitted, [otherColumn]: other });
}

function copyStatement(lines: string, path: string, columns: ExportColumns): string {
  const types = Object.entries({ ...columns, [otherColumn]: 'JSON' })
    .map(([name, type]) => `${sqlName(name)}: ${sqlText(sqlType(type))}`)
    .join(', ');
  const read = `read_json(${sqlText(lines)}, format = 'newline_delimited', maximum_object_size = ${rowBytesMax}, columns = {${types}})`;
  // Without a temporary file of DuckDB's own, the file keeps the permissions that it was made with.
  return `COPY (SELECT * FROM ${read}) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`;
}

function sqlType(type: ExportColumnType): string {
  if (typeof type === 'string') return type;
  const members = Object.entries(type.struct).map(([name, member]) => `${sqlName(name)} ${sqlType(member)}`);
  return `STRUCT(${members.join(', ')})`;
}

function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
