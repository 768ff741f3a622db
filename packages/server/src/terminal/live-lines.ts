// Lines on a terminal that can change after they were printed, as long as they have not scrolled off the screen. In a
// pipe a line is printed once, when it is final.

import type { Output } from './screen.ts';

export interface LineStream extends Output {
  readonly rows?: number;
  write(text: string): unknown;
}

export interface LiveLines {
  /** Prints a line that may still change. Without a newline, and no wider than the terminal. */
  putPending(key: string, line: string): void;
  /**
   * Prints a final line: in the place of the pending one with this key if that is still on the screen. Tells whether
   * the line was pending before.
   */
  putFinal(key: string, line: string): boolean;
}

export function createLiveLines(stream: LineStream): LiveLines {
  const lineNumbers = new Map<string, number>();
  let count = 0;

  function print(line: string): void {
    count += 1;
    stream.write(`${line}\n`);
  }

  function replace(lineNumber: number, line: string): void {
    const up = count - lineNumber;
    stream.write(`\x1b[${up}A\r\x1b[2K${line}\x1b[${up}B\r`);
  }

  return {
    putPending(key, line) {
      if (stream.isTTY !== true) return;
      lineNumbers.set(key, count);
      print(line);
    },
    putFinal(key, line) {
      const lineNumber = lineNumbers.get(key);
      lineNumbers.delete(key);
      // The cursor stands in the row below the last line, so a screen of 24 rows shows the last 23 lines.
      const isOnScreen = lineNumber !== undefined && count - lineNumber < (stream.rows ?? 24);
      if (isOnScreen) replace(lineNumber, line);
      else print(line);
      return lineNumber !== undefined;
    },
  };
}
