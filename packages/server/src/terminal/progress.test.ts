import { expect, test } from 'vitest';
import { createProgress } from './progress.ts';

function terminal(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, columns: 60, written, write: (text: string) => written.push(text) };
}

test('nothing is drawn in a pipe', () => {
  const stream = terminal(false);
  const progress = createProgress('Verifying', 10, { stream, delayMs: 0 });
  progress.update(5);
  progress.finish();
  expect(stream.written).toEqual([]);
});

test('nothing is drawn for work that is done within the delay', () => {
  const stream = terminal(true);
  let now = 0;
  const progress = createProgress('Verifying', 10, { stream, now: () => now });
  now = 999;
  progress.update(9);
  progress.finish();
  expect(stream.written).toEqual([]);
});

test('long work shows how far it is, and the bar is wiped at the end', () => {
  const stream = terminal(true);
  let now = 0;
  const progress = createProgress('Verifying', 200, { stream, now: () => now });
  now = 2000;
  progress.update(100);
  progress.update(101);
  now = 2200;
  progress.update(150);
  progress.finish();
  progress.update(160);
  expect(stream.written).toEqual([
    '\r\x1b[2KVerifying  ████████████░░░░░░░░░░░░  50 %  2.0 s left',
    '\r\x1b[2KVerifying  ██████████████████░░░░░░  75 %  733 ms left',
    '\r\x1b[2K',
  ]);
});
