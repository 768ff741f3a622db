// Makes the copy of the user's log that the attacks are done to. A small log is copied whole. Of a big one, the
// beginning of its newest segment: it verifies alone, and a drill must not take longer than a person watches.

import { copyFileSync, createReadStream, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { listSegments, logDirOf, type SegmentFile, treeFilePath } from '@indelible/log';
import { gapLine, isSealLine, LogCopy, sealIndices, seqOf, treeOver } from './log-copy.ts';
import { writeHead } from './reseal.ts';

const wholeBytesMax = 2 << 20;
const segmentsWanted = 3;

/** Copies a log, or a part of it, to a folder. Returns the position at which the copy begins. */
export async function copyLog(dataDir: string, into: string): Promise<number> {
  mkdirSync(join(into, 'log'), { recursive: true, mode: 0o700 });
  mkdirSync(join(into, 'keys'), { mode: 0o700 });
  copyFileSync(join(dataDir, 'keys', 'signing.vkey'), join(into, 'keys', 'signing.vkey'));
  const segments = listSegments(logDirOf(dataDir));
  const bytes = segments.reduce((sum, { path }) => sum + statSync(path).size, 0);
  const copied = bytes <= wholeBytesMax ? segments : segments.slice(-1);
  for (const segment of copied) {
    const text = await readStart(segment, wholeBytesMax);
    const lines = text.split('\n').slice(0, -1);
    const end = lines.findLastIndex(isSealLine) + 1;
    writeFileSync(
      join(into, 'log', segment.name),
      lines
        .slice(0, end)
        .map((line) => `${line}\n`)
        .join(''),
      'latin1',
    );
  }
  const copy = new LogCopy(into);
  if (copied.length === 1) divide(copy);
  writeHead(copy, copy.lastSegment());
  await copyLeafHashes(dataDir, into, copied[0]?.first ?? 0, seqOf(copy.lastSegment().lines.at(-1) ?? '') + 1);
  return copied[0]?.first ?? 0;
}

async function readStart({ path }: SegmentFile, bytesMax: number): Promise<string> {
  let text = '';
  for await (const chunk of createReadStream(path, { end: bytesMax - 1, encoding: 'latin1' })) text += chunk;
  return text;
}

/**
 * Divides the one segment as the log would have, had its segments been smaller, so that attacks on several can be
 * shown.
 */
function divide(copy: LogCopy): void {
  const { path, lines } = copy.lastSegment();
  const seals = sealIndices(lines);
  const cuts = Array.from({ length: segmentsWanted - 1 }, (_, i) => {
    const seal = seals[Math.floor((seals.length * (i + 1)) / segmentsWanted) - 1];
    return seal === undefined ? 0 : seal + 1;
  }).filter((cut) => cut > 0 && cut < lines.length);
  const bounds = [0, ...new Set(cuts), lines.length];
  for (let i = 1; i < bounds.length; i++) {
    const [start, end] = [bounds[i - 1]!, bounds[i]!];
    const part = lines.slice(start, end);
    if (start === 0) {
      copy.write(path, part);
      continue;
    }
    const tree = treeOver(lines, start);
    const name = `${String(tree.size).padStart(20, '0')}.ndjson`;
    copy.write(join(copy.dataDir, 'log', name), [gapLine(0, tree.size, tree.nodes), ...part]);
  }
}

/** Where the log has leaf hashes, so has the copy: then a finding names the very record. */
async function copyLeafHashes(dataDir: string, into: string, first: number, end: number): Promise<void> {
  const from = treeFilePath(dataDir, 0);
  if (!existsSync(from)) return;
  const bytes = Buffer.alloc((end - first) * 32);
  const [source, target] = await Promise.all([open(from), makeTreeFile(into)]);
  try {
    const { bytesRead } = await source.read(bytes, 0, bytes.length, first * 32);
    await target.write(bytes, 0, bytesRead, first * 32);
  } finally {
    await Promise.all([source.close(), target.close()]);
  }
}

function makeTreeFile(into: string) {
  mkdirSync(join(into, 'tree'), { mode: 0o700 });
  return open(treeFilePath(into, 0), 'w');
}

/** Empties a folder's copy of another: what an attack changed is put back. */
export function putBack(original: string, copy: string): void {
  for (const name of readdirSync(original)) {
    const [from, to] = [join(original, name), join(copy, name)];
    if (statSync(from).isDirectory()) {
      mkdirSync(to, { recursive: true, mode: 0o700 });
      putBack(from, to);
    } else copyFileSync(from, to);
  }
}
