// Segments: files of consecutive commits under `<data>/log`, each named by the position of its first record.

import { basename, join } from 'node:path';
import type { Disk } from '../base/disk.ts';
import { nodeDisk } from '../base/disk.ts';

export interface SegmentFile {
  readonly path: string;
  readonly name: string;
  /** The position of its first record. */
  readonly first: number;
}

const segmentPattern = /^[0-9]{20}\.ndjson$/;

export function logDirOf(dataDir: string): string {
  return join(dataDir, 'log');
}

export function segmentName(first: number): string {
  return `${String(first).padStart(20, '0')}.ndjson`;
}

/** The first position that a segment's file name gives; undefined for any other name. */
export function firstOfSegmentName(path: string): number | undefined {
  const name = basename(path);
  if (!segmentPattern.test(name)) return undefined;
  const first = Number(name.slice(0, 20));
  return Number.isSafeInteger(first) ? first : undefined;
}

/** The segments in a folder in the order of their positions. Other files are passed over. */
export function listSegments(logDir: string, disk: Pick<Disk, 'list'> = nodeDisk): SegmentFile[] {
  const segments: SegmentFile[] = [];
  for (const name of disk.list(logDir)) {
    const first = firstOfSegmentName(name);
    if (first !== undefined) segments.push({ path: join(logDir, name), name, first });
  }
  return segments;
}
