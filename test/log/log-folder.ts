// What the tests of the log share: a folder of their own for each, logs opened in it that are closed when the test
// ends, and a sealer under a clock and a key of the test's choosing.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { nodeDisk } from '../../packages/log/src/base/disk.ts';
import { createSigner, generateSigningKey, type Signer } from '../../packages/log/src/integrity/signer.ts';
import type { Log } from '../../packages/log/src/log/log.ts';
import { type OpenLogOptions, openLog } from '../../packages/log/src/log/open-log.ts';
import { type RecordLine, readLines } from '../../packages/log/src/log/reader.ts';
import { Sealer, type SealerOptions } from '../../packages/log/src/log/sealer.ts';
import { listSegments, logDirOf } from '../../packages/log/src/log/segment.ts';

/** A folder that is gone when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'indelible-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens a log that writes nothing by itself, and closes it when the test is over. */
export async function openTestLog(dataDir: string, options: Partial<OpenLogOptions> = {}): Promise<Log> {
  const log = await openLog({ dataDir, heartbeatMs: 0, ballastBytes: 0, ...options });
  onTestFinished(() => log.close());
  return log;
}

export const testOrigin = 'indelible.test/log';
const firstDayMs = Date.parse('2026-01-28T10:00:00Z');

export function createTestSigner(): Signer {
  return createSigner(testOrigin, generateSigningKey());
}

/** A clock that stands still until a test moves it. */
export class TestClock {
  nowMs = firstDayMs;
  /** How far the monotonic clock is behind the wall clock; changing it is a step of the wall clock. */
  offsetMs = firstDayMs - 1000;
  bootId = 'test-boot';

  timestamp(): string {
    return `${new Date(this.nowMs).toISOString().slice(0, -1)}000Z`;
  }

  wallMs(): number {
    return this.nowMs;
  }

  monotonicMs(): number {
    return this.nowMs - this.offsetMs;
  }
}

export function openTestSealer(dataDir: string, options: Partial<SealerOptions> & { signer: Signer }): Sealer {
  const sealer = new Sealer({
    disk: nodeDisk,
    dataDir,
    clock: new TestClock(),
    segmentBytesMax: 64 << 20,
    ballastBytes: 0,
    evidence: [],
    creation: { format: 1, origin: testOrigin, vkey: options.signer.vkey },
    firstRecords: [],
    ...options,
  });
  onTestFinished(() => sealer.close());
  return sealer;
}

/** The JSON of an event that tells itself from others by its number. */
export function bodyOf(n: number, padding = 0): Buffer {
  return Buffer.from(JSON.stringify({ event_type: 'data_access', details: { n, pad: 'x'.repeat(padding) } }));
}

export async function collectLines(
  batches: AsyncIterable<readonly RecordLine[]> | Iterable<readonly RecordLine[]>,
): Promise<RecordLine[]> {
  const lines: RecordLine[] = [];
  for await (const batch of batches) lines.push(...batch);
  return lines;
}

/** Everything that a reader of the log is shown. */
export function linesOfLog(dataDir: string): Promise<RecordLine[]> {
  return collectLines(readLines(dataDir));
}

/** The records of a log as objects, seals left out. */
export async function recordsOfLog(dataDir: string): Promise<TestRecord[]> {
  const records = (await linesOfLog(dataDir)).map(({ line }): TestRecord => JSON.parse(line));
  return records.filter(({ subtype }) => subtype !== 'sealed');
}

export interface TestRecord {
  readonly seq: number;
  readonly event_id: string;
  readonly timestamp: string;
  readonly event_type: string;
  readonly subtype?: string;
  readonly severity?: string;
  readonly details?: Record<string, unknown>;
  readonly context?: Record<string, unknown>;
}

/** All bytes of all segments, by file name. */
export function bytesOfLog(dataDir: string): Record<string, string> {
  const files = listSegments(logDirOf(dataDir));
  return Object.fromEntries(files.map(({ name, path }) => [name, readFileSync(path, 'utf8')]));
}

/** The path of the newest segment. */
export function lastSegmentOf(dataDir: string): string {
  return listSegments(logDirOf(dataDir)).at(-1)!.path;
}
