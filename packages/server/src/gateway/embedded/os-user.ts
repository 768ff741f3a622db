// PostgreSQL refuses to run as root. As root we run it as the OS user `postgres`, made if it does not exist; as anybody
// else it runs as ourselves.

import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { promisify } from 'node:util';
import { AuditError } from '@indelible/log';

const run = promisify(execFile);

export interface OsUser {
  /** For `spawn`: empty when the server runs as ourselves. */
  readonly ids: { readonly uid?: number; readonly gid?: number };
  /** Whether the user may enter or read what has this owner and mode. */
  mayEnter(stats: fs.Stats): boolean;
  /** Gives a file or folder to the user. */
  own(path: string): void;
}

/** @throws AuditError `unavailable` when we are root and no other user can be had. */
export async function findOsUser(): Promise<OsUser> {
  if (process.getuid?.() !== 0) return { ids: {}, mayEnter: () => true, own: () => undefined };
  const { uid, gid } = readPasswd('postgres') ?? (await createUser()) ?? readPasswd('nobody') ?? {};
  if (uid === undefined || gid === undefined) {
    throw new AuditError('unavailable', 'PostgreSQL does not run as root, and there is no other user to run it as.');
  }
  return {
    ids: { uid, gid },
    mayEnter: ({ uid: owner, gid: group, mode }) => {
      const bits = owner === uid ? mode >> 6 : group === gid ? mode >> 3 : mode;
      return (bits & 0o1) !== 0;
    },
    own: (path) => fs.chownSync(path, uid, gid),
  };
}

async function createUser(): Promise<{ uid: number; gid: number } | undefined> {
  try {
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']);
  } catch {
    return undefined;
  }
  return readPasswd('postgres');
}

function readPasswd(name: string): { uid: number; gid: number } | undefined {
  const line = fs
    .readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}
