// Moves bytes that were never acknowledged out of the log into `<data>/quarantine`, where a person can look at them.
// Copies first and cuts second, so that a crash between the two only makes a second copy.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Disk } from '../base/disk.ts';
import type { Remains } from './recovery.ts';
import { logDirOf } from './segment.ts';

/** What was moved: the details of a `log_recovered` record. */
export interface Quarantined {
  readonly file: string;
  readonly segment: string;
  readonly offset: number;
  readonly bytes: number;
  readonly lines: number;
  readonly sha256: string;
}

// A file keeps this ending until the log itself names it, so that no recovery goes unrecorded.
const unrecorded = '.unrecorded';
const chunkBytes = 1 << 20;

/** Moves every stretch of `remains` to quarantine. Durable when it returns. */
export function quarantine(disk: Disk, dataDir: string, remains: readonly Remains[]): Quarantined[] {
  if (remains.length === 0) return unrecordedOf(disk, dataDir);
  const directory = quarantineDir(dataDir);
  disk.makeDirectory(directory);
  for (const stretch of remains) if (stretch.end > stretch.start) copy(disk, directory, stretch);
  disk.syncDirectory(directory);
  for (const stretch of remains) cut(disk, stretch);
  disk.syncDirectory(logDirOf(dataDir));
  return unrecordedOf(disk, dataDir);
}

/** Says that the log now names what was moved. */
export function markRecorded(disk: Disk, dataDir: string, moved: readonly Quarantined[]): void {
  const directory = quarantineDir(dataDir);
  for (const { file } of moved) disk.rename(join(directory, `${file}${unrecorded}`), join(directory, file));
  if (moved.length > 0) disk.syncDirectory(directory);
}

function quarantineDir(dataDir: string): string {
  return join(dataDir, 'quarantine');
}

function copy(disk: Disk, directory: string, { segment, start, end }: Remains): void {
  // The place names the file. A copy that a crash cut short is made again; a copy of what else stood there gets a
  // number.
  for (let attempt = 1; ; attempt++) {
    const name = `${segment.name}.${start}${attempt === 1 ? '' : `.${attempt}`}`;
    const path = join(directory, `${name}${unrecorded}`);
    if (disk.exists(join(directory, name))) continue;
    if (disk.exists(path) && !isStartOf(disk, path, { segment, start, end })) continue;
    disk.remove(path);
    const file = disk.openAppend(path, true);
    try {
      for (let at = start; at < end; at += chunkBytes) {
        file.write(disk.readRange(segment.path, at, Math.min(at + chunkBytes, end)));
      }
      file.sync();
    } finally {
      file.close();
    }
    return;
  }
}

/** Whether a copy holds nothing but the first bytes of a stretch. */
function isStartOf(disk: Disk, path: string, { segment, start, end }: Remains): boolean {
  const bytes = disk.size(path);
  if (bytes > end - start) return false;
  for (let at = 0; at < bytes; at += chunkBytes) {
    const to = Math.min(at + chunkBytes, bytes);
    if (!disk.readRange(path, at, to).equals(disk.readRange(segment.path, start + at, start + to))) return false;
  }
  return true;
}

function cut(disk: Disk, { segment, start }: Remains): void {
  if (start === 0) {
    disk.remove(segment.path);
    return;
  }
  const file = disk.openAppend(segment.path, false);
  try {
    file.truncate(start);
    file.sync();
  } finally {
    file.close();
  }
}

function unrecordedOf(disk: Disk, dataDir: string): Quarantined[] {
  const directory = quarantineDir(dataDir);
  return disk
    .list(directory)
    .filter((name) => name.endsWith(unrecorded))
    .map((name) => describe(disk, directory, name));
}

function describe(disk: Disk, directory: string, name: string): Quarantined {
  const path = join(directory, name);
  const bytes = disk.size(path);
  const digest = createHash('sha256');
  let lines = 0;
  for (let at = 0; at < bytes; at += chunkBytes) {
    const chunk = disk.readRange(path, at, Math.min(at + chunkBytes, bytes));
    digest.update(chunk);
    for (const byte of chunk) if (byte === 0x0a) lines += 1;
  }
  const file = name.slice(0, -unrecorded.length);
  const [segment = '', offset = '0'] = file.split('.ndjson.');
  return {
    file,
    segment: `${segment}.ndjson`,
    offset: Number.parseInt(offset, 10),
    bytes,
    lines,
    sha256: digest.digest('hex'),
  };
}
