// The writer's lock: an OS lock on `<data>/lock`, which the system lets go when the process ends, however it ends.

import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { tryLock } from 'fs-native-extensions';
import { AuditError } from '../base/errors.ts';

export interface WriterLock {
  /** Idempotent. */
  release(): void;
}

/**
 * Takes the lock of a data folder, which must exist.
 * @throws AuditError `log_locked` if another writer holds it.
 */
export function takeWriterLock(dataDir: string): WriterLock {
  const path = join(dataDir, 'lock');
  const fd = openSync(path, 'a+', 0o600);
  if (!tryLock(fd)) {
    closeSync(fd);
    const holder = readFileSync(path, 'utf8').trim();
    const who = holder === '' ? 'another process' : `process ${holder}`;
    throw new AuditError('log_locked', `the log in ${dataDir} has a writer already: ${who}`, { details: { holder } });
  }
  ftruncateSync(fd);
  writeSync(fd, `${process.pid}\n`);
  let isHeld = true;
  return {
    release: () => {
      // Closing the descriptor lets the lock go; closed twice, it may be somebody else's by then.
      if (isHeld) closeSync(fd);
      isHeld = false;
    },
  };
}
