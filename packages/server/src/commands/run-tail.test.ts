import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { type AuditEvent, listenAtWriterSocket, openLog } from '@indelible/log';
import { afterEach, expect, test } from 'vitest';
import { readFilter } from './filter-options.ts';
import { runTail } from './run-tail.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const makeDataDir = () => mkdtemp(join(tmpdir(), 'indelible-tail-'));

function startTail(dataDir: string, { lines = 10, json = true, isTTY = false, user = '' } = {}) {
  const stdout = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY, columns: 200, rows: 40 });
  const stderr = new PassThrough({ encoding: 'utf8' });
  const stop = new AbortController();
  const filter = readFilter(user === '' ? {} : { user: [user] }, 0);
  const run = { dataDir, filter, timeZone: 'UTC', lines, json, signal: stop.signal };
  const ended = runTail(run, { stdout, stderr });
  cleanups.push(async () => {
    stop.abort();
    await ended;
  });
  return { stdout: gather(stdout), stderr: gather(stderr), stop, ended };
}

/** All that a stream has given, and a promise for the moment when something is in it. */
function gather(stream: PassThrough) {
  let text = '';
  let look = () => {};
  stream.on('data', (chunk: string) => {
    text += chunk;
    look();
  });
  const until = (wanted: string) =>
    new Promise<string>((resolve) => {
      look = () => {
        if (text.includes(wanted)) resolve(text);
      };
      look();
    });
  return { until, text: () => text };
}

async function openTestLog(dataDir: string, segmentBytesMax = 2 ** 26) {
  const log = await openLog({ dataDir, ballastBytes: 0, heartbeatMs: 0, segmentBytesMax });
  cleanups.push(() => log.close());
  return log;
}

const login = (user: string): AuditEvent => ({
  event_type: 'authentication',
  subtype: 'login_success',
  actor: { user_id: user },
});

test('the newest records come first, then each new one once', async () => {
  const dataDir = await makeDataDir();
  const log = await openTestLog(dataDir);
  for (const user of ['ana', 'bob', 'eve']) await log.append(login(user));
  const tail = startTail(dataDir, { lines: 2 });
  await tail.stdout.until('"eve"');
  await log.append(login('zoe'));
  const text = await tail.stdout.until('"zoe"');
  expect(
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).actor.user_id),
  ).toEqual(['bob', 'eve', 'zoe']);
});

test('a log that does not exist yet is waited for', async () => {
  const dataDir = join(await makeDataDir(), 'later');
  const tail = startTail(dataDir);
  await tail.stderr.until('waiting');
  const log = await openTestLog(dataDir);
  await log.append(login('ana'));
  expect(await tail.stdout.until('"ana"')).toContain('log_created');
});

test('records keep coming across segments', async () => {
  const dataDir = await makeDataDir();
  const log = await openTestLog(dataDir, 2000);
  const tail = startTail(dataDir, { lines: 0, user: 'ana' });
  await tail.stderr.until('');
  for (let i = 0; i < 30; i++) await log.append({ ...login('ana'), details: { i } });
  const text = await tail.stdout.until('"i":29}');
  const seen = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).details.i);
  // How many came before the tail began to follow depends on the machine; what came after is whole and in order.
  expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => 30 - seen.length + index));
});

test('ending it is no error', async () => {
  const dataDir = await makeDataDir();
  await openTestLog(dataDir);
  const tail = startTail(dataDir);
  await tail.stdout.until('log_created');
  tail.stop.abort();
  await expect(tail.ended).resolves.toBeUndefined();
});

test('on a terminal a record ticks from pending to sealed in its place', async () => {
  const dataDir = await makeDataDir();
  const log = await openTestLog(dataDir);
  let announce: (event: AuditEvent) => void = () => {};
  const watched = new Promise<void>((resolve) => {
    const handlers = {
      record: async () => ({}),
      rotateKey: async () => '',
      watch: (pending: (event: AuditEvent) => void) => {
        announce = pending;
        resolve();
        return () => {};
      },
    };
    void listenAtWriterSocket(dataDir, handlers).then((socket) => cleanups.push(() => socket.close()));
  });
  const tail = startTail(dataDir, { json: false, isTTY: true });
  await watched;
  const event = { event_id: 'evt_mine', ...login('ana'), timestamp: '2026-01-28T10:15:23.456789Z' };
  announce(event);
  const pending = await tail.stdout.until('ana');
  expect(stripVTControlCharacters(pending)).toMatch(/\n… {2}2026-01-28 10:15:23\.456.*login_success.*ana/);
  await log.append(event);
  const sealed = (await tail.stdout.until('\x1b[1B')).slice(pending.length).trimStart();
  expect(sealed.startsWith('\x1b[1A\r\x1b[2K')).toBe(true);
  expect(stripVTControlCharacters(sealed)).toMatch(/✓ {2}2026-01-28 10:15:23\.456.*login_success.*ana/);
});
