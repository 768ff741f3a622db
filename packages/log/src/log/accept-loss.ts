// Giving up a damaged log on purpose: what there is of it is set aside whole, and the next log in its place, under a
// new name, begins by naming the head of the old one. Nothing is deleted.

import { join } from 'node:path';
import { nodeDisk } from '../base/disk.ts';
import { AuditError } from '../base/errors.ts';
import { readHead } from './head.ts';
import { keyFilesOf, readVkey } from './keys.ts';
import type { Log } from './log.ts';
import { type OpenLogOptions, openLog } from './open-log.ts';
import { listSegments, logDirOf } from './segment.ts';

/** Everything of a data folder that belongs to one log. */
const partsOfLog = ['log', 'head', 'tree', 'index', 'cursors'];

/**
 * Sets a damaged log aside and begins a new one in its place. Returns the new log and the folder that holds the old
 * one. The new log gets a new name: the old one is taken.
 * @throws AuditError `invalid_argument` if the log opens as it is; `no_log` if there is none.
 */
export async function acceptLoss(options: Omit<OpenLogOptions, 'origin'>): Promise<{ log: Log; setAside: string }> {
  const { dataDir } = options;
  if (listSegments(logDirOf(dataDir)).length === 0 && readHead(dataDir) === undefined) {
    throw new AuditError('no_log', `there is no log in ${dataDir}`);
  }
  const damage = await damageOf(options);
  const head = readHead(dataDir);
  const vkey = readVkey(keyFilesOf(dataDir, options.keyFile));
  const setAside = setLogAside(dataDir);
  const previous = {
    checkpoint: head?.checkpoint ?? null,
    size: head?.size ?? null,
    vkey: vkey ?? null,
    damage: damage.message,
  };
  const log = await openLog({ ...options, creation: { ...options.creation, previous } });
  return { log, setAside };
}

async function damageOf(options: Omit<OpenLogOptions, 'origin'>): Promise<AuditError> {
  try {
    await (await openLog(options)).close();
  } catch (error) {
    if (error instanceof AuditError && error.code === 'log_damaged') return error;
    throw error;
  }
  throw new AuditError('invalid_argument', `the log in ${options.dataDir} is whole: nothing has to be given up`);
}

function setLogAside(dataDir: string): string {
  const stamp = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const setAside = join(dataDir, 'quarantine', `damaged-${stamp}`);
  nodeDisk.makeDirectory(setAside);
  // The key stays with the log that it signed; the new one has its own, and so its own name.
  for (const part of [...partsOfLog, join('keys', 'signing.key'), join('keys', 'signing.vkey')]) {
    if (!nodeDisk.exists(join(dataDir, part))) continue;
    nodeDisk.rename(join(dataDir, part), join(setAside, part.replace(/^keys./, '')));
  }
  nodeDisk.syncDirectory(setAside);
  nodeDisk.syncDirectory(dataDir);
  return setAside;
}
