// `<data>/head`: the last durable checkpoint and where the log ends. It is overwritten in place after each sync and is
// itself not synced, so a reader may meet an old one after a crash (harmless: the log is longer) or a torn one (told by
// its check). No reader of the log passes it.
//
//   {"segment":"<name>","offset":<bytes>,"size":<lines>,"checkpoint":"<note>","check":"<16 hex>"}  + blanks + newline

import { hash } from 'node:crypto';
import { join } from 'node:path';
import { type Disk, nodeDisk } from '../base/disk.ts';

export interface Head {
  /** File name of the segment that holds the newest commit. */
  readonly segment: string;
  /** Bytes of that segment that are durable: the end of the newest seal's line. */
  readonly offset: number;
  /** Lines that are durable and sealed, seals included: the position after the newest seal. */
  readonly size: number;
  /** The newest seal's signed checkpoint; its tree size is `size - 1`. */
  readonly checkpoint: string;
}

// Blanks up to one length that nearly every head keeps to, so that all of them are one small write.
const headBytes = 2048;
const newline = 0x0a;

export function headPath(dataDir: string): string {
  return join(dataDir, 'head');
}

export function formatHead(head: Head): Buffer {
  const text = Buffer.from(JSON.stringify({ ...head, check: checkOf(head) }));
  const blanks = ' '.repeat(Math.max(0, headBytes - 1 - text.length));
  return Buffer.concat([text, Buffer.from(`${blanks}\n`)]);
}

export function parseHead(bytes: Buffer): Head | undefined {
  let value: Partial<Head> & { check?: unknown };
  // A longer head that was here before may have left its end behind the newline.
  const end = bytes.indexOf(newline);
  try {
    value = JSON.parse(bytes.toString('utf8', 0, end === -1 ? bytes.length : end));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { segment, offset, size, checkpoint, check } = value;
  if (typeof segment !== 'string' || typeof checkpoint !== 'string') return undefined;
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(size)) return undefined;
  const head: Head = { segment, offset: Number(offset), size: Number(size), checkpoint };
  return check === checkOf(head) ? head : undefined;
}

/**
 * Reads the head of a data folder. A writer may be overwriting it at this moment, so a torn one is read again a few
 * times. Undefined if there is none, or none that is whole.
 */
export function readHead(dataDir: string): Head | undefined {
  return readHeadFrom(nodeDisk, dataDir);
}

export function readHeadFrom(disk: Disk, dataDir: string): Head | undefined {
  const path = headPath(dataDir);
  for (let attempt = 0; attempt < 20 && disk.exists(path); attempt++) {
    const head = parseHead(disk.readFile(path));
    if (head !== undefined) return head;
  }
  return undefined;
}

function checkOf({ segment, offset, size, checkpoint }: Head): string {
  return hash('sha256', JSON.stringify([segment, offset, size, checkpoint])).slice(0, 16);
}
