// A PostgreSQL server for the query benchmark, given memory and processors as a machine that does nothing else would.

import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import pg from 'pg';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../packages/server/src/gateway/embedded/embedded-postgres.ts';

export interface TunedPostgres {
  readonly client: pg.Client;
  /** One that the server can read. */
  readonly folder: string;
  /** Stops the server and removes its data. */
  stop(): Promise<void>;
}

const settings: Readonly<Record<string, string>> = {
  shared_buffers: '2GB',
  effective_cache_size: '8GB',
  work_mem: '256MB',
  maintenance_work_mem: '1GB',
  max_parallel_workers: '2',
  max_parallel_workers_per_gather: '2',
  max_parallel_maintenance_workers: '2',
  max_wal_size: '8GB',
  checkpoint_timeout: '30min',
  random_page_cost: '1.1',
};

/** Some of the settings are taken at a start only. */
export async function startTunedPostgres(dataDir: string): Promise<TunedPostgres> {
  const first = await startEmbeddedPostgres({ dataDir });
  const admin = await connect(first);
  for (const [name, value] of Object.entries(settings)) await admin.query(`ALTER SYSTEM SET ${name} = '${value}'`);
  await admin.end();
  await first.stop();
  const server = await startEmbeddedPostgres({ dataDir });
  const client = await connect(server);
  const folder = dirname(server.superuserPasswordFile);
  const stop = async () => {
    await client.end();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { client, folder, stop };
}

async function connect({ superuserPasswordFile, socketDir: host, port }: EmbeddedPostgres): Promise<pg.Client> {
  const password = readFileSync(superuserPasswordFile, 'utf8').trim();
  const client = new pg.Client({ host, port, user: 'postgres', password, database: 'postgres' });
  await client.connect();
  return client;
}
