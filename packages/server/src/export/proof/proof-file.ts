// Writes what proves the records of an export, offline and to anyone who has the log's public key. The log is read
// once. No proof is handed out that does not verify.

import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AuditError, verifyLog } from '@indelible/log';
import { writePiecesToFile } from '../file/write-pieces.ts';
import type { PositionSet } from './position-set.ts';
import { ProofLines } from './proof-lines.ts';
import { formatTrailer, type ProofTrailer } from './proof-trailer.ts';
import { readStoredLines } from './stored-lines.ts';

export interface ProofRequest {
  readonly dataDir: string;
  readonly selected: PositionSet;
  /** Written over. */
  readonly path: string;
  readonly describes: Omit<ProofTrailer, 'count' | 'keys_only'>;
  readonly signal?: AbortSignal;
  /** Told the position that has been reached, now and then. */
  readonly onProgress?: (position: number) => void;
}

/** @throws AuditError `no_log`; `log_damaged` if the records do not lead to the log's newest seal. */
export async function writeProofFile(request: ProofRequest): Promise<void> {
  const { dataDir, selected, path, describes, signal } = request;
  const lines = new ProofLines((position) => selected.has(position));
  await writePiecesToFile(path, piecesOf(lines, request), signal);
  if (lines.kept !== selected.count) throw damaged(`${selected.count - lines.kept} of the records are not in it`);
  const ownKey = await readOwnKey(dataDir);
  const report = await verifyLog({ logFile: path, candidateKeys: ownKey === undefined ? [] : [ownKey] });
  if (!report.ok) throw damaged(report.findings.find(({ severity }) => severity === 'error')?.message ?? '');
  const trailer = { ...describes, count: lines.kept, keys_only: lines.keysOnly };
  await appendFile(path, `${formatTrailer(trailer)}\n`);
}

async function* piecesOf(lines: ProofLines, { dataDir, signal, onProgress }: ProofRequest): AsyncGenerator<string> {
  for await (const batch of readStoredLines(dataDir, signal)) {
    yield batch
      .flatMap((line) => lines.take(line))
      .map((line) => `${line}\n`)
      .join('');
    onProgress?.(lines.position);
  }
  yield lines
    .finish()
    .map((line) => `${line}\n`)
    .join('');
}

async function readOwnKey(dataDir: string): Promise<string | undefined> {
  try {
    return (await readFile(join(dataDir, 'keys', 'signing.vkey'), 'utf8')).trim();
  } catch {
    return undefined;
  }
}

function damaged(what: string): AuditError {
  return new AuditError(
    'log_damaged',
    `The log does not prove the records of the export: ${what} Run "indelible verify".`,
  );
}
