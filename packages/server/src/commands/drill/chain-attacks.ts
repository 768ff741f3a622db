// Attacks by someone who knows the format and can compute trees, and has a key, but not the log's.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GapBuilder } from '@indelible/log';
import type { Attack, Outcome } from './attack.ts';
import {
  changeOneCharacter,
  endOf,
  gapLine,
  isGapLine,
  type LogCopy,
  leafOf,
  readGap,
  recordIndices,
  sealIndices,
  seqOf,
  treeOver,
  withoutRecords,
  withSeq,
} from './log-copy.ts';
import { forgedSigner, resealAll, resealed } from './reseal.ts';

export const chainAttacks: readonly Attack[] = [
  {
    name: 'the log written anew under another key',
    what: 'A record is changed, and every seal, gap, head and public key is made to fit.',
    apply: (copy) => {
      const { signer, pem } = forgedSigner(originOf(copy));
      const target = copy.segments().flatMap(({ lines }) => recordIndices(lines).map((index) => lines[index]!))[0];
      const change = (line: string) => {
        if (line.includes('"subtype":"log_created"')) return line.replace(/"vkey":"[^"]*"/, `"vkey":"${signer.vkey}"`);
        return line === target ? changeOneCharacter(line) : line;
      };
      resealAll(copy, signer, change);
      writeFileSync(join(copy.dataDir, 'keys', 'signing.vkey'), `${signer.vkey}\n`);
      writeFileSync(join(copy.dataDir, 'keys', 'signing.key'), pem);
      return {};
    },
  },
  {
    name: 'a commit appended under another key',
    what: 'Acts are invented and sealed, but not by the log.',
    apply: (copy) => {
      const end = endOf(copy);
      if (end === undefined) return withoutRecords;
      const more = [...end.lines, withSeq(end.record, end.next)];
      const { signer } = forgedSigner(originOf(copy));
      const forged = resealed(withSeq(end.seal, end.next + 1), treeOver(more, more.length), signer);
      copy.write(end.path, [...more, forged]);
      return { seq: end.next };
    },
  },
  {
    name: 'a gap in place of records',
    what: 'Records give way to a gap with the right hashes, as if they were elsewhere.',
    apply: replaceByGap,
  },
  {
    name: 'the gap of a segment changed',
    what: 'What a segment says of the lines before it is another.',
    apply: (copy) => {
      const segment = copy.segments().find(({ lines }) => isGapLine(lines[0] ?? ''));
      if (segment === undefined) return { doesNotApply: 'The log has one segment, which needs no gap.' };
      const gap = readGap(segment.lines[0]!);
      const nodes = gap.nodes.with(0, leafOf('another'));
      copy.write(segment.path, segment.lines.with(0, gapLine(gap.first, gap.end, nodes)));
      return { seq: gap.end };
    },
  },
];

/** All records of one commit but its last, as one gap. */
function replaceByGap(copy: LogCopy): Outcome {
  for (const { path, lines } of copy.segments().reverse()) {
    const start = isGapLine(lines[0] ?? '') ? 1 : 0;
    const seal = sealIndices(lines).find((index) => index - start > 2);
    if (seal === undefined) continue;
    const [from, to] = [start + 1, seal];
    const [first, end] = [seqOf(lines[from]!), seqOf(lines[to]!)];
    const gap = new GapBuilder(first);
    for (const line of lines.slice(from, to)) gap.appendLeaf(leafOf(line));
    copy.write(path, [...lines.slice(0, from), gapLine(first, end, gap.build().nodes), ...lines.slice(to)]);
    return { seq: first };
  }
  return { doesNotApply: 'No commit holds enough records.' };
}

function originOf(copy: LogCopy): string {
  return readFileSync(join(copy.dataDir, 'keys', 'signing.vkey'), 'utf8').split('+', 1)[0]!;
}
