// Who a log is: the name that it was made with and the key that goes with it. Neither is ever made a second time for a
// log that is there already.

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { AuditError } from '../base/errors.ts';
import { parseVkey } from '../integrity/key.ts';
import { createKeyFile, type KeyFiles, readVkey } from './keys.ts';
import { listSegments, logDirOf } from './segment.ts';

/**
 * The name of the log in a data folder: that of its key, or for a new log the wanted one, or a random one.
 * @throws AuditError `log_exists` if the log there has another name; `not_found` if its vkey is missing.
 */
export function originOf(dataDir: string, files: KeyFiles, wanted: string | undefined): string {
  const vkey = readVkey(files);
  const known = vkey === undefined ? undefined : parseVkey(vkey).name;
  if (known === undefined) {
    if (wanted === undefined && listSegments(logDirOf(dataDir)).length > 0) {
      throw new AuditError('not_found', `${files.vkeyFile} is missing: put it back, or name the log's origin`);
    }
    return wanted ?? `indelible.local/${randomBytes(5).toString('hex')}`;
  }
  if (wanted !== undefined && wanted !== known) {
    const message = `the log in ${dataDir} is ${known}, not ${wanted}: a log keeps the name it was made with`;
    throw new AuditError('log_exists', message);
  }
  return known;
}

/**
 * Makes the key of a log that is not there yet.
 * @throws AuditError `not_found` if the log is there and its key is not.
 */
export function createKeyFileOfNewLog(dataDir: string, files: KeyFiles): void {
  if (existsSync(files.keyFile)) return;
  if (listSegments(logDirOf(dataDir)).length > 0) {
    const message = `the signing key ${files.keyFile} is missing, and the log in ${dataDir} cannot go on under another`;
    throw new AuditError('not_found', `${message}: put it back, or open the log under its own key file`);
  }
  createKeyFile(files);
}
