// A stretch: the records of consecutive commits as one Parquet file, and beside it a small JSON file that says what is
// in it. The JSON file is renamed into place last: a stretch without one does not exist.
//
//   index/<first, 20 digits>.parquet     the records, with the columns of the event schema
//   index/<first, 20 digits>.json        what is here called a stretch

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashFromBase64, hashToBase64 } from '@indelible/log';
import { auditLogColumns, typeInSql } from '../columns.ts';
import type { CutState } from './cut-stretch.ts';

export interface Stretch {
  /** The position of its first line, and the one after its last, seals included. */
  readonly first: number;
  readonly end: number;
  readonly records: number;
  /** What tells without opening the Parquet file that a query finds nothing in it. */
  readonly zone: Zone;
  readonly after: CutState;
  /** One sentence for each thing that is wrong with its lines. */
  readonly damage: readonly string[];
}

export interface Zone {
  /** The earliest and the latest `timestamp`; absent where there is none. */
  readonly from?: string;
  readonly to?: string;
  readonly eventTypes: readonly string[];
  /** Absent where they are too many to name. */
  readonly users?: readonly string[];
}

export function parquetPath(indexDir: string, first: number): string {
  return join(indexDir, `${nameOf(first)}.parquet`);
}

/** The stretches of an index in their order, each where the one before it ends. What follows a hole does not count. */
export function readStretches(indexDir: string): Stretch[] {
  const stretches: Stretch[] = [];
  let files: string[];
  try {
    files = readdirSync(indexDir).sort();
  } catch {
    return [];
  }
  const parquets = new Set(files.filter((name) => name.endsWith('.parquet')));
  for (const name of files.filter((file) => /^\d{20}\.json$/.test(file))) {
    const stretch = readStretch(join(indexDir, name));
    const previous = stretches.at(-1);
    if (stretch === undefined || !parquets.has(`${nameOf(stretch.first)}.parquet`)) break;
    if (stretch.first !== (previous?.end ?? 0)) break;
    stretches.push(stretch);
  }
  return stretches;
}

/** Makes a stretch exist, whose Parquet file is in place. */
export function writeStretch(indexDir: string, stretch: Stretch): void {
  const path = join(indexDir, `${nameOf(stretch.first)}.json`);
  const { nodes, ...after } = stretch.after;
  const stored = { ...stretch, after: { ...after, ...(nodes && { nodes: nodes.map(hashToBase64) }) } };
  writeFileSync(`${path}.new`, `${JSON.stringify({ columns: columnsDigest, ...stored })}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

// A stretch made for other columns is made anew.
const columnsDigest = createHash('sha256')
  .update(typeInSql({ struct: auditLogColumns }))
  .digest('hex')
  .slice(0, 16);

function nameOf(first: number): string {
  return String(first).padStart(20, '0');
}

/** Undefined for a file that is no stretch of ours: it is derived, and made again. */
function readStretch(path: string): Stretch | undefined {
  try {
    const { columns, ...stored } = JSON.parse(readFileSync(path, 'utf8'));
    if (columns !== columnsDigest) return undefined;
    const { nodes, ...after } = stored.after;
    const hashes = nodes?.map((node: string) => hashFromBase64(node));
    return { ...stored, after: { ...after, ...(hashes && { nodes: hashes }) } };
  } catch {
    return undefined;
  }
}
