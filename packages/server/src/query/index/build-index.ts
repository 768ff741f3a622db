// Builds the index of a log: follows it from where the last stretch ends, and makes a Parquet file of each stretch that
// is full. While DuckDB works on one stretch, the next one is cut. What is in the log is never waited for: what does
// not fill a stretch yet is for the engine to read.

import { chmodSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openCursor } from '@indelible/log';
import { quoteText } from '../columns.ts';
import { type DuckDb, openDuckDb } from '../duckdb.ts';
import { type Cut, type CutState, cutStretch, startOfLog } from './cut-stretch.ts';
import { selectRecords } from './record-rows.ts';
import { parquetPath, readStretches, type Stretch, writeStretch, type Zone } from './stretch.ts';
import { bytesBehind } from './whole-lines.ts';

export interface BuildOptions {
  readonly dataDir: string;
  readonly indexDir: string;
  /** Bytes of lines in a stretch. */
  readonly stretchBytes?: number;
  readonly threads?: number;
  readonly memoryBytes?: number;
  /** Keeps the cursor `index` of the data folder, which is evidence of how long the log once was. */
  readonly keepsCursor?: boolean;
}

export interface IndexBuilder {
  /** Resolves when no full stretch is left in the log. `onProgress` is told positions. */
  catchUp(signal?: AbortSignal, onProgress?: (position: number) => void): Promise<void>;
  close(): void;
}

const defaultStretchBytes = 64 * 2 ** 20;
const usersNamedMax = 2_000;

/** Whoever builds holds the index's lock: one at a time. */
export async function openIndexBuilder(options: BuildOptions): Promise<IndexBuilder> {
  const { indexDir, threads = 2, memoryBytes = 2 ** 30 } = options;
  mkdirSync(indexDir, { recursive: true, mode: 0o700 });
  const scratchDir = join(indexDir, 'building');
  rmSync(scratchDir, { recursive: true, force: true });
  mkdirSync(scratchDir, { mode: 0o700 });
  const duckDb = await openDuckDb({ folders: [indexDir], scratchDir, threads, memoryBytes });
  return {
    catchUp: (signal, onProgress) => catchUp(options, duckDb, scratchDir, signal, onProgress),
    close: () => {
      duckDb.close();
      rmSync(scratchDir, { recursive: true, force: true });
    },
  };
}

async function catchUp(
  { dataDir, indexDir, stretchBytes = defaultStretchBytes, keepsCursor = false }: BuildOptions,
  duckDb: DuckDb,
  scratchDir: string,
  signal?: AbortSignal,
  onProgress?: (position: number) => void,
): Promise<void> {
  const cursor = keepsCursor ? openCursor(dataDir, 'index') : undefined;
  let from: CutState = readStretches(indexDir).at(-1)?.after ?? startOfLog;
  let storing: Promise<void> = Promise.resolve();
  try {
    for (let turn = 0; bytesBehind(dataDir, from.place) >= stretchBytes; turn++) {
      signal?.throwIfAborted();
      // Two files take turns: one is being cut while the other is being stored.
      const path = join(scratchDir, `${turn % 2}.ndjson`);
      const cut = await cutStretch({
        dataDir,
        from,
        path,
        bytesMax: stretchBytes,
        ...(signal && { signal }),
        ...(onProgress && { onProgress }),
      });
      await storing;
      if (!cut.isFull) return;
      storing = storeStretch(duckDb, indexDir, path, cut).then(() => cursor?.move(cut.after.position));
      storing.catch(() => {});
      from = cut.after;
    }
  } finally {
    await storing;
  }
}

async function storeStretch({ connection }: DuckDb, indexDir: string, path: string, cut: Cut): Promise<void> {
  const parquet = parquetPath(indexDir, cut.first);
  const unfinished = `${parquet}.new`;
  const options = 'FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2, ROW_GROUP_SIZE 122880';
  await connection.run(`COPY (${selectRecords(path)}) TO ${quoteText(unfinished)} (${options})`);
  const { records, zone } = await describeParquet({ connection }, unfinished);
  chmodSync(unfinished, 0o600);
  renameSync(unfinished, parquet);
  const unread = cut.records - records;
  const unreadable = unread === 0 ? [] : [`${unread} of its lines cannot be read as records.`];
  const stretch: Stretch = {
    first: cut.first,
    end: cut.after.position,
    records,
    zone,
    after: cut.after,
    damage: [...cut.damage, ...unreadable],
  };
  writeStretch(indexDir, stretch);
}

async function describeParquet(
  { connection }: Pick<DuckDb, 'connection'>,
  path: string,
): Promise<{ records: number; zone: Zone }> {
  const format = "'%Y-%m-%dT%H:%M:%S.%fZ'";
  const reader = await connection.runAndReadAll(`
    SELECT count(*)::INTEGER, strftime(min("timestamp"), ${format}), strftime(max("timestamp"), ${format}),
           list_sort(list(DISTINCT event_type)), approx_count_distinct(actor.user_id)::INTEGER
    FROM read_parquet(${quoteText(path)})`);
  const [records, from, to, types, userCount] = reader.getRowsJson()[0] ?? [];
  const zone = {
    ...(typeof from === 'string' && { from }),
    ...(typeof to === 'string' && { to }),
    eventTypes: textsOf(types),
  };
  if (Number(userCount) > usersNamedMax) return { records: Number(records), zone };
  const users = await connection.runAndReadAll(
    `SELECT DISTINCT actor.user_id FROM read_parquet(${quoteText(path)}) WHERE actor.user_id IS NOT NULL ORDER BY 1`,
  );
  return { records: Number(records), zone: { ...zone, users: users.getRowsJson().flatMap(textsOf) } };
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
