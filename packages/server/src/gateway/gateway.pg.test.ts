// The gateway before a real PostgreSQL: what clients do, and what the records say of it.

import { once } from 'node:events';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type GatewayFixture, openGateway, startServer } from './testing/gateway-fixture.ts';

let server: Awaited<ReturnType<typeof startServer>>;
let fixture: GatewayFixture;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());
beforeEach(async () => {
  fixture = await openGateway(server);
});
afterEach(() => fixture.close());

describe('sessions', () => {
  it('records a login, a wrong password and a disconnect with address, session and method', async () => {
    await expect(fixture.client({ password: 'wrong' })).rejects.toThrow(/password authentication failed/);
    const client = await fixture.client({ application_name: 'the test' });
    await client.end();
    const logout = await fixture.recorder.next(({ subtype }) => subtype === 'logout');
    const [login] = fixture.recorder.of('login_success');
    const [failure] = fixture.recorder.of('login_failure');
    expect(failure?.result).toMatchObject({ status: 'failure', error_code: '28P01' });
    expect(login?.actor).toMatchObject({
      user_id: 'demo',
      ip_address: '127.0.0.1',
      user_agent: 'the test',
      auth_method: 'scram-sha-256',
    });
    expect(logout.actor?.session_id).toBe(login?.actor?.session_id);
    expect(failure?.actor?.session_id).not.toBe(login?.actor?.session_id);
    expect(logout.details).toMatchObject({ reason: 'terminate', session_duration: expect.any(Number) });
    expect(JSON.stringify(fixture.recorder.events)).not.toContain('wrong');
  });

  it('records a database that does not exist as a failed login', async () => {
    await expect(fixture.client({ database: 'nowhere' })).rejects.toThrow(/does not exist/);
    expect(fixture.recorder.of('login_failure')[0]?.result?.error_code).toBe('3D000');
  });

  it('records a session that the server ended for idling as expired', async () => {
    const client = await fixture.client();
    await client.query("SET idle_session_timeout = '50ms'");
    const expired = await fixture.recorder.next(({ subtype }) => subtype === 'session_expired');
    expect(expired.result?.error_code).toBe('57P05');
    expect(fixture.recorder.of('logout')).toHaveLength(0);
  });

  it('records a connection that never logs in, and ends it after the time for logins', async () => {
    await fixture.close();
    fixture = await openGateway(server, { loginTimeoutMs: 50 });
    const socket = await fixture.socket();
    socket.resume();
    await once(socket, 'close');
    const closed = await fixture.recorder.next(({ subtype }) => subtype === 'connection_closed');
    expect(closed.details).toMatchObject({ reason: 'login_timeout' });
  });

  it('turns clients away beyond its limit and records that once', async () => {
    await fixture.close();
    fixture = await openGateway(server, { connectionsMax: 1 });
    const client = await fixture.client();
    await expect(fixture.client()).rejects.toThrow(/connections already/);
    await expect(fixture.client()).rejects.toThrow(/connections already/);
    expect(fixture.recorder.of('resource_exhausted')).toHaveLength(1);
    await client.end();
  });

  it('tells the client when nobody answers behind the gateway', async () => {
    const other = await openGateway({ socketDir: '/nonexistent', port: 1 });
    await expect(other.client()).rejects.toThrow(/does not answer/);
    await other.recorder.next(({ subtype }) => subtype === 'upstream_unavailable');
    await other.close();
  });
});

describe('statements', () => {
  it('records a read with its text, parameters, tables, rows, bytes and duration', async () => {
    const client = await fixture.client();
    const { rows } = await client.query('SELECT name, email FROM customers WHERE region = $1', ['EMEA']);
    const [event] = fixture.recorder.statements();
    expect(event).toMatchObject({
      event_type: 'data_access',
      subtype: 'query_executed',
      actor: { user_id: 'demo' },
      operation: {
        type: 'SELECT',
        query: 'SELECT name, email FROM customers WHERE region = $1',
        parameters: ['EMEA'],
        graph: 'demo',
        labels_accessed: ['public.customers'],
        properties_accessed: expect.arrayContaining(['name', 'email', 'region']),
        rows_returned: rows.length,
      },
      result: { status: 'success', error_code: null, error_message: null },
      context: { source: 'postgres', request_id: expect.any(String), correlation_id: expect.any(String) },
      details: { tag: 'SELECT 2', protocol: 'extended' },
    });
    // DataRow: type, length, field count, then each field with its length.
    const bytes = rows.map(
      (row) => 7 + Object.values(row).reduce<number>((sum, text) => sum + 4 + String(text).length, 0),
    );
    expect(event?.operation?.bytes_transferred).toBe(bytes.reduce((sum, size) => sum + size, 0));
    expect(event?.operation?.duration_ms).toBeGreaterThan(0);
    expect(fixture.recorder.of('access_granted').map(({ details }) => details?.resource)).toContain('public.customers');
    await client.end();
  });

  it('gives exactly one record for each of 1,000 statements, in order and with the right status', async () => {
    const client = await fixture.client();
    const kinds = [
      (n: number) => ({ run: client.query(`SELECT ${n}`), fails: false }),
      (n: number) => ({ run: client.query('SELECT $1::int', [n]), fails: false }),
      (n: number) => ({ run: client.query({ name: 'named', text: 'SELECT $1::text', values: [n] }), fails: false }),
      (n: number) => ({ run: client.query(`SELECT ${n} / 0`), fails: true }),
      (n: number) => ({ run: client.query('SELECT $1::int / 0', [n]), fails: true }),
      (n: number) => ({ run: client.query(`SELEKT ${n}, $1`, [n]), fails: true }),
      (n: number) => ({ run: client.query(`SELECT * FROM nowhere_${n} WHERE $1 = 1`, [n]), fails: true }),
    ];
    const expected: string[] = [];
    const runs = Array.from({ length: 1000 }, (_, n) => {
      const { run, fails } = kinds[n % kinds.length]!(n);
      expected.push(fails ? 'failure' : 'success');
      return run.then(
        () => 'success',
        () => 'failure',
      );
    });
    expect(await Promise.all(runs)).toEqual(expected);
    const statements = fixture.recorder.statements();
    expect(statements.map(({ result }) => result?.status)).toEqual(expected);
    expect(new Set(statements.map(({ context }) => context?.request_id)).size).toBe(1000);
    expect(statements.every(({ operation }) => (operation?.query ?? '') !== '')).toBe(true);
    await client.end();
  });

  it('records a refused read as a failure and as a denied access to the table', async () => {
    const client = await fixture.client();
    await expect(
      client.query('SELECT c.name, p.salary FROM customers c JOIN payroll p ON p.customer_id = c.id'),
    ).rejects.toThrow(/permission denied/);
    const [denied] = fixture.recorder.of('access_denied');
    expect(denied).toMatchObject({
      event_type: 'authorization',
      result: { status: 'failure', error_code: '42501' },
      details: { resource: 'public.payroll', required_permission: 'SELECT:public.payroll' },
    });
    expect(fixture.recorder.statements()[0]?.result?.error_code).toBe('42501');
    expect(denied?.context?.request_id).toBe(fixture.recorder.statements()[0]?.context?.request_id);
    await client.end();
  });

  it('records each statement of a simple query of several, and none that was not reached', async () => {
    const client = await fixture.client();
    const text =
      "CREATE TEMP TABLE t (a int); INSERT INTO t VALUES (1), (2); SELECT * FROM t; SELECT 1/0; SELECT 'never'";
    await expect(client.query(text)).rejects.toThrow(/division by zero/);
    const statements = fixture.recorder.statements();
    expect(statements.map(({ operation }) => operation?.query)).toEqual(text.split('; ').slice(0, 4));
    expect(statements.map(({ result }) => result?.status)).toEqual(['success', 'success', 'success', 'failure']);
    expect(statements.map(({ operation }) => operation?.rows_returned)).toEqual([0, 0, 2, 0]);
    expect(statements[1]?.operation?.rows_affected).toBe(2);
    expect(new Set(statements.map(({ context }) => context?.correlation_id)).size).toBe(1);
    await client.end();
  });

  it('records changes of data, schema, roles and rights under their subtypes', async () => {
    const client = await fixture.client();
    const expected: [string, string][] = [
      ['CREATE TABLE things (id int PRIMARY KEY, name text)', 'schema_change/table_created'],
      ["INSERT INTO things VALUES (1, 'one')", 'data_modification/node_created'],
      ["UPDATE things SET name = 'uno'", 'data_modification/node_updated'],
      ['DELETE FROM things WHERE id = 1', 'data_modification/node_deleted'],
      ['CREATE INDEX things_name ON things (name)', 'schema_change/index_created'],
      ['CREATE ROLE somebody', 'admin_action/user_created'],
      ['GRANT SELECT ON things TO somebody', 'authorization/permission_granted'],
      ['REVOKE SELECT ON things FROM somebody', 'authorization/permission_revoked'],
      ['DROP TABLE things', 'schema_change/table_dropped'],
      ['DROP ROLE somebody', 'admin_action/user_deleted'],
    ];
    for (const [text] of expected) await client.query(text);
    const subtypes = fixture.recorder.statements().map(({ event_type, subtype }) => `${event_type}/${subtype}`);
    expect(subtypes).toEqual(expected.map(([, subtype]) => subtype));
    await client.end();
  });

  it('ties the statements of a transaction together and sets them apart from others', async () => {
    const client = await fixture.client();
    for (const text of ['BEGIN', 'SELECT 1', 'COMMIT', 'SELECT 2']) await client.query(text);
    const [begin, inside, commit, after] = fixture.recorder.statements().map(({ context }) => context?.correlation_id);
    expect(inside).toBe(begin);
    expect(commit).toBe(begin);
    expect(after).not.toBe(begin);
    await client.end();
  });

  it('names the role that SET ROLE put on, and its end with a rollback', async () => {
    const admin = await fixture.client();
    await admin.query('CREATE ROLE reader');
    await admin.query('GRANT reader TO demo');
    for (const text of ['BEGIN', 'SET ROLE reader', 'SELECT 1', 'ROLLBACK', 'SELECT 2']) await admin.query(text);
    const roles = fixture.recorder.statements().map(({ operation, actor }) => [operation?.query, actor?.roles]);
    expect(roles).toContainEqual(['SELECT 1', ['reader']]);
    expect(roles).toContainEqual(['SELECT 2', undefined]);
    await admin.query('DROP ROLE reader');
    await admin.end();
  });

  it('records what SQL EXECUTE runs', async () => {
    const client = await fixture.client();
    await client.query('PREPARE p AS SELECT email FROM customers');
    await client.query('EXECUTE p');
    const event = fixture.recorder.statements()[1];
    expect(event?.operation).toMatchObject({
      query: 'EXECUTE p',
      labels_accessed: ['public.customers'],
      rows_returned: 3,
    });
    await client.end();
  });

  it('records a commit that fails at its end as failed', async () => {
    const client = await fixture.client();
    await client.query('CREATE TABLE late (a int UNIQUE DEFERRABLE INITIALLY DEFERRED)');
    await expect(client.query('INSERT INTO late VALUES ($1), ($1)', [1])).rejects.toThrow(/duplicate key/);
    const statements = fixture.recorder.statements();
    expect(statements.at(-1)?.result).toMatchObject({ status: 'failure', error_code: '23505' });
    await client.query('DROP TABLE late');
    await client.end();
  });
});

describe('what passes through', () => {
  it('copies in and out, with the rows of the tag', async () => {
    const client = await fixture.client();
    await client.query('CREATE TEMP TABLE lines (a int)');
    const copied = await copyIn(client, 'COPY lines FROM STDIN', Readable.from(['1\n', '2\n', '3\n']));
    expect(copied).toBe('COPY 3');
    const { rows } = await client.query('SELECT count(*)::int AS n FROM lines');
    expect(rows[0]?.n).toBe(3);
    const event = fixture.recorder.statements().find(({ operation }) => operation?.query?.startsWith('COPY'));
    expect(event).toMatchObject({
      subtype: 'bulk_insert',
      operation: { rows_affected: 3 },
      details: { tag: 'COPY 3' },
    });
    expect(event?.operation?.bytes_transferred).toBeGreaterThan(6);
    await client.end();
  });

  it('cancels a running statement for a client that asks on another connection', async () => {
    const client = await fixture.client();
    const { rows } = await client.query('SELECT 1 AS one');
    expect(rows).toEqual([{ one: 1 }]);
    const running = client.query('SELECT pg_sleep(60)').catch((error: Error) => error.message);
    const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
    const request = Buffer.alloc(16);
    for (const [position, value] of [16, 80877102, processID, secretKey].entries())
      request.writeInt32BE(value, position * 4);
    const socket = await fixture.socket();
    // The server must have the statement before it can cancel it.
    const watcher = await fixture.client();
    const isRunning =
      "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND state = 'active' AND pid <> pg_backend_pid()";
    while ((await watcher.query(isRunning)).rowCount === 0);
    socket.end(request);
    expect(await running).toMatch(/canceling statement/);
    const event = fixture.recorder.statements().find(({ operation }) => operation?.query === 'SELECT pg_sleep(60)');
    expect(event?.result).toMatchObject({ status: 'failure', error_code: '57014' });
    await watcher.end();
    await client.end();
  });

  it('records what a client started and did not wait for', async () => {
    const client = await fixture.client();
    await client.query('CREATE TABLE abandoned (a int)');
    client.query('INSERT INTO abandoned SELECT generate_series(1, 100000)').catch(() => undefined);
    (client as unknown as { connection: { stream: { destroySoon(): void } } }).connection.stream.destroySoon();
    const event = await fixture.recorder.next(
      ({ operation }) => operation?.query?.startsWith('INSERT INTO abandoned') === true,
    );
    expect(event.result?.status).toBe('success');
    expect(event.operation?.rows_affected).toBe(100_000);
    await fixture.recorder.next(({ subtype, details }) => subtype === 'logout' && details?.reason === 'client_gone');
    const other = await fixture.client();
    await other.query('DROP TABLE abandoned');
    await other.end();
  });

  it('records a session that the server ended, with its last statement', async () => {
    const client = await fixture.client();
    const killer = await fixture.client();
    await client.query("SET application_name = 'victim'");
    const running = client.query('SELECT pg_sleep(60)').catch((error: Error) => error.message);
    const terminate =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim' AND state = 'active'";
    while ((await killer.query(terminate)).rowCount === 0);
    expect(await running).toMatch(/terminating connection/);
    const logout = await fixture.recorder.next(({ subtype }) => subtype === 'logout');
    expect(logout).toMatchObject({ result: { error_code: '57P01' }, details: { reason: 'ended_by_server' } });
    const event = fixture.recorder.statements().find(({ operation }) => operation?.query === 'SELECT pg_sleep(60)');
    expect(event).toMatchObject({
      actor: { user_agent: 'victim' },
      result: { status: 'failure', error_code: '57P01' },
    });
    await killer.end();
  });

  it('carries a text and a result of megabytes unchanged', async () => {
    const client = await fixture.client();
    const long = 'x'.repeat(3_000_000);
    const { rows } = await client.query('SELECT $1::text AS long', [long]);
    expect(rows[0]?.long === long).toBe(true);
    const { rows: many } = await client.query("SELECT repeat('y', 1000) AS y FROM generate_series(1, 20000)");
    expect(many).toHaveLength(20_000);
    expect(fixture.recorder.statements()[1]?.operation?.rows_returned).toBe(20_000);
    await client.end();
  });
});

describe('when the log cannot be written', () => {
  it('sends no statement to the server and answers 58030', async () => {
    const client = await fixture.client();
    fixture.log.state = 'stopped';
    await expect(client.query('CREATE TABLE unseen (a int)')).rejects.toMatchObject({ code: '58030' });
    fixture.log.state = 'open';
    const other = await fixture.client();
    const { rows } = await other.query("SELECT to_regclass('unseen') AS name");
    expect(rows[0]?.name).toBeNull();
    await other.end();
  });

  it('lets nobody in', async () => {
    fixture.log.state = 'stopped';
    await expect(fixture.client()).rejects.toMatchObject({ code: '58030' });
  });

  it('rolls back a transaction whose records fail before its commit', async () => {
    const client = await fixture.client();
    await client.query('BEGIN');
    fixture.recorder.failure = new Error('disk is gone');
    await client.query('CREATE TABLE doomed (a int)').catch(() => undefined);
    await expect(client.query('COMMIT')).rejects.toThrow();
    fixture.recorder.failure = undefined;
    const other = await fixture.client();
    const { rows } = await other.query("SELECT to_regclass('doomed') AS name");
    expect(rows[0]?.name).toBeNull();
    await other.end();
  });

  it('does not send a COMMIT before the records of the transaction are durable', async () => {
    const client = await fixture.client();
    const watcher = await fixture.client();
    await watcher.query('SELECT 1');
    await client.query('BEGIN');
    let release: () => void = () => undefined;
    fixture.recorder.barrier = new Promise((resolve) => {
      release = resolve;
    });
    await client.query('CREATE TABLE waiting (a int)');
    const committed = client.query('COMMIT').then(() => 'committed');
    fixture.recorder.barrier = undefined;
    const { rows } = await watcher.query("SELECT to_regclass('waiting') AS name");
    expect(rows[0]?.name).toBeNull();
    release();
    expect(await committed).toBe('committed');
    await client.query('DROP TABLE waiting');
    await client.end();
    await watcher.end();
  });

  it('tells nobody that a statement was done before its record is durable', async () => {
    const client = await fixture.client();
    await client.query('SELECT 1');
    let release: () => void = () => undefined;
    fixture.recorder.barrier = new Promise((resolve) => {
      release = resolve;
    });
    let isDone = false;
    const done = client.query('CREATE TABLE told (a int)').then(() => {
      isDone = true;
    });
    await fixture.recorder.next(({ operation }) => operation?.query === 'CREATE TABLE told (a int)');
    await new Promise((resolve) => setImmediate(resolve));
    expect(isDone).toBe(false);
    fixture.recorder.barrier = undefined;
    release();
    await done;
    await client.query('DROP TABLE told');
    await client.end();
  });
});

/** COPY FROM STDIN with the client's own messages: node-postgres has no API for it. */
async function copyIn(client: { query(submittable: object): unknown }, text: string, data: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    let connection: { sendCopyFromChunk(chunk: Buffer): void; endCopyFrom(): void };
    client.query({
      submit(to: typeof connection & { query(text: string): void }) {
        connection = to;
        to.query(text);
      },
      async handleCopyInResponse() {
        for await (const chunk of data) connection.sendCopyFromChunk(Buffer.from(chunk));
        connection.endCopyFrom();
      },
      handleCommandComplete: ({ text: tag }: { text: string }) => resolve(tag),
      handleError: reject,
      handleReadyForQuery: () => undefined,
      callback: () => undefined,
    });
  });
}
