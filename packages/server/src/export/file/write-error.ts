// Errors of the file system, told as what they mean for an export: what could not be written, where, and what to do.

import { AuditError } from '@indelible/log';

const meanings: Readonly<Record<string, string>> = {
  ENOENT: 'its folder is not there; make it first',
  ENOTDIR: 'what should be its folder is a file',
  EACCES: 'the file system does not permit it',
  EPERM: 'the file system does not permit it',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full; nothing was left behind',
  EDQUOT: 'the quota is used up; nothing was left behind',
  EFBIG: 'the file would be larger than the system allows',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'too many files are open',
};

/** The error of a write to `path`; one that is none of the file system's is returned as it is. */
export function writeErrorOf(path: string, error: unknown): unknown {
  const code = codeOf(error);
  if (error instanceof AuditError || code === undefined) return error;
  const meaning = meanings[code] ?? `the system says ${code}`;
  return new AuditError('unavailable', `${path} cannot be written: ${meaning}.`, { cause: error, details: { path } });
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
