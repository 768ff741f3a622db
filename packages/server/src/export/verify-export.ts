// Verifies an export against its proof, offline: the lines of the proof against their seals, and the file against what
// these lines make. So neither can be changed, nor both be cut, without its being seen.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { AuditError, type VerifyOptions, type VerifyReport, verifyLog } from '@indelible/log';
import { type Comparison, compareExport } from './compare/compare-export.ts';
import { type ExportFinding, exportFinding } from './compare/export-finding.ts';
import { hashFile } from './file/hash-file.ts';
import type { Written } from './file/write-pieces.ts';
import type { ExportColumns } from './format/export-columns.ts';
import { type ProofTrailer, proofPathOf } from './proof/proof-trailer.ts';
import { readProvedRecords, splitProof } from './proof/proved-records.ts';

export interface VerifyExportOptions
  extends Pick<VerifyOptions, 'trustedKey' | 'pinnedKeysOf' | 'candidateKeys' | 'knownHeads' | 'allSignatures'> {
  readonly file: string;
  /** Default: beside the file. */
  readonly proof?: string;
  /** As they were given to the export. */
  readonly columns: ExportColumns;
  readonly signal?: AbortSignal;
}

export interface ExportReport {
  /** Whether no finding is an error. */
  readonly ok: boolean;
  readonly format: ProofTrailer['format'];
  readonly exported_at: string;
  /** Records of the export that are proved. */
  readonly count: number;
  /** Of the file as it stands. */
  readonly sha256: string;
  /** Lines of the log, seals among them, that the export does not show. */
  readonly withheld: number;
  readonly origin: string | undefined;
  readonly key: VerifyReport['key'];
  /** The checkpoint under which the records are proved, a signed note. */
  readonly checkpoint: string | undefined;
  /** What this verification shows, as a sentence or two. */
  readonly claim: string;
  readonly findings: readonly ExportFinding[];
}

/**
 * @throws AuditError `not_found` if a file is not there; `invalid_proof` if the proof is none, or was cut; and as
 * `verifyLog` does.
 */
export async function verifyExport(options: VerifyExportOptions): Promise<ExportReport> {
  const { file, proof = proofPathOf(file) } = options;
  const standing = await hashExport(file);
  const folder = await mkdtemp(join(tmpdir(), 'indelible-export-'));
  try {
    const linesPath = join(folder, 'lines.ndjson');
    const trailer = await splitProof(proof, linesPath);
    const log = await verifyLog({ ...options, logFile: linesPath });
    const comparison: Comparison = {
      file,
      trailer,
      columns: options.columns,
      folder,
      records: () => readProvedRecords(linesPath, trailer),
      ...(options.signal && { signal: options.signal }),
    };
    const count = await countRecords(comparison);
    const findings = [
      ...proofFindings(log, basename(proof)),
      ...trailerFindings(trailer, standing, count, basename(file)),
      ...(log.ok ? await compareExport(comparison, standing.sha256) : [notCompared(basename(file))]),
    ];
    return reportOf({ comparison, standing, count, log, findings });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function hashExport(file: string): Promise<Written> {
  try {
    return await hashFile(file);
  } catch (cause) {
    throw new AuditError('not_found', `There is no file ${file}, or it cannot be read.`, { cause });
  }
}

async function countRecords({ records, signal }: Comparison): Promise<number> {
  let count = 0;
  for await (const batch of records()) {
    signal?.throwIfAborted();
    count += batch.length;
  }
  return count;
}

function proofFindings(log: VerifyReport, proof: string): ExportFinding[] {
  const findings: ExportFinding[] = log.findings.map((finding) => ({ ...finding, segment: proof }));
  if (log.ok && (log.checkpoint === undefined || log.signed < log.entries)) {
    findings.push(exportFinding('proof_changed', proof, 'No seal of the log covers all lines of the proof.'));
  }
  return findings;
}

/** What the proof says of the file, against the file and the proof's own lines. */
function trailerFindings(trailer: ProofTrailer, standing: Written, count: number, file: string): ExportFinding[] {
  const findings: ExportFinding[] = [];
  if (trailer.sha256 !== standing.sha256 || trailer.bytes !== standing.bytes) {
    const message = `The file is not the one that the proof was made for: it has ${standing.bytes} bytes and SHA-256 ${standing.sha256}.`;
    findings.push(exportFinding('file_changed', file, message));
  }
  if (trailer.count !== count) {
    const message = `The proof was made for ${trailer.count} records and holds ${count}.`;
    findings.push(exportFinding('proof_changed', file, message));
  }
  return findings;
}

function notCompared(file: string): ExportFinding {
  const message = 'The file was not compared with the records: the proof itself does not hold.';
  return { ...exportFinding('not_compared', file, message), severity: 'note' };
}

interface Outcome {
  readonly comparison: Comparison;
  readonly standing: Written;
  readonly count: number;
  readonly log: VerifyReport;
  readonly findings: readonly ExportFinding[];
}

function reportOf({ comparison, standing, count, log, findings }: Outcome): ExportReport {
  const { format, exported_at } = comparison.trailer;
  const { origin, key, checkpoint } = log;
  const ok = findings.every(({ severity }) => severity !== 'error');
  const withheld = log.withheld + comparison.trailer.keys_only.length;
  return {
    ok,
    format,
    exported_at,
    count: ok ? count : 0,
    sha256: standing.sha256,
    withheld,
    origin,
    key,
    checkpoint,
    claim: ok ? claimOf(count, withheld, log) : 'Nothing is proved of the export.',
    findings,
  };
}

const keyInWords: Readonly<Record<VerifyReport['key']['status'], string>> = {
  given: 'the key that was given',
  pinned: 'the key pinned for this log',
  own: 'the key that the proof itself names, which is neither pinned nor given',
};

function claimOf(count: number, withheld: number, { origin = '', key, size }: VerifyReport): string {
  const records = count === 1 ? 'The one record of the export stands' : `The ${count} records of the export stand`;
  return (
    `${records} in the log ${origin}, unchanged and in this order, as it was with ${size} lines, ` +
    `by ${keyInWords[key.status]}. ` +
    `${withheld} of these lines, seals among them, are not shown: what they hold, this does not say.`
  );
}
