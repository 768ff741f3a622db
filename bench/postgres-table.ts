// The home-made alternative: a PostgreSQL table that the application inserts its audit events into.

import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { AuditEvent } from '@indelible/log';
import pg from 'pg';
import { startEmbeddedPostgres } from '../packages/server/src/gateway/embedded/embedded-postgres.ts';
import type { Contender } from './harness.ts';

export interface AuditTable {
  readonly client: pg.Client;
  stop(): Promise<void>;
}

export async function startPostgres(dataDir: string): Promise<AuditTable> {
  const server = await startEmbeddedPostgres({ dataDir });
  const password = readFileSync(server.superuserPasswordFile, 'utf8').trim();
  const { socketDir: host, port } = server;
  const client = new pg.Client({ host, port, user: 'postgres', password, database: 'postgres' });
  await client.connect();
  await client.query(
    'CREATE TABLE audit (id bigserial PRIMARY KEY, at timestamptz DEFAULT now(), event jsonb NOT NULL)',
  );
  return {
    client,
    stop: async () => {
      await client.end();
      await server.stop();
    },
  };
}

export function insertContenders({ client }: AuditTable, events: readonly AuditEvent[]): Contender[] {
  return [1, 256].map((size) => {
    const count = size === 1 ? 1_000 : 256 * 40;
    return {
      name: `INSERT into a PostgreSQL table, ${size} a commit`,
      unit: 'events/s',
      round: async () => {
        const start = performance.now();
        for (let sent = 0; sent < count; sent += size) {
          const rows = events.slice(0, size).map((event) => JSON.stringify(event));
          await client.query('INSERT INTO audit (event) SELECT unnest($1::jsonb[])', [rows]);
        }
        return count / ((performance.now() - start) / 1000);
      },
    };
  });
}
