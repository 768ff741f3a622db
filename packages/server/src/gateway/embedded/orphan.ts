// After a kill -9 of an earlier run its PostgreSQL lives on and holds the data folder. It is ours to stop, if it is
// certain that it serves this folder and that whoever started it is gone.

import fs from 'node:fs';
import path from 'node:path';
import { AuditError } from '@indelible/log';

const stopTimeoutMs = 30_000;
const pollMs = 50;

/**
 * Stops a server that an earlier run left behind; does nothing when there is none.
 * @throws AuditError `conflict` when the one who started it is still there; `unavailable` when it does not stop.
 */
export async function stopOrphan(dataDir: string, ownerFile: string): Promise<void> {
  const pid = readPid(path.join(dataDir, 'postmaster.pid'));
  // A number that now belongs to another program is PostgreSQL's own to see through: it checks the file at its start.
  if (pid === undefined || !isAlive(pid) || !servesFolder(pid, dataDir)) return;
  const owner = readPid(ownerFile);
  if (owner !== undefined && owner !== process.pid && isAlive(owner) && parentOf(pid) === owner) {
    throw new AuditError('log_locked', `The embedded PostgreSQL in ${dataDir} is in use by process ${owner}.`, {
      details: { process_id: owner },
    });
  }
  await stopProcess(pid);
}

async function stopProcess(pid: number): Promise<void> {
  process.kill(pid, 'SIGINT');
  const deadlineMs = Date.now() + stopTimeoutMs;
  while (isAlive(pid)) {
    if (Date.now() > deadlineMs) {
      throw new AuditError('unavailable', `The PostgreSQL of an earlier run (process ${pid}) does not stop.`);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number(fs.readFileSync(file, 'utf8').split('\n')[0]);
    return Number.isInteger(pid) && pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  // A zombie that nobody waits for is dead for every purpose of ours.
  return statusOf(pid)?.state !== 'Z';
}

/** A PostgreSQL server works in its data folder. Without /proc its own lock file is believed. */
function servesFolder(pid: number, dataDir: string): boolean {
  if (!fs.existsSync('/proc/self/cwd')) return true;
  try {
    return fs.readlinkSync(`/proc/${pid}/cwd`) === fs.realpathSync(dataDir);
  } catch {
    return false;
  }
}

function parentOf(pid: number): number | undefined {
  return statusOf(pid)?.parent;
}

/**
 * From /proc/<pid>/stat: `pid (name) state parent …`, where the name may hold anything but is the last in parentheses.
 */
function statusOf(pid: number): { state: string; parent: number } | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}
