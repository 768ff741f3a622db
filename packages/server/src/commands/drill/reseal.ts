// What an attacker with a key of their own can do: write seals and heads that are well-formed and consistent.

import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import {
  appendGap,
  createSigner,
  Frontier,
  formatSigningKey,
  generateSigningKey,
  type Signer,
  signCheckpoint,
} from '@indelible/log';
import { type CopiedSegment, gapLine, isGapLine, isSealLine, type LogCopy, leafOf, readGap } from './log-copy.ts';

export function forgedSigner(origin: string): { signer: Signer; pem: string } {
  const key = generateSigningKey();
  return { signer: createSigner(origin, key), pem: formatSigningKey(key) };
}

/** The seal's line with another checkpoint over the tree before it. */
export function resealed(sealLine: string, tree: Frontier, signer: Signer): string {
  const line: { details: Record<string, unknown> } = JSON.parse(Buffer.from(sealLine, 'latin1').toString());
  const checkpoint = signCheckpoint({ origin: signer.name, size: tree.size, root: tree.root() }, [signer]);
  line.details = { ...line.details, checkpoint };
  return Buffer.from(JSON.stringify(line)).toString('latin1');
}

/** Writes every seal and gap of the log anew, under another key, over lines as `change` leaves them. */
export function resealAll(copy: LogCopy, signer: Signer, change: (line: string) => string): void {
  const segments = copy.segments();
  const first = segments[0]?.lines[0] ?? '';
  const tree = Frontier.empty();
  if (isGapLine(first)) appendGap(tree, readGap(first));
  for (const segment of segments) {
    const lines = segment.lines.map((line) => {
      if (isGapLine(line)) return gapLine(0, tree.size, tree.nodes);
      const changed = isSealLine(line) ? resealed(line, tree, signer) : change(line);
      tree.appendLeaf(leafOf(changed));
      return changed;
    });
    copy.write(segment.path, lines);
  }
  writeHead(copy, copy.lastSegment());
}

/** The head that a log which ends with this segment would have. */
export function writeHead(copy: LogCopy, last: CopiedSegment): void {
  const seal = last.lines.findLast(isSealLine);
  if (seal === undefined) return;
  const parsed: { seq: number; details: { checkpoint: string } } = JSON.parse(Buffer.from(seal, 'latin1').toString());
  const end = last.lines.indexOf(seal) + 1;
  const offset = last.lines.slice(0, end).reduce((sum, line) => sum + line.length + 1, 0);
  const values = [last.name, offset, parsed.seq + 1, parsed.details.checkpoint] as const;
  const [segment, , size, checkpoint] = values;
  const check = createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, 16);
  const text = JSON.stringify({ segment, offset, size, checkpoint, check });
  writeFileSync(copy.headPath, `${text.padEnd(2047)}\n`);
}
