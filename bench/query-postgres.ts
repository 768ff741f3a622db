// The peer that the query benchmark measures itself against first: the same events in a PostgreSQL table of one's own,
// with the usual indexes.

import { rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type AuditEvent, isSeal, type RecordLine, readLines } from '@indelible/log';
import type pg from 'pg';
import { findOsUser } from '../packages/server/src/gateway/embedded/os-user.ts';
import { type Result, say } from './harness.ts';
import type { QueryLog } from './query-log.ts';
import { startTunedPostgres } from './query-postgres-server.ts';
import type { Answer, Answerer, Questions } from './query-questions.ts';

export interface PostgresPeer {
  readonly answerer: Answerer;
  /** How long it took to load and to index, and what it takes on the disk. */
  readonly results: readonly Result[];
  /** Stops the server and removes its data. */
  stop(): Promise<void>;
}

const table =
  'CREATE TABLE audit (seq bigint PRIMARY KEY, at timestamptz NOT NULL, actor text, type text, event jsonb NOT NULL)';

/** Actor and type go on with the time, so that one index answers "who, when". */
const indexes = {
  'btree on time': 'CREATE INDEX ON audit (at)',
  'btree on actor and time': 'CREATE INDEX ON audit (actor, at)',
  'btree on type and time': 'CREATE INDEX ON audit (type, at)',
  'GIN on the event, jsonb_path_ops': 'CREATE INDEX ON audit USING gin (event jsonb_path_ops)',
};

/** Events in one file for the server to read. */
const chunkEvents = 100_000;

export async function loadPostgres(log: QueryLog, dataDir: string, questions: Questions): Promise<PostgresPeer> {
  const { client, folder, stop } = await startTunedPostgres(dataDir);
  try {
    await client.query(table);
    const { value: count, seconds } = await timed(() => copyLog(client, log, folder));
    const results: Result[] = [{ name: 'PostgreSQL: COPY', value: count / seconds, unit: 'events/s' }];
    for (const [name, statement] of Object.entries(indexes)) {
      say(`PostgreSQL: ${name}`);
      const built = await timed(() => client.query(statement));
      results.push({ name: `PostgreSQL: ${name}`, value: built.seconds, unit: 's' });
    }
    await client.query('VACUUM (ANALYZE) audit');
    results.push(...(await sizes(client, count)));
    return { answerer: answererOf(client, questions), results, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const start = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - start) / 1000 };
}

/** Writes the next file while the server reads the one before. Returns how many events there were. */
async function copyLog(client: pg.Client, { dataDir }: QueryLog, folder: string): Promise<number> {
  const osUser = await findOsUser();
  let loading: Promise<unknown> = Promise.resolve();
  let rows: string[] = [];
  let count = 0;
  const load = async () => {
    const path = join(folder, `events-${count}.csv`);
    await writeFile(path, rows.join(''));
    osUser.own(path);
    rows = [];
    await loading;
    loading = client.query(`COPY audit FROM '${path}' WITH (FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01')`);
    loading = loading.finally(() => rmSync(path));
  };
  for await (const batch of readLines(dataDir)) {
    for (const line of batch) {
      if (isSeal(line.line)) continue;
      rows.push(rowOf(line));
      count += 1;
      if (rows.length === chunkEvents) await load();
    }
  }
  await load();
  await loading;
  return count;
}

/** JSON has no control characters, so two of them do for delimiter and quote, and nothing has to be escaped. */
function rowOf({ seq, line }: RecordLine): string {
  const { timestamp = '', event_type, actor }: AuditEvent = JSON.parse(line);
  return `${[seq, timestamp, actor?.user_id ?? '', event_type, line].join('\u0002')}\n`;
}

async function sizes(client: pg.Client, count: number): Promise<Result[]> {
  const { rows } = await client.query(
    "SELECT pg_table_size('audit')::float8 AS heap, pg_indexes_size('audit')::float8 AS indexes",
  );
  const { heap, indexes: indexBytes } = rows[0];
  return [
    { name: 'PostgreSQL: table', value: heap / count, unit: 'bytes an event' },
    { name: 'PostgreSQL: its indexes', value: indexBytes / count, unit: 'bytes an event' },
  ];
}

function answererOf(client: pg.Client, { actor, from, to, text }: Questions): Answerer {
  const ask = async (statement: string, values: unknown[]): Promise<Answer> => {
    const { rows } = await client.query({ text: statement, values, rowMode: 'array' });
    return rows.map(([first]) => String(first));
  };
  return {
    name: 'PostgreSQL',
    ask: {
      selective: () =>
        ask(
          "SELECT event ->> 'event_id', at, event #>> '{operation,query}', event #>> '{operation,rows_returned}' " +
            'FROM audit WHERE actor = $1 AND at >= $2 AND at < $3 ORDER BY seq',
          [actor, from, to],
        ),
      top: () =>
        ask(
          "SELECT count(*) || ' ' || actor FROM audit WHERE actor IS NOT NULL " +
            'GROUP BY actor ORDER BY count(*) DESC, actor LIMIT 20',
          [],
        ),
      substring: () =>
        ask("SELECT count(*) FROM audit WHERE position($1 IN event #>> '{operation,query}') > 0", [text]),
    },
  };
}
