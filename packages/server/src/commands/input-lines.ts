// Splits a stream of bytes into lines, whatever it holds: lines of any length, bytes that are no text, no newline at
// the end. Memory is bounded by the longest line that is admitted.

import { isUtf8 } from 'node:buffer';

export interface InputLine {
  /** Counts from 1. */
  readonly number: number;
  readonly text: string;
}

export interface UnreadableLine {
  readonly number: number;
  readonly problem: string;
}

const newline = 0x0a;

/** One batch for each chunk of the stream, so that nothing waits for input that is still to come. */
export async function* readInputLines(
  input: AsyncIterable<Buffer>,
  lineBytesMax: number,
): AsyncGenerator<(InputLine | UnreadableLine)[]> {
  let number = 1;
  let parts: Buffer[] = [];
  let length = 0;

  function add(part: Buffer): void {
    length += part.length;
    // Of a line that is too long only its length is kept.
    if (length > lineBytesMax) parts = [];
    else parts.push(part);
  }

  function take(): InputLine | UnreadableLine {
    const line = length > lineBytesMax ? tooLong(number, length) : decode(number, Buffer.concat(parts));
    number += 1;
    parts = [];
    length = 0;
    return line;
  }

  for await (const chunk of input) {
    const lines: (InputLine | UnreadableLine)[] = [];
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      add(chunk.subarray(start, end));
      lines.push(take());
      start = end + 1;
    }
    if (start < chunk.length) add(chunk.subarray(start));
    if (lines.length > 0) yield lines;
  }
  if (length > 0) yield [take()];
}

function decode(number: number, bytes: Buffer): InputLine | UnreadableLine {
  if (!isUtf8(bytes)) return { number, problem: 'not valid UTF-8' };
  return { number, text: bytes.toString() };
}

function tooLong(number: number, length: number): UnreadableLine {
  return { number, problem: `${length} bytes, longer than a line may be` };
}
