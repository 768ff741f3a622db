// Reads a proof file: its lines into a copy that `verify` takes, its trailer, and the records that it proves.

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { AuditError, isSeal, lineBytesMax, type RecordLine } from '@indelible/log';
import { keyRecordOf } from './key-record.ts';
import { type ProofTrailer, parseTrailer } from './proof-trailer.ts';

const newline = 0x0a;
/** A trailer that names every change of keys of a long life is shorter. */
const trailerBytesMax = 1 << 20;

/** Copies all lines but the trailer. @throws AuditError `not_found`, `invalid_proof`. */
export async function splitProof(path: string, linesPath: string): Promise<ProofTrailer> {
  const proof = await openProof(path);
  try {
    const { size } = await proof.stat();
    const tailBytes = Math.min(size, trailerBytesMax);
    const { buffer, bytesRead } = await proof.read(Buffer.alloc(tailBytes), 0, tailBytes, size - tailBytes);
    const tail = buffer.subarray(0, bytesRead);
    const isWhole = tail.at(-1) === newline;
    const start = isWhole ? tail.lastIndexOf(newline, -2) + 1 : 0;
    const trailer = parseTrailer(isWhole ? tail.toString('utf8', start, tail.length - 1) : '', path);
    await copyStart(path, linesPath, size - tailBytes + start);
    return trailer;
  } finally {
    await proof.close();
  }
}

async function openProof(path: string) {
  try {
    return await open(path, 'r');
  } catch (cause) {
    throw new AuditError(
      'not_found',
      `There is no proof ${path}, or it cannot be read: an export is verified with it.`,
      { cause },
    );
  }
}

async function copyStart(from: string, to: string, bytes: number): Promise<void> {
  const copy = await open(to, 'w', 0o600);
  try {
    if (bytes > 0) for await (const chunk of createReadStream(from, { end: bytes - 1 })) await copy.writeFile(chunk);
  } finally {
    await copy.close();
  }
}

/** The records that the export should hold, in order. */
export async function* readProvedRecords(
  linesPath: string,
  { keys_only }: ProofTrailer,
): AsyncGenerator<readonly RecordLine[]> {
  const keysOnly = new Set(keys_only);
  for await (const lines of readLines(linesPath)) {
    const records = lines.flatMap((line): RecordLine[] => {
      const seq = /^\{"seq":(\d{1,16}),/.exec(line)?.[1];
      if (seq === undefined || isSeal(line)) return [];
      // Only what says which key signed may be in a proof without being in its export.
      if (keysOnly.has(Number(seq)) && keyRecordOf(line) !== undefined) return [];
      return [{ seq: Number(seq), line }];
    });
    if (records.length > 0) yield records;
  }
}

async function* readLines(path: string): AsyncGenerator<readonly string[]> {
  let rest = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 18 })) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    // No line is that long: `verify` says so, and nothing of it is kept here.
    if (rest.length > lineBytesMax) rest = rest.slice(0, lineBytesMax);
    yield lines;
  }
}
