// Attacks on single lines: what an editor, `sed` or a script can do to a text file.

import type { Attack, Outcome } from './attack.ts';
import {
  type CopiedSegment,
  changeOneCharacter,
  type LogCopy,
  recordIndices,
  sealIndices,
  seqOf,
  withSeq,
} from './log-copy.ts';

type Edit = (lines: readonly string[], index: number) => readonly string[];

interface Manner {
  readonly lineEnd?: string;
  /** How far from the place of the edit the line is that it touches. */
  readonly seqOffset?: number;
}

/** An edit at a record in the middle of the log. */
function atRecord(name: string, what: string, edit: Edit, manner: Manner = {}): Attack {
  return {
    name,
    what,
    apply: (copy) => editLine(copy, recordIndices, edit, manner, 'The log holds too few records.'),
  };
}

/** An edit at a seal that a later seal covers. */
function atSeal(name: string, what: string, edit: Edit): Attack {
  const covered = (lines: readonly string[]) => sealIndices(lines).slice(0, -1);
  return { name, what, apply: (copy) => editLine(copy, covered, edit, {}, 'No segment holds two seals.') };
}

function editLine(
  copy: LogCopy,
  find: (lines: readonly string[]) => number[],
  edit: Edit,
  { lineEnd, seqOffset = 0 }: Manner,
  otherwise: string,
): Outcome {
  const places = copy.segments().map((segment) => ({ segment, found: withinCommit(segment, find(segment.lines)) }));
  const { segment, found } = places.reduce((best, place) => (place.found.length > best.found.length ? place : best));
  const index = found[Math.floor(found.length / 2)];
  if (index === undefined) return { doesNotApply: otherwise };
  const seq = seqOf(segment.lines[index]!) + seqOffset;
  copy.write(segment.path, edit(segment.lines, index), lineEnd);
  return { seq };
}

/** Not the first line of a file and not the last, so that each has neighbours. */
function withinCommit({ lines }: CopiedSegment, indices: number[]): number[] {
  return indices.filter((index) => index > 0 && index < lines.length - 1);
}

const replaced = (lines: readonly string[], index: number, line: string) => lines.with(index, line);

export const lineAttacks: readonly Attack[] = [
  atRecord('one character changed', 'One letter of a record becomes another.', (lines, i) =>
    replaced(lines, i, changeOneCharacter(lines[i]!)),
  ),
  atRecord('a time changed', 'An act is moved to another hour.', (lines, i) =>
    replaced(
      lines,
      i,
      lines[i]!.replace(/T(\d\d):/, (_, hour) => `T${String((Number(hour) + 5) % 24).padStart(2, '0')}:`),
    ),
  ),
  atRecord('a record emptied', 'The line stays, what it said is gone.', (lines, i) =>
    replaced(lines, i, `{"seq":${seqOf(lines[i]!)},"event_type":"system"}`),
  ),
  atRecord('a record removed', 'The trace of one act is deleted.', (lines, i) => lines.toSpliced(i, 1)),
  atRecord(
    'a record removed, the rest renumbered',
    'The hole is closed, so that the numbers are without a gap.',
    (lines, i) => [...lines.slice(0, i), ...lines.slice(i + 1).map((line) => withSeq(line, seqOf(line) - 1))],
  ),
  atRecord(
    'a record inserted',
    'An act is invented, under the number of the next one.',
    (lines, i) => lines.toSpliced(i + 1, 0, changeOneCharacter(withSeq(lines[i]!, seqOf(lines[i]!) + 1))),
    { seqOffset: 1 },
  ),
  atRecord('a record repeated', 'A line stands twice.', (lines, i) => lines.toSpliced(i, 0, lines[i]!)),
  atRecord('two lines swapped', 'What happened later stands earlier.', (lines, i) =>
    lines.with(i, lines[i - 1]!).with(i - 1, lines[i]!),
  ),
  atRecord('a record overwritten by another', 'One record takes the place of another.', (lines, i) =>
    replaced(lines, i, withSeq(lines[i - 1]!, seqOf(lines[i]!))),
  ),
  atRecord('a line broken in two', 'A newline is put into a record.', (lines, i) => {
    const line = lines[i]!;
    return lines.toSpliced(i, 1, line.slice(0, line.length / 2), line.slice(line.length / 2));
  }),
  atRecord('blanks added', 'The JSON says the same, the bytes do not.', (lines, i) =>
    replaced(lines, i, lines[i]!.replace(',"', ', "')),
  ),
  atRecord('bytes that are no text', 'A byte that UTF-8 does not allow.', (lines, i) =>
    replaced(lines, i, lines[i]!.replace(/[a-z]"/, '\xff"')),
  ),
  atRecord('Windows line ends', 'The file went through an editor.', (lines) => lines, { lineEnd: '\r\n' }),
  atSeal('a seal removed', 'Two commits become one.', (lines, i) => lines.toSpliced(i, 1)),
  atSeal('a seal’s root changed', 'The signed root is another.', (lines, i) =>
    replaced(
      lines,
      i,
      lines[i]!.replace(/(\\n\d+\\n)(.)/, (_, size, first) => `${size}${first === 'A' ? 'B' : 'A'}`),
    ),
  ),
  atSeal('a seal’s clock changed', 'A whole commit is moved in time.', (lines, i) =>
    replaced(
      lines,
      i,
      lines[i]!.replace(/"timestamp":"(\d{4})/, (_, year) => `"timestamp":"${Number(year) - 1}`),
    ),
  ),
  atSeal('a seal’s signature changed', 'The signature is another’s.', (lines, i) =>
    replaced(
      lines,
      i,
      lines[i]!.replace(/.(.{8}\\n"\}\}$)/, (_, rest) => `A${rest}`).replace(
        /(.)(.{9}\\n"\}\}$)/,
        (_, a, rest) => `${a === 'B' ? 'C' : 'B'}${rest}`,
      ),
    ),
  ),
];
