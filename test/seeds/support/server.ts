// `indelible serve` with its embedded PostgreSQL, started as a process and ended by SIGTERM.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { expect, vi } from 'vitest';
import { type Finished, finished, type Scratch } from './cli.ts';
import { type StoredRecord, searchRecords } from './records.ts';

export interface RunningServer {
  readonly scratch: Scratch;
  readonly port: number;
  readonly dataDir: string;
  /** Status of the health endpoint. */
  health(): Promise<number>;
  connect(user?: 'demo' | 'guest' | 'postgres', password?: string): Promise<pg.Client>;
  /** Records that answer `search`, once `enough` of them are there. */
  records(args: readonly string[], enough: (records: StoredRecord[]) => boolean): Promise<StoredRecord[]>;
  stop(): Promise<Finished>;
}

export async function startServer(scratch: Scratch, args: readonly string[] = []): Promise<RunningServer> {
  const child = scratch.start([...args, '--json', '--listen=127.0.0.1:0', '--health-listen=127.0.0.1:0']);
  const end = finished(child);
  const ready = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
    void end.then(({ code, stderr }) => reject(new Error(`serve ended with ${code}: ${stderr}`)));
  });
  const { gateway, health, data }: { gateway: { port: number }; health: { port: number }; data: string } =
    JSON.parse(ready);
  const clients: pg.Client[] = [];
  return {
    scratch,
    port: gateway.port,
    dataDir: data,
    async health() {
      const { status } = await fetch(`http://127.0.0.1:${health.port}/health`);
      return status;
    },
    async connect(user = 'demo', password = user) {
      const secret = user === 'postgres' ? superuserPassword(data) : password;
      const client = new pg.Client({
        host: '127.0.0.1',
        port: gateway.port,
        user,
        password: secret,
        database: 'demo',
        application_name: 'seeds',
      });
      client.on('error', () => undefined);
      clients.push(client);
      await client.connect();
      return client;
    },
    records: (search, enough) =>
      vi.waitFor(
        async () => {
          const found = await searchRecords(scratch, [`--data=${data}`, ...search]);
          if (!enough(found)) throw new Error(`after all that time only ${found.length} records`);
          return found;
        },
        { timeout: 20_000, interval: 100 },
      ),
    async stop() {
      await Promise.allSettled(clients.map((client) => client.end()));
      child.kill('SIGTERM');
      return end;
    },
  };
}

/** What the contract calls ready: up, healthy, and ended in order by SIGTERM. */
export async function expectReady(
  scratch: Scratch,
  args: readonly string[],
  use?: (server: RunningServer) => Promise<void>,
) {
  const server = await startServer(scratch, args);
  try {
    expect(await server.health()).toBe(200);
    await use?.(server);
  } finally {
    const { code } = await server.stop();
    expect(code).toBe(0);
  }
}

function superuserPassword(dataDir: string): string {
  return readFileSync(path.join(dataDir, 'postgres', 'superuser'), 'utf8').trim();
}

/** With auditing off: ready, statements pass, nothing is recorded from sources, and both stderr and the log say so. */
export async function expectUnrecorded(scratch: Scratch, args: readonly string[]): Promise<void> {
  const server = await startServer(scratch, args);
  expect(await server.health()).toBe(200);
  const client = await server.connect();
  expect((await client.query('SELECT 42 AS answer')).rows).toEqual([{ answer: 42 }]);
  const { code, stderr } = await server.stop();
  expect(code).toBe(0);
  expect(stderr).toMatch(/auditing is off/i);
  const records = await searchRecords(scratch, [`--data=${server.dataDir}`]);
  expect(records.filter(({ event_type }) => event_type !== 'system')).toEqual([]);
  expect(records.map(({ subtype }) => subtype)).toContain('auditing_disabled');
}
