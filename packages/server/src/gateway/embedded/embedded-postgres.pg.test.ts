// The embedded PostgreSQL: reachable by its private socket only, and started again after every kind of end.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeServerFolder } from '../testing/gateway-fixture.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';

let folder: string;
let dataDir: string;
const running: EmbeddedPostgres[] = [];

beforeEach(() => {
  folder = makeServerFolder();
  dataDir = path.join(folder, 'postgres');
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  // As root and below a folder of mode 0700 the server lives elsewhere.
  if (fs.existsSync(dataDir)) fs.rmSync(fs.realpathSync(dataDir), { recursive: true, force: true });
  fs.rmSync(folder, { recursive: true, force: true });
});

async function start(where = dataDir): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir: where });
  running.push(server);
  return server;
}

async function query({ socketDir, port, database }: EmbeddedPostgres, text: string): Promise<unknown[]> {
  const client = new pg.Client({ host: socketDir, port, database, user: 'demo', password: 'demo' });
  await client.connect();
  const { rows } = await client.query(text);
  await client.end();
  return rows;
}

/** Another process that starts the server and stays until it is killed. */
async function startElsewhere(): Promise<{ owner: ChildProcess; serverPid: number }> {
  const program = path.join(import.meta.dirname, '../testing/start-embedded.ts');
  const owner = fork(program, [dataDir], { execArgv: ['--import', 'tsx', '--conditions=@indelible/source'] });
  const [serverPid] = (await once(owner, 'message')) as [number];
  return { owner, serverPid };
}

it('listens on its socket only, keeps its data over a restart and says when it is gone', async () => {
  const first = await start();
  expect(await query(first, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '' }]);
  await query(first, 'CREATE TABLE kept AS SELECT 42 AS answer');
  expect(fs.statSync(first.socketDir).mode & 0o077).toBe(0);
  await first.stop();
  expect(await first.exited).toMatchObject({ expected: true, code: 0 });
  expect(await query(await start(), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
});

it('starts after a kill -9 of the process that had started it', async () => {
  const { owner, serverPid } = await startElsewhere();
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  expect(() => process.kill(serverPid, 0)).not.toThrow();
  const server = await start();
  expect(server.processId).not.toBe(serverPid);
  expect(await query(server, 'SELECT count(*)::int AS n FROM customers')).toEqual([{ n: 3 }]);
});

it('starts after a kill -9 of the server itself', async () => {
  const first = await start();
  process.kill(first.processId, 'SIGKILL');
  expect(await first.exited).toMatchObject({ expected: false });
  expect(await query(await start(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

it('refuses a folder whose server belongs to a process that is still there', async () => {
  const { owner } = await startElsewhere();
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(/in use by process/);
  owner.kill('SIGTERM');
  await once(owner, 'exit');
});

it('starts below a folder that nobody else may enter, and where a path is too long for a socket', async () => {
  const closed = path.join(folder, 'x'.repeat(100));
  fs.mkdirSync(closed, { mode: 0o700 });
  dataDir = path.join(closed, 'postgres');
  const server = await start();
  expect(await query(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await server.stop();
  expect(await query(await start(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});
