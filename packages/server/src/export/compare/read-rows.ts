// Reads the rows of an export back. Nothing in the file can make it keep more than one row, and that is cut where it is
// longer than any that was ever written.

import { createReadStream } from 'node:fs';
import type { TextFormat } from '../format/text-format.ts';

/** A line has 65,535 bytes at most, and escaping makes no more than six of one. */
const rowLengthMax = 1 << 20;

/** Rows without their ends, and without the comma that stands between members of an array. */
export async function* readRows(path: string, format: TextFormat): AsyncGenerator<string> {
  const { rowEnd, isArray, hasQuotes } = format;
  let row = '';
  let rest = '';
  let isOpen = false;
  for await (const chunk of createReadStream(path, { encoding: 'utf8' })) {
    const pieces = `${rest}${chunk}`.split(rowEnd);
    rest = pieces.pop() ?? '';
    for (const piece of pieces) {
      row += piece;
      if (hasQuotes && hasOddQuotes(piece)) isOpen = !isOpen;
      if (isOpen && row.length < rowLengthMax) row += rowEnd;
      else {
        yield withoutComma(row, isArray);
        row = '';
        isOpen = false;
      }
    }
    if (rest.length > rowLengthMax) {
      yield row + rest;
      row = '';
      rest = '';
      isOpen = false;
    }
  }
  if (row !== '' || rest !== '') yield withoutComma(row + rest, isArray);
}

/** The rows of a head or a foot. */
export function frameRows(text: string, { rowEnd, isArray }: TextFormat): string[] {
  return text
    .split(rowEnd)
    .slice(0, -1)
    .map((row) => withoutComma(row, isArray));
}

function withoutComma(row: string, isArray: boolean): string {
  return isArray && row.endsWith(',') ? row.slice(0, -1) : row;
}

function hasOddQuotes(text: string): boolean {
  let isOdd = false;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) isOdd = !isOdd;
  return isOdd;
}
