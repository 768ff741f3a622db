import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import { type AuditEvent, isSeal, openLog } from '@indelible/log';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openEngine, type QueryEngine } from '../query/engine.ts';
import { type FilterFlags, readFilter } from './filter-options.ts';
import { runSearch } from './run-search.ts';
import { readSearchFlags, type SearchFlags } from './search-plan.ts';

let dataDir: string;
let engine: QueryEngine;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'indelible-search-'));
  const log = await openLog({ dataDir, ballastBytes: 0, heartbeatMs: 0 });
  for (let hour = 0; hour < 24; hour++) {
    const timestamp = `2026-01-${String(hour + 1).padStart(2, '0')}T23:59:59.999999Z`;
    await log.append({ event_type: 'authentication', subtype: 'login_failure', timestamp, actor: { user_id: 'ana' } });
    await log.append({
      event_type: 'data_access',
      timestamp,
      actor: { user_id: 'bo\x1b[2Jb', session_id: 's1' },
      operation: { labels_accessed: ['public.customers'], rows_returned: hour % 8 },
      details: { hour },
    });
  }
  await log.close();
  engine = await openEngine({ dataDir, indexDir: await mkdtemp(join(tmpdir(), 'indelible-index-')) });
});

afterAll(() => engine.close());

interface Answer {
  readonly stdout: string;
  readonly stderr: string;
}

type Flags = FilterFlags & SearchFlags & { readonly json?: boolean };

async function search({ json = false, ...flags }: Flags, isTTY = false): Promise<Answer> {
  const stdout = Object.assign(new PassThrough(), { isTTY, columns: 120 });
  const stderr = new PassThrough();
  const printed = Promise.all([text(stdout), text(stderr)]);
  const filter = readFilter(flags, Date.parse('2026-01-24T12:00:00Z'));
  const { follows: _, ...plan } = readSearchFlags(flags);
  await runSearch(engine, { ...plan, dataDir, filter, json }, { stdout, stderr });
  stdout.end();
  stderr.end();
  const [out, err] = await printed;
  return { stdout: out, stderr: err };
}

/** The records found, in the order of the answer. */
async function find(flags: Flags): Promise<(AuditEvent & { seq: number })[]> {
  const { stdout } = await search({ ...flags, json: true });
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

async function storedLines(): Promise<string[]> {
  const stored = await readFile(join(dataDir, 'log', `${'0'.repeat(20)}.ndjson`), 'utf8');
  return stored.split('\n').filter((line) => line !== '' && !isSeal(line));
}

test('--json gives the stored lines byte for byte, without seals', async () => {
  const lines = await storedLines();
  expect(lines.length).toBeGreaterThanOrEqual(49);
  expect((await search({ json: true })).stdout.split('\n').slice(0, -1)).toEqual(lines);
});

test('an event type is found by its other names too', async () => {
  const found = (await search({ json: true, eventType: ['auth'], start: '2026-01-03', end: '2026-01-04' })).stdout;
  expect(found.split('\n').slice(0, -1)).toEqual(
    (await storedLines()).filter((line) => /"timestamp":"2026-01-0[34].*"authentication"/.test(line)),
  );
});

test('since counts back from now', async () => {
  const { stdout } = await search({ json: true, since: '1d', user: ['ana'] });
  expect(
    stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line).timestamp),
  ).toEqual(['2026-01-23T23:59:59.999999Z', '2026-01-24T23:59:59.999999Z']);
});

test('a limit keeps the newest, prints the oldest first and says so', async () => {
  const { stdout, stderr } = await search({ json: true, user: ['ana'], limit: '2' });
  expect(
    stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line).timestamp.slice(0, 10)),
  ).toEqual(['2026-01-23', '2026-01-24']);
  expect(stderr).toContain('Only the newest 2 are shown');
});

test('a table in a pipe has no colour and no control characters', async () => {
  const { stdout } = await search({ start: '2026-01-24', end: '2026-01-24' });
  const [heading, ...rows] = stdout.trimEnd().split('\n');
  expect(heading).toMatch(/^time +event +who +from +what +tables +rows +status$/);
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatch(/^2026-01-24 23:59:59\.999 {2}authentication\/login_failure {2}ana/);
  expect(rows[1]).toContain('bo␛[2Jb');
  expect(stdout).not.toContain('\x1b');
});

test('on a terminal no row is wider than it, and what it would obey is escaped in JSON too', async () => {
  const table = await search({}, true);
  const printed = stripVTControlCharacters(table.stdout).split('\n');
  for (const line of printed) expect(line.length).toBeLessThanOrEqual(120);
  expect(printed).toHaveLength(1 + 49 + 1);
  expect((await search({ json: true }, true)).stdout).not.toContain('\x1b');
});

test('days are those of the time zone, and so are the times shown', async () => {
  const { stdout } = await search({ start: '2026-01-10', end: '2026-01-10', timezone: 'Europe/Berlin', user: ['ana'] });
  const [, row, ...more] = stdout.trimEnd().split('\n');
  expect(row).toContain('2026-01-10 00:59:59.999');
  expect(more).toEqual([]);
});

test('the log’s own time is that of the seals, which is today', async () => {
  const today = new Date().toISOString().slice(0, 10);
  const { stdout } = await search({ json: true, by: 'recorded', start: today, limit: '1000' });
  expect(stdout.split('\n').slice(0, -1)).toEqual(await storedLines());
  expect((await search({ json: true, by: 'recorded', end: '2026-01-31' })).stdout).toBe('');
});

test('nothing found is said on stderr and leaves stdout with nothing', async () => {
  expect(await search({ user: ['nobody'] })).toEqual({ stdout: '', stderr: 'No record matches.\n' });
});

test('pages follow each other by position, in both directions', async () => {
  const all = (await find({ user: ['ana'] })).map(({ seq }) => seq);
  const first = await search({ json: true, user: ['ana'], afterSeq: '0', limit: '3' });
  const next = /--after-seq=(\d+) shows the next ones/.exec(first.stderr)?.[1] ?? '';
  expect(Number(next)).toBe(all.filter((seq) => seq > 0)[2]);
  const second = (await find({ user: ['ana'], afterSeq: next, limit: '3' })).map(({ seq }) => seq);
  expect(second).toEqual(all.filter((seq) => seq > Number(next)).slice(0, 3));

  const newest = await search({ json: true, user: ['ana'], limit: '3' });
  const before = /--before-seq=(\d+) older ones/.exec(newest.stderr)?.[1] ?? '';
  const older = (await find({ user: ['ana'], beforeSeq: before, limit: '3' })).map(({ seq }) => seq);
  expect(older).toEqual(all.slice(-6, -3));
});

test('an expression in SQL is one condition more', async () => {
  const found = await find({ where: "details.hour >= 20 OR subtype = 'login_failure' -- or", start: '2026-01-20' });
  expect(found.map(({ event_type }) => event_type)).toEqual([
    'authentication',
    ...Array.from({ length: 4 }, () => ['authentication', 'data_access']).flat(),
  ]);
});

test.each([
  ['actor.usr_id = 1', /^--where: .*usr_id.*\nLINE 1: actor\.usr_id = 1\n {8,}\^$/s],
  ["subtype =\n 'x' AND (", /^--where: .*\nLINE 2: {2}'x' AND \(/s],
  ['true) UNION SELECT seq FROM system.audit_log WHERE (true', /^--where: .*LINE 1: true\) UNION/s],
  ['true ORDER BY seq', /^--where: .*\nLINE 1: true ORDER BY seq\n/s],
  ["read_text('/etc/passwd') IS NOT NULL", /^--where: .*LINE 1: read_text/s],
  ['count(*) > 1', /^--where: .*aggregates.*\nLINE 1: count/s],
])('the error of --where="%s" is told under it', async (where, message) => {
  await expect(search({ where })).rejects.toThrow(message);
});

test('records are sorted by time of their source, largest first by rows, and the other way round', async () => {
  const hours = async (flags: Flags) =>
    (await find({ ...flags, eventType: ['data_access'] })).map((r) => r.details?.hour);
  const oldestFirst = Array.from({ length: 24 }, (_, hour) => hour);
  expect(await hours({ sort: 'time' })).toEqual(oldestFirst);
  expect(await hours({ sort: 'time', reverse: true, limit: '2' })).toEqual([23, 22]);
  const byRows = [21, 13, 5, 20, 12, 4];
  expect((await hours({ sort: 'rows' })).slice(0, 6)).toEqual([23, 15, 7, 22, 14, 6]);
  expect(await hours({ sort: 'rows', limit: '2' })).toEqual([23, 15]);
  expect((await hours({ sort: 'rows', reverse: true })).slice(0, 3)).toEqual([0, 8, 16]);
  expect((await hours({ sort: 'rows', where: 'operation.rows_returned < 6' })).slice(0, 6)).toEqual(byRows);
});

test('a record is shown among its neighbours, whoever they are of', async () => {
  const all = await find({});
  const [middle] = await find({ where: 'details.hour = 12' });
  const at = all.findIndex(({ seq }) => seq === middle?.seq);
  const around = { around: String(middle?.event_id), context: '2' };
  expect(await find(around)).toEqual(all.slice(at - 2, at + 3));
  expect((await find({ ...around, user: ['ana'] })).map(({ actor }) => actor?.user_id)).toEqual([
    ...['ana', 'ana'],
    middle?.actor?.user_id,
    ...['ana', 'ana'],
  ]);
  await expect(search({ around: 'evt_none' })).rejects.toThrow('no sealed record has the event_id evt_none');
});

test('a story is told whole on a terminal too', async () => {
  const printed = await search({ session: ['s1'], start: '2026-01-01' }, true);
  expect(printed.stdout.trimEnd().split('\n')).toHaveLength(1 + 24);
  expect(printed.stderr).not.toContain('Only the newest');
});

test('columns of choice are those of the table in SQL', async () => {
  const columns = ['seq', 'actor.user_id', 'details.hour', 'recorded_at', 'operation.labels_accessed'];
  const { stdout } = await search({ columns, start: '2026-01-24', eventType: ['data_access'] });
  const [heading, row] = stdout.trimEnd().split('\n');
  expect(heading?.split(/ {2,}/)).toEqual(columns);
  const today = new Date().toISOString().slice(0, 10);
  expect(row).toMatch(new RegExp(`^\\d+ +bo␛\\[2Jb +23 +${today}T\\S+Z +\\["public.customers"\\]$`));
});

test('what the index says and the log does not is told, and not shown', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'indelible-doubt-'));
  const log = await openLog({ dataDir: folder, ballastBytes: 0, heartbeatMs: 0 });
  const { seq } = await log.append({ event_type: 'data_access', actor: { user_id: 'eve' } });
  await log.close();
  const own = await openEngine({ dataDir: folder, indexDir: join(folder, 'index') });
  onTestFinished(() => own.close());
  const segment = join(folder, 'log', `${'0'.repeat(20)}.ndjson`);
  await writeFile(segment, (await readFile(segment, 'utf8')).replace('"eve"', '"bob"'));
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const printed = text(stderr);
  const run = { ...readSearchFlags({}), dataDir: folder, filter: readFilter({ user: ['eve'] }, 0), json: true };
  const { follows: _, ...plan } = run;
  expect(await runSearch(own, plan, { stdout, stderr })).toBe(0);
  stderr.end();
  expect(await printed).toBe(`the index disagrees with the log at position ${seq}: run "indelible verify --index"\n`);
});

test.each<[FilterFlags, RegExp]>([
  [{ since: 'soon' }, /--since=soon is no duration/],
  [{ eventType: ['autentication'] }, /did you mean "authentication"/],
  [{ start: '2026-02-30' }, /--start=2026-02-30 is neither a date/],
  [{ start: '2026-02-02', end: '2026-02-01' }, /--end=2026-02-01 is before/],
  [{ since: '1h', start: '2026-02-02' }, /give one of them/],
  [{ timezone: 'Mars/Olympus' }, /is no time zone/],
  [{ severity: ['waring'] }, /--severity=waring is no severity; did you mean "warning"/],
])('%o is refused with a reason', (flags, message) => {
  expect(() => readFilter(flags, 0)).toThrow(message);
});

test.each<[SearchFlags, RegExp]>([
  [{ columns: ['actor.usr_id'] }, /no column actor\.usr_id; did you mean "actor\.user_id"/],
  [{ columns: ['seq.x'] }, /no column seq\.x/],
  [{ where: ' ' }, /--where is empty/],
  [{ context: '3' }, /--context says how much to show --around/],
  [{ around: 'e', limit: '3' }, /leave --limit out/],
  [{ around: 'e', sort: 'time' }, /leave --sort=time out/],
  [{ follow: true, reverse: true }, /leave --reverse out/],
  [{ afterSeq: '-1' }, /--after-seq=-1 is not a whole number/],
])('%o is refused with a reason', (flags, message) => {
  expect(() => readSearchFlags(flags)).toThrow(message);
});

test('a subtype that nothing makes is searched for, with a note', () => {
  expect(readFilter({ subtype: ['login_sucess'] }, 0).notes).toEqual([
    'no subtype is called login_sucess; did you mean "login_success"?',
  ]);
  expect(readFilter({ subtype: ['anything'], eventType: ['memory_operation'] }, 0).notes).toEqual([]);
});
