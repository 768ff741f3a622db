// A copy of a log that may be tampered with: its segments as lines, its head, and what an attacker can compute from
// them. Lines are kept as latin1, so that any byte can be put into them and comes out again as it was.

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { appendGap, Frontier, type Hash, hashFromBase64, hashToBase64, leafHash } from '@indelible/log';

export interface CopiedSegment {
  readonly path: string;
  readonly name: string;
  readonly lines: readonly string[];
}

export class LogCopy {
  readonly dataDir: string;

  constructor(dataDir: string) {
    this.dataDir = dataDir;
  }

  get headPath(): string {
    return join(this.dataDir, 'head');
  }

  segments(): CopiedSegment[] {
    const folder = join(this.dataDir, 'log');
    const names = readdirSync(folder).filter((name) => name.endsWith('.ndjson'));
    return names.sort().map((name) => {
      const path = join(folder, name);
      return { path, name, lines: readFileSync(path, 'latin1').split('\n').slice(0, -1) };
    });
  }

  lastSegment(): CopiedSegment {
    return this.segments().at(-1)!;
  }

  write(path: string, lines: readonly string[], lineEnd = '\n'): void {
    writeFileSync(path, lines.map((line) => line + lineEnd).join(''), 'latin1');
  }

  remove(path: string): void {
    rmSync(path);
  }
}

export function isGapLine(line: string): boolean {
  return line.startsWith('{"gap":');
}

export function isSealLine(line: string): boolean {
  return line.includes('"event_type":"system","subtype":"sealed",') && line.includes('"checkpoint":"');
}

function isRecordLine(line: string): boolean {
  return !isGapLine(line) && !isSealLine(line);
}

/** Indices of the ordinary records of a segment that have another record after them in their commit. */
export function recordIndices(lines: readonly string[]): number[] {
  return lines.flatMap((line, index) => (isRecordLine(line) && !/"event_type":"system"/.test(line) ? [index] : []));
}

export function sealIndices(lines: readonly string[]): number[] {
  return lines.flatMap((line, index) => (isSealLine(line) ? [index] : []));
}

export function seqOf(line: string): number {
  return Number(/^\{"seq":(\d+)/.exec(line)?.[1] ?? Number.NaN);
}

export function withSeq(line: string, seq: number): string {
  return line.replace(/^\{"seq":\d+/, `{"seq":${seq}`);
}

export function leafOf(line: string): Hash {
  return leafHash(Buffer.from(line, 'latin1'));
}

/** The tree over a segment's lines before index `end`, from its own gap on. */
export function treeOver(lines: readonly string[], end: number): Frontier {
  const frontier = Frontier.empty();
  for (const line of lines.slice(0, end)) {
    if (!isGapLine(line)) frontier.appendLeaf(leafOf(line));
    else appendGap(frontier, readGap(line));
  }
  return frontier;
}

export function gapLine(first: number, end: number, nodes: readonly Hash[]): string {
  return JSON.stringify({ gap: { first, end, nodes: nodes.map(hashToBase64) } });
}

export function readGap(line: string): { first: number; end: number; nodes: Hash[] } {
  const { gap }: { gap: { first: number; end: number; nodes: string[] } } = JSON.parse(line);
  return { first: gap.first, end: gap.end, nodes: gap.nodes.map((node) => hashFromBase64(node) ?? '') };
}

/** Changes one letter or digit within the last part of a line, so that it stays JSON and keeps its length. */
export function changeOneCharacter(line: string): string {
  const at = [...line.matchAll(/[a-z0-9](?=[^"]*"[^"]*$)/g)].at(-1)?.index ?? line.length - 3;
  const other = line[at] === 'x' ? 'y' : 'x';
  return line.slice(0, at) + other + line.slice(at + 1);
}

/** The newest segment, a record to invent another from, and the position after its last line. */
export function endOf(
  copy: LogCopy,
): { path: string; lines: string[]; record: string; seal: string; next: number } | undefined {
  const { path, lines } = copy.lastSegment();
  const record = lines[recordIndices(lines)[0] ?? -1];
  const seal = lines.at(-1);
  if (record === undefined || seal === undefined) return undefined;
  return { path, lines: [...lines], record, seal, next: seqOf(seal) + 1 };
}

export const withoutRecords = { doesNotApply: 'The last segment holds no records.' };
