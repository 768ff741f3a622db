import { expect, test } from 'vitest';
import { createLiveLines } from './live-lines.ts';

function stream(isTTY: boolean, rows = 24) {
  const written: string[] = [];
  return { isTTY, rows, written, write: (text: string) => written.push(text) };
}

test('a pending line is rewritten in its place', () => {
  const terminal = stream(true);
  const lines = createLiveLines(terminal);
  lines.putPending('a', '… a');
  lines.putPending('b', '… b');
  lines.putFinal('a', '✓ a');
  expect(terminal.written).toEqual(['… a\n', '… b\n', '\x1b[2A\r\x1b[2K✓ a\x1b[2B\r']);
});

test('a line that has scrolled away is printed anew', () => {
  const terminal = stream(true, 3);
  const lines = createLiveLines(terminal);
  for (const key of ['a', 'b', 'c']) lines.putPending(key, `… ${key}`);
  lines.putFinal('a', '✓ a');
  lines.putFinal('c', '✓ c');
  expect(terminal.written.slice(3)).toEqual(['✓ a\n', '\x1b[2A\r\x1b[2K✓ c\x1b[2B\r']);
});

test('a pipe gets each line once, when it is final', () => {
  const pipe = stream(false);
  const lines = createLiveLines(pipe);
  lines.putPending('a', '… a');
  lines.putFinal('a', '✓ a');
  expect(pipe.written).toEqual(['✓ a\n']);
});
