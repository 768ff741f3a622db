// Compares an index with the log that it was made from: each stretch is cut out of the log again, and its rows have to
// be those of the Parquet file, none more and none less.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { quoteText } from '../columns.ts';
import { type DuckDb, openDuckDb } from '../duckdb.ts';
import { type CutState, cutStretch, startOfLog } from './cut-stretch.ts';
import { selectRecords } from './record-rows.ts';
import { parquetPath, readStretches, type Stretch } from './stretch.ts';

export interface IndexDifference {
  /** File name in the index. */
  readonly file: string;
  /** The first position at which index and log differ; undefined where the file cannot be read. */
  readonly seq: number | undefined;
  readonly message: string;
}

export interface IndexReport {
  readonly ok: boolean;
  readonly stretches: number;
  /** Records in them. */
  readonly records: number;
  readonly differences: readonly IndexDifference[];
}

export interface VerifyIndexOptions {
  readonly dataDir: string;
  readonly indexDir: string;
  readonly signal?: AbortSignal;
  /** Told the position that has been reached. */
  readonly onProgress?: (position: number) => void;
}

/** @throws AuditError `no_log` */
export async function verifyIndex(options: VerifyIndexOptions): Promise<IndexReport> {
  const scratchDir = mkdtempSync(join(tmpdir(), 'indelible-verify-index-'));
  const folders = [options.indexDir, scratchDir];
  try {
    const duckDb = await openDuckDb({ folders, scratchDir, memoryBytes: 2 ** 30, threads: 2 });
    try {
      return await compareAll(options, duckDb, join(scratchDir, 'lines.ndjson'));
    } finally {
      duckDb.close();
    }
  } finally {
    rmSync(scratchDir, { recursive: true, force: true });
  }
}

async function compareAll(options: VerifyIndexOptions, duckDb: DuckDb, path: string): Promise<IndexReport> {
  const stretches = readStretches(options.indexDir);
  const differences: IndexDifference[] = [];
  let from: CutState = startOfLog;
  for (const stretch of stretches) {
    const { dataDir, signal } = options;
    const to = stretch.end - 1;
    const cut = await cutStretch({
      dataDir,
      from,
      path,
      bytesMax: Number.POSITIVE_INFINITY,
      to,
      ...(signal && { signal }),
    });
    const difference = await compareStretch(options.indexDir, duckDb, stretch, path);
    if (difference !== undefined) differences.push(difference);
    from = cut.after;
    options.onProgress?.(stretch.end);
  }
  const records = stretches.reduce((sum, stretch) => sum + stretch.records, 0);
  return { ok: differences.length === 0, stretches: stretches.length, records, differences };
}

async function compareStretch(
  indexDir: string,
  { connection }: DuckDb,
  { first }: Stretch,
  path: string,
): Promise<IndexDifference | undefined> {
  const parquet = parquetPath(indexDir, first);
  const file = basename(parquet);
  const indexed = `SELECT * FROM read_parquet(${quoteText(parquet)})`;
  const logged = selectRecords(path);
  const different = `(${indexed} EXCEPT ALL ${logged}) UNION ALL (${logged} EXCEPT ALL ${indexed})`;
  try {
    const reader = await connection.runAndReadAll(`SELECT count(*)::DOUBLE, min(seq)::DOUBLE FROM (${different})`);
    const [count, seq] = reader.getRows()[0] ?? [];
    if (count === 0) return undefined;
    const message = `The index is not what the log says, first at position ${seq}; delete the index, and it is made anew.`;
    return { file, seq: Number(seq), message };
  } catch {
    return { file, seq: undefined, message: 'The file cannot be read; delete the index, and it is made anew.' };
  }
}
