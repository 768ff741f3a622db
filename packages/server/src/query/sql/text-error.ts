// Errors about a place in the user's own statement: the message, then the line with a caret under the place, as
// PostgreSQL and DuckDB print it. Places are byte offsets in UTF-8, which is what DuckDB counts in.

import { AuditError } from '@indelible/log';
import stringWidth from 'string-width';

/** Long lines are cut to what fits a terminal beside `LINE 12: `. */
const excerptCharsMax = 100;

/** @param byteOffset Where in the text; without it the message stands alone. */
export function textError(text: string, message: string, byteOffset?: number): AuditError {
  if (byteOffset === undefined) return new AuditError('invalid_argument', message);
  const before = Buffer.from(text, 'utf8').subarray(0, byteOffset).toString('utf8');
  const linesBefore = before.split('\n');
  const charsBefore = [...(linesBefore.at(-1) ?? '')];
  const line = linesBefore.length;
  const column = charsBefore.length + 1;
  const chars = [...(text.split('\n')[line - 1] ?? '')];
  const details = { line, column };
  return new AuditError('invalid_argument', `${message}\n${excerpt(line, chars, charsBefore.length)}`, { details });
}

function excerpt(line: number, chars: readonly string[], at: number): string {
  const head = `LINE ${line}: `;
  const start = chars.length <= excerptCharsMax ? 0 : Math.max(0, at - Math.floor(excerptCharsMax / 2));
  const end = Math.min(chars.length, start + excerptCharsMax);
  const lead = start > 0 ? '…' : '';
  const shown = `${head}${lead}${printable(chars.slice(start, end))}${end < chars.length ? '…' : ''}`;
  const indent = stringWidth(`${head}${lead}${printable(chars.slice(start, at))}`);
  return `${shown}\n${' '.repeat(indent)}^`;
}

/** A tab or another control character takes one cell, or the caret would not stand where it points. */
function printable(chars: readonly string[]): string {
  return chars.join('').replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, ' ');
}
