// Opens the query engine for a command: brings the index up to date first, with a progress bar, if nobody else does. A
// log that cannot be written beside, such as a copy, gets an index in a temporary folder that goes with the engine.

import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AuditError, logDirOf, readHead, takeWriterLock, type WriterLock } from '@indelible/log';
import type { Config } from '../config/config.ts';
import { openEngine, type QueryEngine } from '../query/engine.ts';
import { openIndexBuilder } from '../query/index/build-index.ts';
import { readStretches } from '../query/index/stretch.ts';
import { createProgress, type Progress, type ProgressStream } from '../terminal/progress.ts';
import { sanitize } from '../terminal/sanitize.ts';

/** @throws AuditError `no_log` */
export async function openQuery(
  { log, query }: Pick<Config, 'log' | 'query'>,
  stderr: ProgressStream,
): Promise<QueryEngine> {
  const { dataDir } = log;
  const isOwn = isOwnLog(dataDir);
  const indexDir = isOwn ? join(dataDir, 'index') : mkdtempSync(join(tmpdir(), 'indelible-index-'));
  const progress = createProgress('Indexing', readHead(dataDir)?.size, { stream: stderr });
  try {
    await bringUpToDate(dataDir, indexDir, isOwn, progress);
    return await openEngine({ dataDir, indexDir, removesIndex: !isOwn, memoryBytes: query.memoryBytes });
  } catch (error) {
    if (!isOwn) rmSync(indexDir, { recursive: true, force: true });
    throw error;
  } finally {
    progress.finish();
  }
}

/** Says beside the answer what keeps it from being whole. Call it after the answer. */
export function reportDamage({ damage }: Pick<QueryEngine, 'damage'>, stderr: ProgressStream): void {
  if (damage.length === 0) return;
  const sentences = damage.map((sentence) => `  ${sanitize(sentence)}\n`).join('');
  stderr.write(`warning: this answer is incomplete or not to be relied on: the log is damaged.\n${sentences}`);
  stderr.write('Run "indelible verify" to see where.\n');
}

/** Whether it is a data folder that can be written: not a bare copy of a log, nor one that is only to be read. */
export function isOwnLog(dataDir: string): boolean {
  if (!existsSync(logDirOf(dataDir))) return false;
  try {
    accessSync(dataDir, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const lookAgainMs = 200;
/** So many lines are read at once rather than waited for. */
const linesAwaitedMin = 400_000;

async function bringUpToDate(dataDir: string, indexDir: string, isOwn: boolean, progress: Progress): Promise<void> {
  const lock = takeIndexLock(indexDir);
  if (lock === undefined) return waitForIndex(dataDir, indexDir, progress);
  try {
    const builder = await openIndexBuilder({ dataDir, indexDir, keepsCursor: isOwn });
    try {
      await builder.catchUp(undefined, (position) => progress.update(position));
    } finally {
      builder.close();
    }
  } finally {
    lock.release();
  }
}

/** The index's lock, or undefined where a server or another command is at work on it. */
function takeIndexLock(indexDir: string): WriterLock | undefined {
  try {
    mkdirSync(indexDir, { recursive: true, mode: 0o700 });
    return takeWriterLock(indexDir);
  } catch (error) {
    if (error instanceof AuditError && error.code === 'log_locked') return undefined;
    throw error;
  }
}

/** A server that has just started may have all of the log before it: its index is awaited, not made twice. */
async function waitForIndex(dataDir: string, indexDir: string, progress: Progress): Promise<void> {
  for (;;) {
    const end = readStretches(indexDir).at(-1)?.end ?? 0;
    progress.update(end);
    if ((readHead(dataDir)?.size ?? 0) - end < linesAwaitedMin) return;
    await sleep(lookAgainMs);
  }
}
