// The last line of a proof file: which file it is for, and what has to be known to make that file again from the lines
// before it. Nothing signs it, and nothing rests on it: what it says is compared with the file and with the lines.
//
//   {"export":{"file":"…","format":"csv","sha256":"…","bytes":N,"count":N,"exported_at":"…","keys_only":[0]}}

import { AuditError } from '@indelible/log';
import { type ExportFormatName, isExportFormatName } from '../format/formats.ts';
import { isMembers } from '../format/parse-record.ts';

export interface ProofTrailer {
  /** The file's name, without its folder. */
  readonly file: string;
  readonly format: ExportFormatName;
  /** Of the file, in hex. */
  readonly sha256: string;
  readonly bytes: number;
  readonly count: number;
  /** Canonical timestamp. */
  readonly exported_at: string;
  /** Positions of records that are not in the file: they say which keys signed. */
  readonly keys_only: readonly number[];
}

/** Where the proof of an export stands: beside it. */
export function proofPathOf(file: string): string {
  return `${file}.proof`;
}

export function formatTrailer(trailer: ProofTrailer): string {
  const { file, format, sha256, bytes, count, exported_at, keys_only } = trailer;
  return JSON.stringify({ export: { file, format, sha256, bytes, count, exported_at, keys_only } });
}

/** @throws AuditError `invalid_proof` if the line is no trailer, as that of a proof that was cut. */
export function parseTrailer(line: string, path: string): ProofTrailer {
  const trailer = readTrailer(line);
  if (trailer !== undefined) return trailer;
  throw new AuditError(
    'invalid_proof',
    `${path} is no proof of an export, or its end is missing: its last line does not describe a file.`,
  );
}

function readTrailer(line: string): ProofTrailer | undefined {
  const trailer = parseExport(line);
  if (!isMembers(trailer)) return undefined;
  const { file, format, sha256, bytes, count, exported_at, keys_only } = trailer;
  if (typeof file !== 'string' || !isExportFormatName(format) || typeof exported_at !== 'string') return undefined;
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) return undefined;
  if (!isCount(bytes) || !isCount(count) || !Array.isArray(keys_only) || !keys_only.every(isCount)) return undefined;
  return { file, format, sha256, bytes, count, exported_at, keys_only };
}

function parseExport(line: string): unknown {
  try {
    const value: unknown = JSON.parse(line);
    return isMembers(value) ? value.export : undefined;
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
