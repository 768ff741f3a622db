// Attacks on whole files, and on where the log ends.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Attack } from './attack.ts';
import {
  type CopiedSegment,
  changeOneCharacter,
  endOf,
  type LogCopy,
  sealIndices,
  withoutRecords,
  withSeq,
} from './log-copy.ts';
import { writeHead } from './reseal.ts';

export const fileAttacks: readonly Attack[] = [
  {
    name: 'a segment deleted',
    what: 'A whole file of the log is gone.',
    apply: (copy) => {
      const segments = copy.segments();
      const segment = segments[Math.floor((segments.length - 1) / 2)]!;
      copy.remove(segment.path);
      return {};
    },
  },
  {
    name: 'the newest segment deleted',
    what: 'The newest file is gone; `head` still names it.',
    apply: (copy) => {
      copy.remove(copy.lastSegment().path);
      return {};
    },
  },
  {
    name: 'a segment under another name',
    what: 'A file is given the name of other positions.',
    apply: (copy) => {
      const { path, name } = copy.lastSegment();
      const next = String(Number(name.slice(0, 20)) + 1).padStart(20, '0');
      renameSync(path, join(dirname(path), `${next}.ndjson`));
      return {};
    },
  },
  {
    name: 'the tail cut at a seal',
    what: 'The newest commits are gone, and what remains is sealed.',
    apply: (copy) => (cutAtSeal(copy) === undefined ? tooShort : {}),
  },
  {
    name: 'an older copy put in place of the log',
    what: 'The log is set back to an earlier day, head and all. Only a checkpoint kept elsewhere can tell.',
    apply: (copy) => {
      const cut = cutAtSeal(copy);
      if (cut === undefined) return tooShort;
      writeHead(copy, cut);
      return {};
    },
  },
  {
    name: 'the tail torn',
    what: 'The file ends in the middle of a line.',
    apply: (copy) => {
      const { path } = copy.lastSegment();
      const bytes = readFileSync(path);
      writeFileSync(path, bytes.subarray(0, bytes.length - 40));
      return {};
    },
  },
  {
    name: 'lines appended',
    what: 'Acts are invented at the end of the log.',
    apply: (copy) => {
      const end = endOf(copy);
      if (end === undefined) return withoutRecords;
      copy.write(end.path, [...end.lines, withSeq(changeOneCharacter(end.record), end.next)]);
      return { seq: end.next };
    },
  },
  {
    name: 'the head overwritten',
    what: 'The file that says where the log ends is filled with something else.',
    apply: (copy) => {
      writeFileSync(copy.headPath, '{}\n');
      return {};
    },
  },
  {
    name: 'the head forged',
    what: 'The file that says where the log ends names another root.',
    apply: (copy) => {
      const last = copy.lastSegment();
      const lines = last.lines.map((line) =>
        line.replace(/(\\n\d+\\n)(.)/, (_, size, first) => `${size}${first === 'A' ? 'B' : 'A'}`),
      );
      writeHead(copy, { ...last, lines });
      return {};
    },
  },
];

const tooShort = { doesNotApply: 'The log has one commit only.' };

/** Cuts the last segment at an earlier seal, or takes it away where it has one only; returns what is now the last. */
function cutAtSeal(copy: LogCopy): CopiedSegment | undefined {
  const segments = copy.segments();
  const last = segments.at(-1)!;
  const seals = sealIndices(last.lines);
  const earlier = seals.at(-2);
  if (earlier !== undefined) {
    const cut = { ...last, lines: last.lines.slice(0, earlier + 1) };
    copy.write(cut.path, cut.lines);
    return cut;
  }
  const before = segments.at(-2);
  if (before !== undefined) copy.remove(last.path);
  return before;
}
