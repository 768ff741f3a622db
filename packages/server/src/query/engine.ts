// The query engine over one log: the Parquet files of its index, and in memory what is newer than they are. Before each
// statement it takes in what the log has by then, so that an answer is never older than its question.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBResult } from '@duckdb/node-api';
import { AuditError } from '@indelible/log';
import { quoteName, quoteText, tableName } from './columns.ts';
import { type DuckDb, openDuckDb } from './duckdb.ts';
import { type CutState, cutStretch, startOfLog } from './index/cut-stretch.ts';
import { emptyTable, selectRecords } from './index/record-rows.ts';
import { parquetPath, readStretches, type Stretch } from './index/stretch.ts';
import type { Bounds } from './sql/bounds.ts';
import { mayHold } from './zone.ts';

export interface EngineOptions {
  readonly dataDir: string;
  readonly indexDir: string;
  /** The index is this engine's own, and goes with it. */
  readonly removesIndex?: boolean;
  /** What DuckDB may use. Default 1 GiB and two threads. */
  readonly memoryBytes?: number;
  readonly threads?: number;
}

export interface RunOptions {
  /** Nothing outside these bounds can be in the answer. */
  readonly bounds?: Bounds;
  /** Interrupts the statement. */
  readonly signal?: AbortSignal;
  /** After so long the statement is interrupted. Default: never. */
  readonly timeoutMs?: number;
}

export interface QueryEngine {
  /** For reading statements, not for running them. */
  readonly connection: DuckDBConnection;
  /** A folder of the engine's own, in which statements of ours may write. */
  readonly scratchDir: string;
  /** What is known to be wrong with the log's lines: an answer over them is not whole. */
  readonly damage: readonly string[];
  /** The position after the newest sealed line that is taken in. */
  readonly end: number;
  /** Takes in what the log has by now. */
  refresh(signal?: AbortSignal): Promise<void>;
  /**
   * Runs a statement of ours or one that the guard let through, and gives its result to `use` while the clock runs.
   * @throws AuditError `limit_reached` for time and memory; DuckDB's own errors as they are.
   */
  run<T>(sql: string, options: RunOptions, use: (result: DuckDBResult) => Promise<T>): Promise<T>;
  close(): void;
}

/** @throws AuditError `no_log` */
export async function openEngine(options: EngineOptions): Promise<QueryEngine> {
  const scratchDir = mkdtempSync(join(tmpdir(), 'indelible-query-'));
  const { memoryBytes = 2 ** 30, threads = 2 } = options;
  try {
    const duckDb = await openDuckDb({ folders: [options.indexDir, scratchDir], scratchDir, memoryBytes, threads });
    const engine = new Engine(options, duckDb, scratchDir);
    await engine.start();
    return engine;
  } catch (error) {
    rmSync(scratchDir, { recursive: true, force: true });
    throw error;
  }
}

const newest = 'newest';

class Engine implements QueryEngine {
  readonly #options: EngineOptions;
  readonly #duckDb: DuckDb;
  readonly scratchDir: string;
  #stretches: readonly Stretch[] = [];
  /** How far the table of the newest records reaches. */
  #after: CutState = startOfLog;
  #damageOfNewest: readonly string[] = [];

  constructor(options: EngineOptions, duckDb: DuckDb, scratchDir: string) {
    this.#options = options;
    this.#duckDb = duckDb;
    this.scratchDir = scratchDir;
  }

  get connection(): DuckDBConnection {
    return this.#duckDb.connection;
  }

  get damage(): readonly string[] {
    return [...this.#stretches.flatMap(({ damage }) => damage), ...this.#damageOfNewest];
  }

  get end(): number {
    return this.#after.position;
  }

  async start(): Promise<void> {
    await this.connection.run(`CREATE TABLE ${newest} AS ${emptyTable}`);
    await this.refresh();
    await this.#show({});
  }

  async refresh(signal?: AbortSignal): Promise<void> {
    this.#stretches = readStretches(this.#options.indexDir);
    const indexed = this.#stretches.at(-1)?.after ?? startOfLog;
    if (indexed.position > this.#after.position) {
      await this.connection.run(`DELETE FROM ${newest}`);
      this.#after = indexed;
      this.#damageOfNewest = [];
    } else await this.connection.run(`DELETE FROM ${newest} WHERE seq < ${indexed.position}`);
    const path = join(this.scratchDir, 'newest.ndjson');
    const cut = await cutStretch({
      dataDir: this.#options.dataDir,
      from: this.#after,
      path,
      bytesMax: Number.POSITIVE_INFINITY,
      ...(signal && { signal }),
    });
    if (cut.after.position === this.#after.position) return;
    const added = cut.records === 0 ? 0 : await this.#insert(path);
    const unreadable = added === cut.records ? [] : [`${cut.records - added} of the newest lines cannot be read.`];
    this.#damageOfNewest = [...this.#damageOfNewest, ...cut.damage, ...unreadable];
    this.#after = cut.after;
  }

  async run<T>(sql: string, options: RunOptions, use: (result: DuckDBResult) => Promise<T>): Promise<T> {
    const { bounds = {}, signal, timeoutMs } = options;
    await this.#show(bounds);
    const interrupt = () => this.connection.interrupt();
    signal?.throwIfAborted();
    signal?.addEventListener('abort', interrupt);
    let isLate = false;
    const onLate = () => {
      isLate = true;
      interrupt();
    };
    const timer = timeoutMs === undefined ? undefined : setTimeout(onLate, timeoutMs);
    try {
      return await use(await this.connection.stream(sql));
    } catch (error) {
      signal?.throwIfAborted();
      if (isLate) throw new AuditError('limit_reached', tooLong(timeoutMs ?? 0), { cause: error });
      if (isOutOfMemory(error)) throw new AuditError('limit_reached', tooLarge, { cause: error });
      throw error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', interrupt);
    }
  }

  close(): void {
    this.#duckDb.close();
    rmSync(this.scratchDir, { recursive: true, force: true });
    if (this.#options.removesIndex === true) rmSync(this.#options.indexDir, { recursive: true, force: true });
  }

  async #insert(path: string): Promise<number> {
    const result = await this.connection.run(`INSERT INTO ${newest} ${selectRecords(path)}`);
    return result.rowsChanged;
  }

  /** Makes the table show all that may lie within the bounds. */
  async #show(bounds: Bounds): Promise<void> {
    const files = this.#stretches
      .filter((stretch) => mayHold(stretch, bounds))
      .map(({ first }) => quoteText(parquetPath(this.#options.indexDir, first)));
    const indexed = files.length === 0 ? '' : `SELECT * FROM read_parquet([${files.join(', ')}]) UNION ALL `;
    await this.connection.run(`CREATE OR REPLACE VIEW ${quoteName(tableName)} AS ${indexed}SELECT * FROM ${newest}`);
  }
}

function tooLong(timeoutMs: number): string {
  return `the statement took longer than ${timeoutMs / 1000} s and was ended; narrow it, or allow more with --timeout`;
}

const tooLarge =
  'the statement needs more memory than it may use; narrow it, or allow more with query.memory_limit in indelible.yaml';

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && error.message.includes('"Out of Memory"');
}
