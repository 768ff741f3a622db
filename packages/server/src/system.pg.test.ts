import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectToWriter, isSeal, readLines, verifyLog } from '@indelible/log';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from './config/load-config.ts';
import { type System, startSystem } from './system.ts';

let folder: string;
let system: System | undefined;
const told: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'indelible-system-'));
  process.env.INDELIBLE_CONFIG_HOME = join(folder, 'home');
  told.length = 0;
});
afterEach(async () => {
  await system?.stop('test_over');
  system = undefined;
  delete process.env.INDELIBLE_CONFIG_HOME;
  for (const name of ['data', 'other']) {
    // As root the database lives elsewhere, and this is a link to it.
    const database = join(folder, name, 'postgres');
    if (existsSync(database)) rmSync(realpathSync(database), { recursive: true });
  }
  rmSync(folder, { recursive: true });
});

async function start(flags: Record<string, string> = {}): Promise<System> {
  const ports = { listen: '127.0.0.1:0', 'health-listen': '127.0.0.1:0' };
  const given = new Map(Object.entries({ ...ports, data: join(folder, 'data'), ...flags }));
  const config = loadConfig({ flags: given, environment: {}, workingDir: folder });
  system = await startSystem(config, { version: '0.0.0', tell: (message) => told.push(message) });
  return system;
}

interface RecordedEvent {
  event_type: string;
  subtype: string;
  details?: Record<string, unknown>;
}

async function recorded(): Promise<RecordedEvent[]> {
  const lines: string[] = [];
  for await (const batch of readLines(join(folder, 'data'))) lines.push(...batch.map(({ line }) => line));
  return lines.filter((line) => !isSeal(line)).map((line): RecordedEvent => JSON.parse(line));
}

async function query(running: System, text: string): Promise<pg.QueryResult> {
  const { host, port } = running.gatewayAddress;
  const client = new pg.Client({ host, port, user: 'demo', password: 'demo', database: 'demo' });
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end();
  }
}

describe('the whole system', () => {
  it('records from its start, through a session, to its stop, and the log verifies', async () => {
    const running = await start();
    expect((await query(running, 'SELECT name FROM customers ORDER BY id')).rows).toHaveLength(3);
    const { host, port } = running.healthAddress;
    const health = await fetch(`http://${host}:${port}/health`);
    expect(health.status).toBe(200);
    await running.stop('SIGTERM');
    const events = await recorded();
    const subtypes = events.map(({ subtype }) => subtype);
    expect(subtypes.slice(0, 3)).toEqual(['log_created', 'server_started', 'config_changed']);
    expect(subtypes).toEqual(expect.arrayContaining(['login_success', 'query_executed', 'logout']));
    expect(events.at(-1)).toMatchObject({ subtype: 'server_stopped', details: { reason: 'SIGTERM' } });
    expect(events[2]?.details).toMatchObject({ level: 'comprehensive', exclude: [], enabled: true });
    expect(await verifyLog({ dataDir: join(folder, 'data') })).toMatchObject({ ok: true });
    expect(readFileSync(join(folder, 'home', 'known_logs'), 'utf8')).toBe(`${running.log.vkey}\n`);
    expect(readdirSync(join(folder, 'data', 'tree'))).toContain('0');
  });

  it('lets statements pass unrecorded when auditing is off, and the log says so', async () => {
    const running = await start({ 'audit-enabled': 'false' });
    expect((await query(running, 'SELECT 1')).rows).toHaveLength(1);
    await running.stop('SIGINT');
    const subtypes = (await recorded()).map(({ subtype }) => subtype);
    expect(subtypes).toEqual([
      'log_created',
      'server_started',
      'config_changed',
      'auditing_disabled',
      'server_stopped',
    ]);
  });

  it('records what comes through the socket, and tells those who watch before it is sealed', async () => {
    const running = await start();
    const watcher = await connectToWriter(running.log.dataDir);
    const writer = await connectToWriter(running.log.dataDir);
    if (watcher === undefined || writer === undefined) throw new Error('there is no writer');
    const seen = new Promise<unknown>((resolve) => {
      void watcher.watch(resolve, () => {}).catch(() => {});
    });
    // The watch has begun once the writer has answered something that was asked later.
    await writer.record([{ event_type: 'admin_action', subtype: 'user_created' }]);
    const [result] = await writer.record([{ event_type: 'admin_action', subtype: 'user_deleted' }]);
    expect(result).toMatchObject({ seq: expect.any(Number) });
    expect(await seen).toMatchObject({ event_type: 'admin_action', event_id: expect.stringMatching(/^evt_/) });
    watcher.close();
    writer.close();
  });

  it('ends what it started when a port is taken, and names the option', async () => {
    const running = await start();
    const { host, port } = running.gatewayAddress;
    const flags = new Map(
      Object.entries({ listen: `${host}:${port}`, data: join(folder, 'other'), 'health-listen': '127.0.0.1:0' }),
    );
    const config = loadConfig({ flags, environment: {}, workingDir: folder });
    await expect(startSystem(config, { version: '0.0.0', tell: () => {} })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('gateway.listen'),
    });
    // The lock is free again: nothing was left running.
    await (
      await startSystem(
        { ...config, gateway: { ...config.gateway, listen: { host, port: 0 } } },
        { version: '0', tell: () => {} },
      )
    ).stop('x');
  });
});
