// The receipt of a record that has been in the log for a while, made again from the log itself.

import { AuditError } from '../base/errors.ts';
import { hashToBuffer, leafHash } from '../integrity/hash.ts';
import { readHead } from './head.ts';
import type { Receipt } from './log.ts';
import { readLines } from './reader.ts';

/**
 * @throws AuditError `not_found` if the log has no such position.
 */
export async function receiptFor(dataDir: string, seq: number): Promise<Receipt> {
  const head = readHead(dataDir);
  for await (const [record] of readLines(dataDir, { from: seq, to: seq + 1 })) {
    if (record === undefined || head === undefined) break;
    const { event_id } = JSON.parse(record.line);
    return { seq, event_id, leafHash: hashToBuffer(leafHash(record.line)), checkpoint: head.checkpoint };
  }
  throw new AuditError('not_found', `the log has no position ${seq}`);
}
