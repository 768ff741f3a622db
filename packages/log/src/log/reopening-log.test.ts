// A log that comes back after it stopped, says why, and can be closed at any moment of that.

import { appendFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { lastSegmentOf, openTestLog, recordsOfLog, temporaryFolder } from '../../../../test/log/log-folder.ts';
import { takeWriterLock } from './lock.ts';
import type { Log } from './log.ts';
import { openReopeningLog, type ReopeningOptions } from './reopening-log.ts';

type State = Parameters<NonNullable<ReopeningOptions['onState']>>[0];

interface Watched {
  readonly dataDir: string;
  readonly log: Log;
  /** Resolves when the log was told to be in this state. */
  reached(state: State): Promise<void>;
  readonly states: State[];
}

async function openWatched(options: Partial<ReopeningOptions> = {}): Promise<Watched> {
  const dataDir = temporaryFolder();
  const states: State[] = [];
  let wake = () => {};
  const onState = (state: State) => {
    states.push(state);
    wake();
  };
  const log = await openReopeningLog({ dataDir, heartbeatMs: 0, ballastBytes: 0, backoffMs: 5, onState, ...options });
  onTestFinished(() => log.close());
  const reached = async (state: State) => {
    while (!states.includes(state)) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { dataDir, log, reached, states };
}

const event = { event_type: 'data_access' } as const;

test('a log that stopped comes back by itself and begins with why it had stopped', async () => {
  const { dataDir, log, reached, states } = await openWatched();
  await log.append(event);
  appendFileSync(lastSegmentOf(dataDir), 'foreign\n');
  await expect(log.append(event)).rejects.toMatchObject({ code: 'log_stopped' });
  await reached('open');
  const sizes: number[] = [];
  log.onCommit((size) => sizes.push(size));
  const { seq } = await log.append(event);
  expect(sizes).toEqual([log.size]);
  expect(log.state).toBe('open');
  expect(states).toEqual(['stopped', 'open']);
  const records = await recordsOfLog(dataDir);
  expect(records.map(({ subtype }) => subtype ?? 'event')).toEqual([
    'log_created',
    'event',
    'log_recovered',
    'log_stopped',
    'event',
  ]);
  expect(records.at(-2)).toMatchObject({
    severity: 'critical',
    details: { reason: expect.stringContaining('changed') },
  });
  expect(records.at(-1)?.seq).toBe(seq);
});

test('listeners stay through a reopening', async () => {
  const { dataDir, log, reached } = await openWatched();
  const sizes: number[] = [];
  log.onCommit((size) => sizes.push(size));
  await log.append(event);
  appendFileSync(lastSegmentOf(dataDir), 'foreign\n');
  await expect(log.append(event)).rejects.toThrow();
  await reached('open');
  const before = sizes.length;
  await log.append(event);
  expect(sizes.length).toBe(before + 1);
});

test('a log that is damaged stays down, is told of at each attempt, and refuses events meanwhile', async () => {
  const { dataDir, log, reached, states } = await openWatched();
  await log.append(event);
  rmSync(lastSegmentOf(dataDir));
  await expect(log.append(event)).rejects.toMatchObject({ code: 'log_stopped' });
  await reached('still_stopped');
  expect(log.state).toBe('stopped');
  await expect(log.append(event)).rejects.toMatchObject({ code: 'log_stopped' });
  expect(states).not.toContain('open');
  await log.close();
  expect(log.state).toBe('closed');
  expect(await log.ended).toEqual({});
});

test('closing while the log is down ends the attempts at once', async () => {
  const { dataDir, log, reached, states } = await openWatched({ backoffMs: 3_600_000 });
  appendFileSync(lastSegmentOf(dataDir), 'foreign\n');
  await expect(log.append(event)).rejects.toThrow();
  await reached('stopped');
  await log.close();
  expect(states).toEqual(['stopped']);
  takeWriterLock(dataDir).release();
});

test.each([0, 3, 10, 25, 50, 80])(
  'closing %i ms after the stop leaves no log open, however far it had come back',
  async (ms) => {
    const { dataDir, log, reached } = await openWatched({ backoffMs: 1 });
    appendFileSync(lastSegmentOf(dataDir), 'foreign\n');
    await expect(log.append(event)).rejects.toThrow();
    await reached('stopped');
    // Any delay must do; these fall before, into and behind the new opening.
    await sleep(ms);
    await log.close();
    await log.ended;
    const lock = takeWriterLock(dataDir);
    lock.release();
    expect(log.state).toBe('closed');
  },
);

test('a first opening that fails is not tried again', async () => {
  const dataDir = temporaryFolder();
  await openTestLog(dataDir);
  await expect(openReopeningLog({ dataDir })).rejects.toMatchObject({ code: 'log_locked' });
});

test('it is the log that it opened', async () => {
  const { dataDir, log } = await openWatched();
  expect(log.dataDir).toBe(dataDir);
  expect(log.vkey.startsWith(`${log.origin}+`)).toBe(true);
  const vkey = await log.rotateKey();
  expect(log.vkey).toBe(vkey);
  expect(log.checkpoint).toContain(log.origin);
});
