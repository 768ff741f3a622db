// From the configuration to what `openLog` takes: the same for every verb that writes.

import { existsSync, readFileSync } from 'node:fs';
import { AuditError, type OpenLogOptions, parseCheckpointNote } from '@indelible/log';
import type { Config } from './config.ts';

/**
 * @throws AuditError `not_found` if the key file or the known head is named and is not there.
 */
export function logOptions({ log }: Config): OpenLogOptions {
  const { dataDir, origin, segmentBytesMax, heartbeatMs, keyFile, knownHeadFile } = log;
  if (keyFile !== undefined && !existsSync(keyFile)) {
    const message = `there is no signing key ${keyFile}: put it there, or let "indelible init" make it`;
    throw new AuditError('not_found', message);
  }
  return {
    dataDir,
    segmentBytesMax,
    heartbeatMs,
    ...(origin !== undefined && { origin }),
    ...(keyFile !== undefined && { keyFile }),
    ...(knownHeadFile !== undefined && { knownHead: readKnownHead(knownHeadFile) }),
  };
}

function readKnownHead(file: string): { size: number } {
  try {
    return parseCheckpointNote(readFileSync(file, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AuditError('not_found', `the known head ${file} cannot be read: ${reason}`, { cause });
  }
}
