// Writes an export: whole or not at all, in constant memory, to a file or a stream; beside the file its proof, if that
// is asked for. Both files appear under their names only when both are done.

import { basename } from 'node:path';
import type { Writable } from 'node:stream';
import { AuditError, type RecordLine } from '@indelible/log';
import { hashFile } from './file/hash-file.ts';
import { writeTargetFile } from './file/target-file.ts';
import { type Written, writePiecesToFile, writePiecesToStream } from './file/write-pieces.ts';
import type { ExportColumns } from './format/export-columns.ts';
import { createTextFormat, type ExportFormatName } from './format/formats.ts';
import { writeParquet } from './format/parquet-file.ts';
import { formatRecords } from './format/text-format.ts';
import { PositionSet } from './proof/position-set.ts';
import { writeProofFile } from './proof/proof-file.ts';
import { proofPathOf } from './proof/proof-trailer.ts';

type Batches = AsyncIterable<readonly RecordLine[]>;

export interface ExportRequest {
  /** The records in ascending order of position, seals not among them. */
  readonly lines: Batches;
  readonly format: ExportFormatName;
  /** Those of a record; used by the formats that are tables. */
  readonly columns: ExportColumns;
  /** A path, or a stream, which is not ended. */
  readonly output: string | Writable;
  /** Whether a file that is there may be replaced. */
  readonly overwrite?: boolean;
  /** The log that proves the records, if a proof is wanted; only for a file. */
  readonly proof?: { readonly dataDir: string; readonly onProgress?: (position: number) => void };
  /** Canonical timestamp. */
  readonly exportedAt: string;
  readonly signal?: AbortSignal;
  /** Told how many records were written so far. */
  readonly onProgress?: (count: number) => void;
}

export interface ExportResult extends Written {
  readonly count: number;
}

/**
 * @throws AuditError `invalid_argument` for what cannot be written that way; `unavailable` where the file system does
 * not take it; `log_damaged` if a line cannot be read or, with a proof, not be proved. The signal's reason on abort.
 */
export async function writeExport(request: ExportRequest): Promise<ExportResult> {
  const { output } = request;
  const pass = new RecordPass(request);
  const written = await (typeof output === 'string'
    ? writeFiles(output, request, pass)
    : writeStream(output, request, pass));
  return { ...written, count: pass.count };
}

function writeStream(stream: Writable, request: ExportRequest, pass: RecordPass): Promise<Written> {
  const { format, columns, exportedAt, proof, signal } = request;
  if (proof !== undefined) throw new AuditError('invalid_argument', 'A proof stands beside a file: name one.');
  if (format === 'parquet') {
    throw new AuditError('invalid_argument', 'Parquet is read from its end and cannot be a stream: name a file.');
  }
  const pieces = formatRecords(pass.records(), createTextFormat(format, columns), exportedAt);
  return writePiecesToStream(stream, pieces, signal);
}

function writeFiles(path: string, request: ExportRequest, pass: RecordPass): Promise<Written> {
  const { overwrite = false, proof, format, exportedAt, signal } = request;
  return writeTargetFile(path, overwrite, async (temporary) => {
    if (proof === undefined) return fillFile(temporary, request, pass);
    // The proof has its name first: an export without one would be taken for one that never had it.
    return writeTargetFile(proofPathOf(path), overwrite, async (temporaryProof) => {
      const written = await fillFile(temporary, request, pass);
      const describes = { file: basename(path), format, ...written, exported_at: exportedAt };
      const { selected } = pass;
      await writeProofFile({ ...proof, selected, path: temporaryProof, describes, ...(signal && { signal }) });
      return written;
    });
  });
}

async function fillFile(path: string, request: ExportRequest, pass: RecordPass): Promise<Written> {
  const { format, columns, exportedAt, signal } = request;
  if (format !== 'parquet') {
    const pieces = formatRecords(pass.records(), createTextFormat(format, columns), exportedAt);
    return writePiecesToFile(path, pieces, signal);
  }
  await writeParquet(path, pass.records(), columns, signal);
  return hashFile(path);
}

/** Counts the records on their way, and remembers their positions if they are to be proved. */
class RecordPass {
  readonly selected = new PositionSet();
  count = 0;
  readonly #request: ExportRequest;

  constructor(request: ExportRequest) {
    this.#request = request;
  }

  async *records(): Batches & AsyncGenerator<readonly RecordLine[]> {
    const { lines, proof, signal, onProgress } = this.#request;
    for await (const batch of lines) {
      signal?.throwIfAborted();
      if (proof !== undefined) this.#select(batch);
      yield batch;
      this.count += batch.length;
      onProgress?.(this.count);
    }
  }

  #select(batch: readonly RecordLine[]): void {
    for (const { seq } of batch) {
      if (!this.selected.add(seq)) {
        throw new AuditError('invalid_argument', 'An export with proofs has its records in the order of the log.');
      }
    }
  }
}
