// Named durable cursors: how far a reader has come, in `<data>/cursors/<name>`. A reader moves its cursor after what it
// read is safe where it went; at most it reads a stretch twice.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeDisk } from '../base/disk.ts';
import { AuditError } from '../base/errors.ts';
import type { Evidence } from './recovery.ts';

export interface Cursor {
  readonly name: string;
  /** The next position to read. */
  readonly position: number;
  /** Durable when it returns. */
  move(position: number): void;
}

const namePattern = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/**
 * Opens a cursor, at 0 if it is new.
 * @throws AuditError `invalid_argument` for a name that is not lower-case letters, digits, `-` and `_`.
 */
export function openCursor(dataDir: string, name: string): Cursor {
  if (!namePattern.test(name)) {
    throw new AuditError('invalid_argument', `a cursor's name is lower-case letters, digits, - and _, not "${name}"`);
  }
  const directory = cursorsDirOf(dataDir);
  const path = join(directory, name);
  let position = readCursor(path) ?? 0;
  return {
    name,
    get position() {
      return position;
    },
    move(next) {
      nodeDisk.makeDirectory(directory);
      nodeDisk.replaceFile(path, Buffer.from(`${JSON.stringify({ position: next })}\n`));
      position = next;
    },
  };
}

/** Every cursor of a data folder and where it stands. One that cannot be read is left out: its reader starts again. */
export function listCursors(dataDir: string): { name: string; position: number }[] {
  const directory = cursorsDirOf(dataDir);
  const cursors: { name: string; position: number }[] = [];
  for (const name of nodeDisk.list(directory)) {
    const position = namePattern.test(name) ? readCursor(join(directory, name)) : undefined;
    if (position !== undefined) cursors.push({ name, position });
  }
  return cursors;
}

/** How long the log once was, by what its readers have seen of it and by a head kept elsewhere. */
export function evidenceOf(dataDir: string, knownSize: number | undefined): Evidence[] {
  const evidence = listCursors(dataDir).map(({ name, position }) => ({ what: `the cursor ${name}`, size: position }));
  if (knownSize !== undefined) evidence.push({ what: 'the known head', size: knownSize });
  return evidence;
}

function cursorsDirOf(dataDir: string): string {
  return join(dataDir, 'cursors');
}

function readCursor(path: string): number | undefined {
  try {
    const { position } = JSON.parse(readFileSync(path, 'utf8'));
    return Number.isSafeInteger(position) && position >= 0 ? position : undefined;
  } catch {
    return undefined;
  }
}
