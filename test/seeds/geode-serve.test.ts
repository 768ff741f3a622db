// What `serve` does with the seeds' flags, and what the log is when it has run: integrity, masking, spooling.

import { createPublicKey, verify as verifySignature } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createRecorder, defaultPolicy, type Log, type Receipt } from '@indelible/log';
import { expect, it, vi } from 'vitest';
import { type Scratch, scratchForTest } from './support/cli.ts';
import { recordEvents, searchRecords } from './support/records.ts';
import { pending, seed } from './support/seed-case.ts';
import { seedText, seedYaml } from './support/seed-rows.ts';
import { expectReady, expectUnrecorded, type RunningServer, startServer } from './support/server.ts';

/** A command of a seed, its continued lines joined, as arguments of the program. */
function commandOf(id: string, scratch: Scratch): string[] {
  const text = seedText(id, scratch.dir).replace(/\\\n?/g, ' ');
  const command = text.split('\n').find((line) => line.startsWith('indelible ')) ?? text;
  return command.trim().split(/\s+/).slice(1);
}

async function logsIn(server: RunningServer): Promise<void> {
  await server.connect();
  const found = await server.records(['--subtype=login_success'], (records) => records.length > 0);
  expect(found[0]?.actor).toMatchObject({ user_id: 'demo' });
}

seed('G14', async () => {
  const printed = scratchForTest();
  expect(commandOf('G14', printed)).toEqual(['serve', '--audit-enabled=true']);
  await expectReady(printed, ['serve', '--audit-enabled=true'], logsIn);
  await expectUnrecorded(scratchForTest(), ['audit', 'serve', '--audit-enabled=false']);
  for (const value of ['maybe', '1', '']) {
    const { code, stderr } = await scratchForTest().run(['serve', `--audit-enabled=${value}`]);
    expect({ code, names: stderr.includes('--audit-enabled') }).toEqual({ code: 2, names: true });
  }
});

seed('G15', async () => {
  const scratch = scratchForTest();
  scratch.write('indelible.yaml', 'audit:\n  level: minimal\n');
  for (const level of ['minimal', 'security', 'compliance', 'comprehensive']) {
    const { code, stdout } = await scratch.run(['config', 'show', '--json', `--audit-log-level=${level}`]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).audit.level).toBe(level);
  }
  const { code, stderr } = await scratch.run(['serve', '--audit-log-level=complience']);
  expect(code).toBe(2);
  expect(stderr).toContain('"compliance"');
  await expectReady(scratch, ['serve', '--audit-log-level=security'], logsIn);
});

seed('G18', async () => {
  const scratch = scratchForTest();
  await expectReady(scratch, commandOf('G18', scratch), async (server) => {
    const client = await server.connect();
    await client.query('CREATE TABLE item (id int)');
    await client.query('INSERT INTO item (id) VALUES (1)');
    await client.query('SELECT id FROM item');
    await client.query('CREATE ROLE someone');
    await client.query('GRANT SELECT ON item TO someone');
    await client.query('DROP TABLE item');
    await client.end();
    const records = await server.records([], (found) => found.some(({ subtype }) => subtype === 'logout'));
    const types = records.map(({ event_type, subtype }) => `${event_type}/${subtype}`);
    for (const name of [
      'authentication/login_success',
      'data_modification/node_created',
      'admin_action/user_created',
      'authorization/permission_granted',
    ]) {
      expect(types).toContain(name);
    }
    expect(types.filter((name) => /^(data_access|schema_change)\//.test(name))).toEqual([]);
  });
  const { code, stderr } = await scratch.run(['serve', '--audit-events=authentication,nonsense']);
  expect({ code, names: stderr.includes('nonsense') }).toEqual({ code: 2, names: true });
});

seed('G37', async () => {
  const canary = 'c4n4ry';
  const scratch = scratchForTest();
  scratch.write('indelible.yaml', seedYaml('G37'));
  await recordEvents(scratch, [
    {
      event_type: 'data_modification',
      operation: {
        parameters: { PassWord: canary, deep: [{ Credit_Card: { number: canary } }] },
        changes: { before: { ssn: canary }, after: { SSN: canary, kept: 'kept' } },
      },
      details: { a: { b: [{ password: canary }] }, metadata: { ssn: canary } },
    },
  ]);
  await expectReady(scratch, ['serve'], async (server) => {
    const client = await server.connect();
    await client.query('CREATE TABLE person (name text, ssn text, password text)');
    await client.query(`INSERT INTO person (name, ssn) VALUES ('kept', '${canary}')`);
    await client.query('INSERT INTO person (name, ssn) VALUES ($1, $2)', ['kept', canary]);
    await client.query(`INSERT INTO person VALUES ('ada', '${canary}', '${canary}')`);
    await client.query(`UPDATE person SET password = 'x' || '${canary}' WHERE name = 'kept'`);
    await client.query(`SELECT name FROM person WHERE ssn IN ('${canary}', 'x') OR "SSN" = 1`).catch(() => undefined);
    await client.query(`CREATE ROLE someone PASSWORD '${canary}'`);
    await client.query(`SELECT '${canary} from`).catch(() => undefined);
    await client.end();
    await server.records([], (found) => found.some(({ subtype }) => subtype === 'logout'));
    const records = await server.records([], (found) => JSON.stringify(found).includes('SELECT name FROM person'));
    const text = JSON.stringify(records);
    expect(text).toContain(`VALUES ('kept', '***')`);
    expect(text).not.toContain(canary);
  });
  expect(filesHolding(path.join(scratch.dir, 'indelible-data'), canary)).toEqual([]);
});

/** Files below a data folder, without those of the embedded PostgreSQL, that hold a text. */
function filesHolding(dataDir: string, text: string): string[] {
  return readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const file = path.join(dataDir, name);
    return !name.startsWith('postgres') && statSync(file).isFile() && readFileSync(file).includes(text);
  });
}

seed('G115', async () => {
  const scratch = scratchForTest();
  const yaml = seedYaml('G115', scratch.dir);
  scratch.write('indelible.yaml', yaml);
  const missing = await scratch.run(['serve']);
  expect(missing.code).toBe(3);
  expect(missing.stderr).toContain('audit-signing.key');
  expect((await scratch.run(['init'])).code).toBe(0);
  const keyFile = path.join(scratch.dir, 'etc/geode/keys/audit-signing.key');
  expect(existsSync(keyFile)).toBe(true);
  await recordEvents(scratch, [{ event_type: 'data_access' }]);
  const head = await scratch.run(['head']);
  expect(head.code).toBe(0);
  expect(verifiesWithKey(head.stdout, readFileSync(keyFile, 'utf8'))).toBe(true);
  expect(verifiesWithKey(head.stdout.replace('\n', ' \n'), readFileSync(keyFile, 'utf8'))).toBe(false);
  scratch.write('indelible.yaml', yaml.replace('ed25519', 'rsa'));
  expect((await scratch.run(['config', 'check'])).code).toBe(1);
});

/**
 * Checks a signed note with nothing of ours: the text up to the blank line, and an Ed25519 signature after 4 bytes of
 * key id.
 */
function verifiesWithKey(note: string, pem: string): boolean {
  const at = note.indexOf('\n\n');
  const signature = /^— \S+ (\S+)$/m.exec(note.slice(at))?.[1] ?? '';
  const bytes = Buffer.from(signature, 'base64').subarray(4);
  return verifySignature(null, Buffer.from(note.slice(0, at + 1)), createPublicKey(pem), bytes);
}

seed('G120', async () => {
  const scratch = scratchForTest();
  await recordEvents(
    scratch,
    Array.from({ length: 1_300 }, (_, n) => ({ event_type: 'data_access', details: { n } })),
  );
  // The reading is itself a record.
  const entries = ((await searchRecords(scratch)).length + 1).toLocaleString('en-US');
  const good = await scratch.run(['audit', 'verify']);
  expect(good.code).toBe(0);
  const [talk = '', ...results] = seedText('G120')
    .split('\n')
    .slice(1)
    .map((line) => line.replace('# ', ''));
  expect(good.stderr.split('\n')[0]).toBe(talk);
  expect(good.stdout).toBe(`${results.join('\n').replaceAll('1,234,567', entries)}\n`);
  tamper(scratch, '"n":700', '"n":701');
  const bad = await scratch.run(['audit', 'verify']);
  expect(bad.code).toBe(1);
  expect(bad.stdout).toMatch(/Chain integrity: (?!OK)/);
  expect(bad.stdout).not.toContain('No tampering detected');
  const report = JSON.parse((await scratch.run(['verify', '--json'])).stdout);
  expect(report).toMatchObject({ ok: false, entries: expect.any(Number), signed: expect.any(Number) });
  expect(report.findings[0]).toMatchObject({ kind: expect.any(String), segment: expect.any(String) });
});

function tamper(scratch: Scratch, from: string, to: string): void {
  const segment = path.join(scratch.dir, 'indelible-data/log/00000000000000000000.ndjson');
  const text = readFileSync(segment, 'utf8');
  expect(text).toContain(from);
  writeFileSync(segment, text.replace(from, to));
}

seed('G121', async () => {
  const scratch = scratchForTest();
  // The log's own time cannot be moved from outside, so instants stand for January and March.
  await recordEvents(scratch, [{ event_type: 'data_access', details: { in: 'january' } }]);
  const between = new Date().toISOString();
  // The clock of the last seal of January is proved by the first of February.
  await recordEvents(scratch, [{ event_type: 'data_access', details: { in: 'february' } }]);
  await recordEvents(scratch, [{ event_type: 'data_access', details: { in: 'march' } }]);
  const january = ['--start=2026-01-01', `--end=${between}`];
  const march = [`--start=${between}`];
  const entriesOf = async (range: readonly string[]) => {
    const { code, stdout } = await scratch.run(['audit', 'verify', ...range, '--json']);
    const { ok, entries }: { ok: boolean; entries: number } = JSON.parse(stdout);
    return { code, ok, entries };
  };
  expect(await entriesOf(commandOf('G121', scratch).slice(2))).toMatchObject({ code: 0, ok: true });
  const { entries } = await entriesOf(january);
  expect(entries).toBeGreaterThan(0);
  expect(await entriesOf(march)).toMatchObject({ code: 0, ok: true });
  tamper(scratch, '"in":"march"', '"in":"mARCH"');
  expect(await entriesOf(january)).toEqual({ code: 0, ok: true, entries });
  expect(await entriesOf(march)).toMatchObject({ code: 1, ok: false });
  tamper(scratch, '"in":"january"', '"in":"jANUARY"');
  expect(await entriesOf(january)).toMatchObject({ code: 1, ok: false });
});

/** A log whose disk hangs until it is let go. */
function hangingLog() {
  const held: (() => void)[] = [];
  const taken: object[] = [];
  let open = false;
  const receipt: Receipt = { seq: 0, event_id: 'evt_0', leafHash: Buffer.alloc(32), checkpoint: '' };
  const log: Pick<Log, 'append'> = {
    append: (event) => {
      taken.push(event);
      return open ? Promise.resolve(receipt) : new Promise((resolve) => held.push(() => resolve(receipt)));
    },
  };
  const letGo = () => {
    open = true;
    for (const resume of held.splice(0)) resume();
  };
  return { log, taken, letGo };
}

const spooling = {
  ...defaultPolicy,
  flushIntervalMs: 20,
  failurePolicy: Object.fromEntries(Object.keys(defaultPolicy.failurePolicy).map((type) => [type, 'spool' as const])),
} as typeof defaultPolicy;

const droppedIn = (events: readonly object[]) =>
  (events as readonly { subtype?: string; details?: { count?: number } }[])
    .filter(({ subtype }) => subtype === 'events_dropped')
    .reduce((sum, { details }) => sum + (details?.count ?? 0), 0);

seed('G145', async () => {
  const scratch = scratchForTest();
  scratch.write('indelible.yaml', seedYaml('G145'));
  const { stdout } = await scratch.run(['config', 'show', '--json']);
  expect(new Set(Object.values(JSON.parse(stdout).audit.failure_policy))).toEqual(new Set(['spool']));
  const { log, taken, letGo } = hangingLog();
  const recorder = createRecorder({ log, policy: { ...spooling, bufferSize: 10 } });
  for (let n = 0; n < 40; n++) {
    expect(await recorder.record({ event_type: 'data_modification' })).toMatchObject({ kind: 'spooled' });
  }
  letGo();
  await recorder.close();
  const kept = taken.filter((event) => (event as { event_type: string }).event_type === 'data_modification').length;
  expect(kept).toBeLessThan(40);
  expect(kept + droppedIn(taken)).toBe(40);
});

seed('G146', async () => {
  const scratch = scratchForTest();
  scratch.write('indelible.yaml', seedYaml('G146'));
  const { stdout } = await scratch.run(['config', 'show', '--json']);
  const bufferSize: number = JSON.parse(stdout).audit.buffer_size;
  expect(bufferSize).toBe(10_000);
  const { log, taken, letGo } = hangingLog();
  const recorder = createRecorder({ log, policy: { ...spooling, bufferSize } });
  for (let n = 0; n < bufferSize + 500; n++) await recorder.record({ event_type: 'data_access' });
  letGo();
  await recorder.close();
  const kept = taken.filter((event) => (event as { event_type: string }).event_type === 'data_access').length;
  expect(kept).toBe(bufferSize);
  expect(droppedIn(taken)).toBe(500);
});

seed('G147', async () => {
  const scratch = scratchForTest();
  scratch.write('indelible.yaml', seedYaml('G147'));
  const { stdout } = await scratch.run(['config', 'show', '--json']);
  expect(JSON.parse(stdout).audit.flush_interval).toBe(5_000);
  await expectReady(scratch, ['serve'], async (server) => {
    const client = await server.connect();
    const sent = Date.now();
    await client.query("SELECT 'spooled'");
    await vi.waitFor(() => expect(filesHolding(server.dataDir, "SELECT 'spooled'")).not.toEqual([]), {
      timeout: 10_000,
    });
    expect(Date.now() - sent).toBeLessThan(6_000);
    const [spooled] = await server.records(['--text=spooled'], (found) => found.length === 1);
    expect(spooled?.event_type).toBe('data_access');
  });
});

pending('G35', 'the gateway does not record result rows when asked to');

it('keeps the rows that a read returned out of all files, unless they are asked for', async () => {
  const canary = 'c4n4ry';
  const scratch = scratchForTest();
  scratch.write('indelible.yaml', seedYaml('G35'));
  const server = await startServer(scratch, ['serve']);
  const client = await server.connect();
  await client.query('CREATE TABLE note (a text)');
  await client.query("INSERT INTO note (a) VALUES ('c' || '4' || 'n4ry')");
  expect((await client.query('SELECT a FROM note')).rows).toEqual([{ a: canary }]);
  await server.records(['--text=SELECT a FROM note'], (found) => found.length > 0);
  expect((await server.stop()).code).toBe(0);
  expect(filesHolding(server.dataDir, canary)).toEqual([]);
});

pending(['G13', 'G16', 'G17', 'G19', 'G20', 'G21', 'G22'], 'the file output comes with the sinks');
pending('G143', 'a limit of free space that a test can reach comes later');
