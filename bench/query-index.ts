// Our own side of `bench:query`: the index of the benchmark's log, how fast it is built and how large it is, and the
// engine over it, warm, as it is within a server; and the program from a shell, cold.

import { fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { cellOf, plainRows } from '../packages/server/src/query/answer/plain-value.ts';
import { openEngine, type QueryEngine } from '../packages/server/src/query/engine.ts';
import { openIndexBuilder } from '../packages/server/src/query/index/build-index.ts';
import { prepareStatement } from '../packages/server/src/query/sql/prepare-statement.ts';
import type { Result } from './harness.ts';
import type { QueryLog } from './query-log.ts';
import type { Answer, Answerer, Question, Questions } from './query-questions.ts';

const program = resolve(import.meta.dirname, '../packages/server/bin/indelible.js');

export interface IndexSide {
  readonly answerer: Answerer;
  readonly results: readonly Result[];
  close(): void;
}

/** Builds the index anew and opens the engine over it. */
export async function openIndexSide(log: QueryLog, indexDir: string, questions: Questions): Promise<IndexSide> {
  const started = performance.now();
  const builder = await openIndexBuilder({ dataDir: log.dataDir, indexDir });
  await builder.catchUp().finally(() => builder.close());
  const seconds = (performance.now() - started) / 1000;
  const engine = await openEngine({ dataDir: log.dataDir, indexDir });
  const indexed = await countIndexed(engine, indexDir);
  const ask = (question: Question) => askEngine(engine, question);
  const { all } = questions;
  const byName = Object.fromEntries(all.map((question) => [question.name, () => ask(question)]));
  return {
    answerer: { name: 'Indelible', ask: byName as Answerer['ask'] },
    results: [
      { name: 'index built', value: indexed / seconds, unit: 'events/s' },
      { name: 'index', value: bytesOf(indexDir) / indexed, unit: 'bytes an event' },
    ],
    close: () => engine.close(),
  };
}

/** A whole `indelible sql` from a shell: the process, the newest records, the answer, and its record. */
export function coldRound(dataDir: string): number {
  const started = performance.now();
  const args = [program, '--data', dataDir, 'sql', 'SELECT count(*) FROM system.audit_log'];
  // The benchmark's log stays as it is.
  const env = { ...process.env, INDELIBLE_QUERY_AUDIT_READS: 'false' };
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
  if (status !== 0) throw new Error(`indelible sql failed: ${stderr}`);
  return performance.now() - started;
}

/** What goes on beside the writer while its latency is measured: the indexer, and one cold query after another. */
export async function indexAndAsk(dataDir: string, signal: AbortSignal): Promise<void> {
  const indexer = fork(createRequire(program).resolve('#indexer'), [dataDir], { stdio: 'ignore' });
  try {
    while (!signal.aborted) {
      await askFromShell(dataDir);
      await sleep(500, undefined, { signal }).catch(() => {});
    }
  } finally {
    indexer.kill();
  }
}

/** Without waiting in the way of the writer, whose process this is. */
function askFromShell(dataDir: string): Promise<unknown> {
  const args = [program, '--data', dataDir, 'sql', 'SELECT event_type, count(*) FROM system.audit_log GROUP BY 1'];
  return once(spawn(process.execPath, args, { stdio: 'ignore' }), 'exit');
}

async function askEngine(engine: QueryEngine, { name, sql: text }: Question): Promise<Answer> {
  await engine.refresh();
  const columns = name === 'top' ? 2 : 1;
  const request = { text, parameters: new Map<string, string>(), now: '2026-02-01T00:00:00.000000Z' };
  const { sql, bounds } = await prepareStatement(engine.connection, request);
  return engine.run(sql, { bounds }, async (result) => {
    const lines: string[] = [];
    for await (const rows of plainRows(result))
      lines.push(...rows.map((row) => row.slice(0, columns).map(cellOf).join(' ')));
    return lines;
  });
}

async function countIndexed(engine: QueryEngine, indexDir: string): Promise<number> {
  const files = join(indexDir, '*.parquet');
  const reader = await engine.connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM read_parquet('${files}')`);
  return Number(reader.getRows()[0]?.[0]);
}

function bytesOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
