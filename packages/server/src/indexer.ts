// The indexer's own process: keeps the index of one data folder up to date while the server runs. It has a process of
// its own and a low priority, so that neither its work nor its end is felt by those whose acts are recorded. It ends
// with its parent.
//
//   node indexer.js <data folder>

import { mkdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AuditError, takeWriterLock, type WriterLock } from '@indelible/log';
import { openIndexBuilder } from './query/index/build-index.ts';

const lookAgainMs = 500;
const niceness = 10;

const [dataDir = '.'] = process.argv.slice(2);
const indexDir = join(dataDir, 'index');
process.on('disconnect', () => process.exit(0));
// The terminal's Ctrl-C reaches this process too; the server ends it when its time has come.
process.on('SIGINT', () => {});
setPriority(niceness);

mkdirSync(indexDir, { recursive: true, mode: 0o700 });
const lock = await takeLock();
try {
  const builder = await openIndexBuilder({ dataDir, indexDir, keepsCursor: true, threads: 1 });
  for (;;) {
    await builder.catchUp();
    await sleep(lookAgainMs);
  }
} finally {
  lock.release();
}

/** A command may be at work on the index; it is done soon. */
async function takeLock(): Promise<WriterLock> {
  for (;;) {
    try {
      return takeWriterLock(indexDir);
    } catch (error) {
      if (!(error instanceof AuditError && error.code === 'log_locked')) throw error;
      await sleep(lookAgainMs);
    }
  }
}
