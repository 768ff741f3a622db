// What is wrong with the form of a line, in words. Asked only of lines that are not what the next line should be.

import { isUtf8 } from 'node:buffer';
import { lineBytesMax } from '../log/line.ts';

const carriageReturn = 0x0d;
const firstPrintable = 0x20;
const closingBrace = 0x7d;

/** The fault of a line from `start` to `end` (its newline), or undefined if its form is that of a record or a gap. */
export function lineProblem(bytes: Buffer, start: number, end: number): string | undefined {
  if (start === end) return 'the line is blank';
  if (end - start > lineBytesMax) return `the line is longer than ${lineBytesMax} bytes`;
  if (bytes[end - 1] === carriageReturn)
    return 'the line ends in a carriage return (the file went through a Windows program?)';
  const line = bytes.subarray(start, end);
  if (line.some((byte) => byte < firstPrintable)) return 'the line holds a control character';
  if (!isUtf8(line)) return 'the line is not valid UTF-8';
  if (bytes[end - 1] !== closingBrace) return 'the line does not end in }';
  const isKnown = bytes.toString('latin1', start, start + 8) === '{"gap":{' || claimOf(bytes, start, end) !== undefined;
  return isKnown ? undefined : 'the line starts neither with {"seq":N, nor as a gap';
}

/** The position that a line names, if it starts as a record does. */
export function claimOf(bytes: Buffer, start: number, end: number): number | undefined {
  const match = /^\{"seq":(0|[1-9][0-9]{0,15}),/.exec(bytes.toString('latin1', start, Math.min(end, start + 25)));
  if (match === null) return undefined;
  const claim = Number(match[1]);
  return Number.isSafeInteger(claim) ? claim : undefined;
}
