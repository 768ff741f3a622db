// Makes the proof that one record is in the log: its line, its place in the tree, and the newest checkpoint. Hashes
// come from the tree files where they are, else from one pass over the log. No proof is handed out that does not
// verify.

import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { AuditError } from '../base/errors.ts';
import { parseCheckpointNote } from '../integrity/checkpoint.ts';
import { Frontier } from '../integrity/frontier.ts';
import { type Hash, hashBytes, leafHash } from '../integrity/hash.ts';
import { proveInclusion } from '../integrity/inclusion-proof.ts';
import { parseVkey } from '../integrity/key.ts';
import type { ReadSubtree, Subtree } from '../integrity/subtree.ts';
import { formatTlogProof, verifyTlogProof } from '../integrity/tlog-proof.ts';
import { createTierReader } from '../integrity/tree-reader.ts';
import { readHead } from '../log/head.ts';
import { type RecordLine, readLines, readLinesBackward } from '../log/reader.ts';
import { treeFilePath } from '../log/tree-files.ts';

export interface RecordProof {
  readonly seq: number;
  /** The record's line, without its newline. */
  readonly line: string;
  /** The text of a `.tlog-proof` file. */
  readonly proof: string;
}

/**
 * Proves the record at a position, or the newest one with an `event_id`.
 * @throws AuditError `no_log`; `not_found` if there is no such record, or no seal that covers it; `log_damaged` if the
 * log
 * does not lead from the record to its own checkpoint.
 */
export async function proveRecord(dataDir: string, record: number | string): Promise<RecordProof> {
  const head = readHead(dataDir);
  if (head === undefined)
    throw new AuditError('no_log', `There is no log in ${dataDir}, or no file "head" that can be read.`);
  const { size } = parseCheckpointNote(head.checkpoint);
  const { seq, line } = await findRecord(dataDir, record);
  if (seq >= size) {
    throw new AuditError(
      'not_found',
      `The line at position ${seq} is the newest seal: nothing covers it before the next one.`,
    );
  }
  const verifier = parseVkey(readFileSync(join(dataDir, 'keys', 'signing.vkey'), 'utf8').trim());
  const proofFrom = (read: ReadSubtree): RecordProof => {
    const hashes = proveInclusion(read, seq, size);
    const proof = formatTlogProof({ extra: Buffer.from(line), index: seq, hashes, checkpoint: head.checkpoint });
    verifyTlogProof(proof, [verifier]);
    return { seq, line, proof };
  };
  try {
    return proofFrom(readTreeFiles(dataDir));
  } catch {
    // Tree files are derived: missing, behind or wrong, they are made up for by reading the log itself.
  }
  const read = await readTreeOfLog(dataDir, seq, size);
  try {
    return proofFrom(read);
  } catch (cause) {
    const message = `The record at position ${seq} does not lead to the log's own checkpoint. Run "indelible verify".`;
    throw new AuditError('log_damaged', message, { cause });
  }
}

async function findRecord(dataDir: string, record: number | string): Promise<RecordLine> {
  if (typeof record === 'number') {
    for await (const [line] of readLines(dataDir, { from: record, to: record + 1 }))
      if (line?.seq === record) return line;
    throw new AuditError('not_found', `There is no line at position ${record}.`);
  }
  const mark = `"event_id":${JSON.stringify(record)},`;
  for await (const lines of readLinesBackward(dataDir)) {
    const found = lines.findLast(({ line }) => line.startsWith(mark, line.indexOf(',') + 1));
    if (found !== undefined) return found;
  }
  throw new AuditError('not_found', `There is no record with the event_id ${record}.`);
}

function readTreeFiles(dataDir: string): ReadSubtree {
  return createTierReader((tier, first, count) => {
    const descriptor = openSync(treeFilePath(dataDir, tier), 'r');
    try {
      const bytes = Buffer.alloc(count * hashBytes);
      if (readSync(descriptor, bytes, 0, bytes.length, first * hashBytes) < bytes.length) {
        throw new AuditError('not_found', `The tree files do not reach hash ${first + count} of tier ${tier}.`);
      }
      return Array.from({ length: count }, (_, i) => bytes.toString('latin1', i * hashBytes, (i + 1) * hashBytes));
    } finally {
      closeSync(descriptor);
    }
  });
}

/** Hashes the whole log once and keeps the few subtrees that the proof for one position needs. */
async function readTreeOfLog(dataDir: string, seq: number, size: number): Promise<ReadSubtree> {
  const wanted: { subtree: Subtree; tree: Frontier }[] = [];
  proveInclusion(
    (level, index) => {
      wanted.push({ subtree: { level, index }, tree: Frontier.empty() });
      return '\0'.repeat(hashBytes);
    },
    seq,
    size,
  );
  wanted.sort((a, b) => firstOf(a.subtree) - firstOf(b.subtree));
  let current = 0;
  for await (const lines of readLines(dataDir, { to: size })) {
    for (const { seq: position, line } of lines) {
      while (
        current < wanted.length &&
        position >= firstOf(wanted[current]!.subtree) + leavesOf(wanted[current]!.subtree)
      ) {
        current += 1;
      }
      const next = wanted[current];
      if (next !== undefined && position >= firstOf(next.subtree)) next.tree.appendLeaf(leafHash(line));
    }
  }
  const roots = new Map<string, Hash>(wanted.map(({ subtree, tree }) => [nameOf(subtree), tree.root()]));
  return (level, index) => roots.get(nameOf({ level, index }))!;
}

function leavesOf({ level }: Subtree): number {
  return 2 ** level;
}

function firstOf(subtree: Subtree): number {
  return subtree.index * leavesOf(subtree);
}

function nameOf({ level, index }: Subtree): string {
  return `${level}/${index}`;
}
