// The corners of the extended protocol, written message by message before a real PostgreSQL.

import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type GatewayFixture, openGateway, startServer } from './testing/gateway-fixture.ts';
import { bind, closePortal, describe, execute, parse, RawSession, raw, run, sync } from './testing/raw-session.ts';

let server: Awaited<ReturnType<typeof startServer>>;
let fixture: GatewayFixture;
let session: RawSession;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());
beforeEach(async () => {
  fixture = await openGateway(server, { messageBytesMax: 1_000_000 });
  session = new RawSession(await fixture.client());
});
afterEach(async () => {
  session.end();
  await fixture.close();
});

const recorded = () => fixture.recorder.statements().map(({ operation, result }) => [operation?.query, result?.status]);

it('records up to the error of a pipeline, and goes on behind its Sync', async () => {
  session.send(run('SELECT 1'), run('SELECT 1/0'), run("SELECT 'skipped'"), sync, run('SELECT 2'), sync);
  expect(await session.until('Z', 2)).toBe('12DC1EZ12DCZ');
  expect(recorded()).toEqual([
    ['SELECT 1', 'success'],
    ['SELECT 1/0', 'failure'],
    ['SELECT 2', 'success'],
  ]);
});

it('ignores with the server what comes between an error and a Sync that is sent later', async () => {
  session.send(run('SELECT 1/0'), raw('H'));
  await session.until('E');
  session.send(run("SELECT 'skipped'"), raw('Q', "SELECT 'skipped too'"), sync, run('SELECT 3'), sync);
  await session.until('Z', 2);
  expect(recorded()).toEqual([
    ['SELECT 1/0', 'failure'],
    ['SELECT 3', 'success'],
  ]);
});

it('records a portal that is read in parts once, with all its rows', async () => {
  const text = 'SELECT generate_series(1, 5)';
  session.send(raw('Q', 'BEGIN'), parse(text), bind('p'), execute('p', 2), execute('p', 2), execute('p', 2), sync);
  await session.until('Z', 2);
  const event = fixture.recorder.statements()[1];
  expect(event?.operation).toMatchObject({ query: text, rows_returned: 5 });
  expect(fixture.recorder.statements()).toHaveLength(2);
});

it('records a portal that was closed before its end with the rows it gave', async () => {
  session.send(parse('SELECT generate_series(1, 5)'), bind('p'), execute('p', 2), closePortal('p'), sync);
  await session.until('Z');
  expect(fixture.recorder.statements()).toHaveLength(1);
  expect(fixture.recorder.statements()[0]).toMatchObject({
    operation: { rows_returned: 2 },
    result: { status: 'success' },
    details: { suspended: true },
  });
});

it('records a portal left open by the end of its transaction', async () => {
  session.send(parse('SELECT generate_series(1, 5)'), bind(), execute('', 3), sync);
  await session.until('Z');
  expect(fixture.recorder.statements()[0]?.operation?.rows_returned).toBe(3);
});

it('lets a pipelined transaction through although its COMMIT waits for the records before it', async () => {
  session.send(run('BEGIN'), run('CREATE TEMP TABLE t (a int)'), run('INSERT INTO t VALUES (1)'), run('COMMIT'), sync);
  await session.until('Z');
  expect(recorded().map(([query]) => query)).toEqual([
    'BEGIN',
    'CREATE TEMP TABLE t (a int)',
    'INSERT INTO t VALUES (1)',
    'COMMIT',
  ]);
});

it('follows COPY FROM STDIN in the extended protocol, where the server ignores the first Sync', async () => {
  session.send(raw('Q', 'CREATE TEMP TABLE c (a int)'));
  await session.until('Z');
  session.send(run('COPY c FROM STDIN'), sync);
  await session.until('G');
  session.send(raw('d', Buffer.from('1\n2\n')), raw('c'), sync, run('SELECT 4'), sync);
  await session.until('Z', 3);
  expect(recorded().slice(1)).toEqual([
    ['COPY c FROM STDIN', 'success'],
    ['SELECT 4', 'success'],
  ]);
});

it('follows a COPY whose data and end are sent without waiting, and one that fails', async () => {
  session.send(raw('Q', 'CREATE TEMP TABLE c (a int)'));
  await session.until('Z');
  session.send(raw('Q', 'COPY c FROM STDIN'), raw('d', Buffer.from('7\n')), raw('c'), raw('Q', 'SELECT a FROM c'));
  session.send(raw('Q', 'COPY c FROM STDIN'), raw('d', Buffer.from('no number\n')), raw('c'), raw('Q', 'SELECT 5'));
  await session.until('Z', 5);
  expect(recorded().slice(1)).toEqual([
    ['COPY c FROM STDIN', 'success'],
    ['SELECT a FROM c', 'success'],
    ['COPY c FROM STDIN', 'failure'],
    ['SELECT 5', 'success'],
  ]);
});

it('reads binary parameters by the types that the server tells', async () => {
  const value = Buffer.from([0, 0, 0, 4, 0, 0, 0, 42]);
  session.send(parse('SELECT $1::int4 + 1', 's'), describe('s'), raw('B', '', 's', 1, 1, 1, value, 0), execute(), sync);
  await session.until('Z');
  expect(fixture.recorder.statements()[0]?.operation?.parameters).toEqual([42]);
});

it('passes messages that it does not know to the server', async () => {
  session.send(raw('y', 'what is this'));
  await session.until('E');
  expect(session.answers.find(({ type }) => type === 'E')?.body).toMatch(/invalid frontend message type/);
});

it('refuses a statement over the limit with the limit in the message', async () => {
  session.send(raw('Q', `SELECT '${'x'.repeat(1_000_001)}'`));
  await session.until('E');
  expect(session.answers.find(({ type }) => type === 'E')?.body).toMatch(/54000.*over the limit of 1000000 bytes/s);
});

it('records the function called by the old fast path', async () => {
  session.send(raw('Q', "SELECT 'abs(int4)'::regprocedure::oid"));
  await session.until('Z');
  const oid = Number(session.answers.find(({ type }) => type === 'D')?.body.replace(/[^0-9]/g, ''));
  const functionOid = Buffer.alloc(4);
  functionOid.writeInt32BE(oid);
  session.send(raw('F', functionOid, 0, 1, Buffer.from([0, 0, 0, 2]), Buffer.from('-3'), 0));
  await session.until('Z', 2);
  expect(recorded()[1]).toEqual([`fast-path call of function ${oid}`, 'success']);
});
