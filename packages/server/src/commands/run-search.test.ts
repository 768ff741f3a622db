import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import { isSeal, openLog } from '@indelible/log';
import { beforeAll, expect, test } from 'vitest';
import { type FilterFlags, readFilter } from './filter-options.ts';
import { runSearch } from './run-search.ts';

let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'indelible-search-'));
  const log = await openLog({ dataDir, ballastBytes: 0, heartbeatMs: 0 });
  for (let hour = 0; hour < 24; hour++) {
    const timestamp = `2026-01-${String(hour + 1).padStart(2, '0')}T23:59:59.999999Z`;
    await log.append({ event_type: 'authentication', subtype: 'login_failure', timestamp, actor: { user_id: 'ana' } });
    await log.append({ event_type: 'data_access', timestamp, actor: { user_id: 'bo\x1b[2Jb' }, details: { hour } });
  }
  await log.close();
});

interface Answer {
  readonly stdout: string;
  readonly stderr: string;
}

async function search(flags: FilterFlags & { limit?: number; json?: boolean }, isTTY = false): Promise<Answer> {
  const stdout = Object.assign(new PassThrough(), { isTTY, columns: 120 });
  const stderr = new PassThrough();
  const printed = Promise.all([text(stdout), text(stderr)]);
  const { limit, json = false, ...rest } = flags;
  const filter = readFilter(rest, Date.parse('2026-01-24T12:00:00Z'));
  const run = { dataDir, filter, timeZone: filter.timeZone, json, ...(limit !== undefined && { limit }) };
  await runSearch(run, { stdout, stderr });
  stdout.end();
  stderr.end();
  const [out, err] = await printed;
  return { stdout: out, stderr: err };
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
  const { stdout, stderr } = await search({ json: true, user: ['ana'], limit: 2 });
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
  const { stdout } = await search({ json: true, by: 'recorded', start: today, limit: 1000 });
  expect(stdout.split('\n').slice(0, -1)).toEqual(await storedLines());
  expect((await search({ json: true, by: 'recorded', end: '2026-01-31' })).stdout).toBe('');
});

test('nothing found is said on stderr and leaves stdout with nothing', async () => {
  expect(await search({ user: ['nobody'] })).toEqual({ stdout: '', stderr: 'No record matches.\n' });
});

test('a folder without a log is an error that says where', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'indelible-empty-'));
  await writeFile(join(empty, 'note.txt'), 'x');
  const run = { dataDir: empty, filter: readFilter({}, 0), timeZone: 'UTC', json: true };
  await expect(runSearch(run, { stdout: new PassThrough(), stderr: new PassThrough() })).rejects.toThrow(empty);
});

test.each<[FilterFlags, RegExp]>([
  [{ since: 'soon' }, /--since=soon is no duration/],
  [{ eventType: ['autentication'] }, /did you mean "authentication"/],
  [{ start: '2026-02-30' }, /--start=2026-02-30 is neither a date/],
  [{ start: '2026-02-02', end: '2026-02-01' }, /--end=2026-02-01 is before/],
  [{ since: '1h', start: '2026-02-02' }, /give one of them/],
  [{ timezone: 'Mars/Olympus' }, /is no time zone/],
])('%o is refused with a reason', (flags, message) => {
  expect(() => readFilter(flags, 0)).toThrow(message);
});

test('a subtype that nothing makes is searched for, with a note', () => {
  expect(readFilter({ subtype: ['login_sucess'] }, 0).notes).toEqual([
    'no subtype is called login_sucess; did you mean "login_success"?',
  ]);
  expect(readFilter({ subtype: ['anything'], eventType: ['memory_operation'] }, 0).notes).toEqual([]);
});
