// What a PostgreSQL session through the gateway leaves in the log. One server for all cases; each has its own marks.

import net from 'node:net';
import type pg from 'pg';
import { afterAll, beforeAll, expect } from 'vitest';
import { RawSession, run, sync } from '../../packages/server/src/gateway/testing/raw-session.ts';
import { createScratch, type Scratch } from './support/cli.ts';
import type { StoredRecord } from './support/records.ts';
import { pending, seed } from './support/seed-case.ts';
import { seedYaml } from './support/seed-rows.ts';
import { type RunningServer, startServer } from './support/server.ts';

let scratch: Scratch;
let server: RunningServer;
let client: pg.Client;

beforeAll(async () => {
  scratch = createScratch();
  server = await startServer(scratch, ['serve']);
  client = await server.connect();
}, 120_000);

afterAll(async () => {
  await server?.stop();
  scratch?.remove();
});

const ofStatement = (records: readonly StoredRecord[]) => records.filter(({ subtype }) => subtype !== 'access_granted');
const queryOf = ({ operation }: StoredRecord) => String(operation?.query ?? '');

/** The records of statements that hold a text, oldest first. */
async function statementsWith(text: string, count: number): Promise<StoredRecord[]> {
  const enough = (records: readonly StoredRecord[]) => ofStatement(records).length >= count;
  return ofStatement(await server.records([`--text=${text}`], enough));
}

seed('G03', async () => {
  const expected: { text: string; status: string }[] = [];
  const next = (fails: boolean): string => {
    const text = `SELECT ${expected.length} / ${fails ? 0 : 1} AS g03`;
    expected.push({ text, status: fails ? 'failure' : 'success' });
    return text;
  };
  const ignore = () => undefined;
  for (let n = 0; n < 300; n++) await client.query(next(n % 10 === 3)).catch(ignore);
  for (let n = 0; n < 300; n++) await client.query({ text: next(n % 10 === 7), values: [] }).catch(ignore);
  // Several statements in one message, and messages that are sent without waiting for the answers.
  for (let n = 0; n < 20; n++) await client.query(Array.from({ length: 10 }, () => next(false)).join('; '));
  const session = new RawSession(await server.connect());
  session.send(...Array.from({ length: 200 }, (_, n) => Buffer.concat([run(next(n % 20 === 11)), sync])));
  await session.until('Z', 200);
  session.end();
  expect(expected).toHaveLength(1_000);
  const records = await statementsWith('AS g03', 1_000);
  const found = records.map((record) => ({ text: queryOf(record), status: record.result?.status }));
  expect(found).toEqual(expected);
});

seed('G04', async () => {
  await expect(server.connect('guest', 'wrong')).rejects.toThrow();
  const guest = await server.connect('guest');
  await guest.query('SELECT 1');
  await guest.end();
  const records = await server.records(['--user=guest', '--event-type=authentication'], (found) => found.length >= 3);
  expect(records.map(({ subtype }) => subtype)).toEqual(['login_failure', 'login_success', 'logout']);
  expect(new Set(records.map(({ actor }) => actor?.ip_address)).size).toBe(1);
  expect(records[0]?.actor?.ip_address).toBe('127.0.0.1');
  expect(records[2]?.actor?.session_id).toBe(records[1]?.actor?.session_id);
  expect(records[1]?.actor?.session_id).toEqual(expect.any(String));
});

seed('G05', async () => {
  await client.query('CREATE TABLE g05_open (a int)');
  await client.query('CREATE TABLE g05_closed (a int)');
  await client.query('GRANT SELECT ON g05_open TO guest');
  const guest = await server.connect('guest');
  await guest.query('SELECT a FROM g05_open');
  await expect(guest.query('SELECT a FROM g05_closed')).rejects.toThrow('permission denied');
  const about = (table: string) => [`--text=${table}`, '--event-type=authorization', '--user=guest'];
  const [granted] = await server.records(about('FROM g05_open'), (found) => found.length > 0);
  const [denied] = await server.records(about('FROM g05_closed'), (found) => found.length > 0);
  expect(granted).toMatchObject({
    subtype: 'access_granted',
    details: { resource: 'public.g05_open', required_permission: 'SELECT:public.g05_open' },
  });
  expect(denied).toMatchObject({
    subtype: 'access_denied',
    result: { status: 'failure', error_code: '42501' },
    details: { resource: 'public.g05_closed', required_permission: 'SELECT:public.g05_closed' },
  });
});

seed('G06', async () => {
  await client.query("CREATE TABLE g06 AS SELECT n AS id, 'name ' || n AS name FROM generate_series(1, 7) n");
  const { rows } = await client.query('SELECT id, name FROM g06 WHERE id > 2');
  expect(rows).toHaveLength(5);
  const records = await statementsWith('SELECT id, name FROM g06', 1);
  expect(records).toHaveLength(1);
  expect(records[0]).toMatchObject({
    event_type: 'data_access',
    subtype: 'query_executed',
    operation: {
      type: 'SELECT',
      query: 'SELECT id, name FROM g06 WHERE id > 2',
      labels_accessed: ['public.g06'],
      properties_accessed: ['id', 'name'],
      rows_returned: 5,
    },
  });
  // Each row is a DataRow message: type, length, column count, then length and text of both columns.
  const bytes = rows.reduce((sum, { id, name }) => sum + 7 + 4 + String(id).length + 4 + String(name).length, 0);
  const { bytes_transferred, duration_ms } = records[0]?.operation ?? {};
  expect(bytes_transferred).toBeGreaterThanOrEqual(
    rows.reduce((sum, row) => sum + String(row.id).length + row.name.length, 0),
  );
  expect(bytes_transferred).toBeLessThanOrEqual(bytes + 200);
  expect(duration_ms).toBeGreaterThan(0);
});

seed('G09', async () => {
  const superuser = await server.connect('postgres');
  await superuser.query('CREATE ROLE g09_someone');
  await superuser.query("ALTER SYSTEM SET application_name = 'g09'");
  await superuser.query('CREATE TABLE g09_table (a int)');
  await superuser.query('VACUUM FULL g09_table');
  const records = await server.records(['--text=g09', '--event-type=admin_action'], (found) => found.length >= 3);
  expect(records.map(({ subtype, result }) => [subtype, result?.status])).toEqual([
    ['user_created', 'success'],
    ['config_changed', 'success'],
    ['maintenance_started', 'success'],
  ]);
  expect(records[0]?.details).toMatchObject({ target_user: 'g09_someone' });
});

seed('G11', async () => {
  await client.query("SELECT 'g11'");
  await statementsWith('g11', 1);
  const records = (await server.records([], () => true)).filter(({ context }) => context?.source === 'postgres');
  expect(records.length).toBeGreaterThan(2);
  for (const record of records) {
    for (const key of ['event_id', 'timestamp', 'event_type', 'severity', 'actor', 'operation', 'result', 'context']) {
      expect(record).toHaveProperty(key);
    }
    expect(record.subtype).toEqual(expect.any(String));
    expect(record.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  }
  expect(new Set(records.map(({ event_id }) => event_id)).size).toBe(records.length);
});

seed('G46', async () => {
  const before = await server.records(['--subtype=connection_closed'], () => true);
  await new Promise<void>((resolve) => {
    const socket = net.connect(server.port, '127.0.0.1', () => socket.end());
    socket.on('close', () => resolve()).resume();
  });
  await server.records(['--subtype=connection_closed'], (found) => found.length > before.length);
  const second = await server.connect('guest');
  await second.query("SELECT 'g46'");
  await second.query("SET application_name = 'g46'");
  await second.end();
  await server.records(['--text=g46'], (found) => ofStatement(found).length >= 2);
});

seed('G62', async () => {
  const statements = [
    ['CREATE SCHEMA g62', 'graph_created', 'schema', 'g62'],
    ['CREATE TABLE g62.t (a int)', 'table_created', 'table', 'g62.t'],
    ['ALTER TABLE g62.t ADD CONSTRAINT g62_check CHECK (a > 0)', 'constraint_created', 'constraint', 'g62_check'],
    ['ALTER TABLE g62.t DROP CONSTRAINT g62_check', 'constraint_dropped', 'constraint', 'g62_check'],
    ['CREATE INDEX g62_index ON g62.t (a)', 'index_created', 'index', 'g62_index'],
    ['DROP INDEX g62.g62_index', 'index_dropped', 'index', 'g62.g62_index'],
    ['CREATE POLICY g62_policy ON g62.t USING (a > 0)', 'policy_created', 'policy', 'g62_policy'],
    ['ALTER POLICY g62_policy ON g62.t USING (a > 1)', 'policy_modified', 'policy', 'g62_policy'],
    ['DROP POLICY g62_policy ON g62.t', 'policy_dropped', 'policy', 'g62_policy'],
    ['DROP SCHEMA g62 CASCADE', 'graph_dropped', 'schema', 'g62'],
  ] as const;
  for (const [sql] of statements) await client.query(sql);
  const records = await server.records(
    ['--text=g62', '--event-type=schema_change'],
    (found) => found.length >= statements.length,
  );
  const found = records.map(({ subtype, details = {} }) => [
    details.definition,
    subtype,
    details.object_type,
    details.object_name,
  ]);
  expect(found).toEqual(statements);
});

seed('G34', async () => {
  const canary = 'c4n4ry';
  await client.query('SELECT $1::text AS g34', [canary]);
  const [kept] = await statementsWith('g34', 1);
  expect(JSON.stringify(kept?.operation?.parameters)).toContain(canary);
  const other = createScratch();
  other.write('indelible.yaml', seedYaml('G34').replace('true', 'false'));
  const second = await startServer(other, ['serve']);
  try {
    const reader = await second.connect();
    await reader.query('SELECT $1::text AS g34', [canary]);
    const records = await second.records(['--text=AS g34'], (found) => ofStatement(found).length > 0);
    expect(JSON.stringify(records)).not.toContain(canary);
    for (const { operation } of records) expect(operation).not.toHaveProperty('parameters');
  } finally {
    await second.stop();
    other.remove();
  }
});

pending(
  ['G01', 'G07', 'G08', 'G59'],
  'values before and after, and what a rollback undid, come with the change stream',
);
pending(['G10', 'G47'], "metrics and the server's own work are not recorded yet");
pending(['G50', 'G53', 'G56', 'G65'], 'second factors, row policies, reports and backups are not seen yet');
