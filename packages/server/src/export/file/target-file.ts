// A file that comes into being whole: written under a temporary name in its own folder, readable by its owner only,
// synced, and then renamed. Until then the name shows what it showed before; after a failure nothing is left behind.

import { randomBytes } from 'node:crypto';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AuditError } from '@indelible/log';
import { writeErrorOf } from './write-error.ts';

/**
 * Lets `write` fill an empty file at the temporary path it is given; the file has its own name, durably, when this
 * resolves.
 * @throws AuditError `invalid_argument` if the path is a folder, a device or, without `overwrite`, an existing file;
 * `unavailable` if the file system does not take it; and what `write` throws.
 */
export async function writeTargetFile<T>(
  path: string,
  overwrite: boolean,
  write: (temporary: string) => Promise<T>,
): Promise<T> {
  let temporary: string | undefined;
  try {
    const target = await checkTarget(path, overwrite);
    temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
    await (await open(temporary, 'wx', 0o600)).close();
    const result = await write(temporary);
    await syncPath(temporary);
    await checkTarget(path, overwrite);
    await rename(temporary, target);
    await syncPath(dirname(target));
    return result;
  } catch (error) {
    if (temporary !== undefined) await rm(temporary, { force: true });
    throw writeErrorOf(path, error);
  }
}

/** The file itself, where the path is a link to it. */
async function checkTarget(path: string, overwrite: boolean): Promise<string> {
  const standing = await statOf(path);
  if (standing === undefined) return path;
  if (standing.isDirectory()) throw new AuditError('invalid_argument', `${path} is a folder: name a file in it.`);
  if (!standing.isFile()) {
    throw new AuditError('invalid_argument', `${path} is no regular file: leave out the name to write to stdout.`);
  }
  if (!overwrite) {
    throw new AuditError('invalid_argument', `${path} is there already: name another file, or allow to replace it.`);
  }
  return realpath(path);
}

async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
