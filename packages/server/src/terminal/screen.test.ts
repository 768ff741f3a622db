import { expect, test } from 'vitest';
import { screenOf } from './screen.ts';

const red = (isTTY: boolean, env: NodeJS.ProcessEnv) => screenOf({ isTTY, columns: 100 }, env).colours.red('x');

test('a terminal has its width and colours', () => {
  expect(screenOf({ isTTY: true, columns: 100 }, {})).toMatchObject({ isTerminal: true, width: 100 });
  expect(red(true, {})).toContain('\x1b[');
});

test('a pipe has neither', () => {
  expect(screenOf({ columns: 100 }, {})).toMatchObject({ isTerminal: false, width: Number.POSITIVE_INFINITY });
  expect(red(false, {})).toBe('x');
});

test('NO_COLOR and a dumb terminal have no colour, FORCE_COLOR colours a pipe', () => {
  expect(red(true, { NO_COLOR: '1' })).toBe('x');
  expect(red(true, { TERM: 'dumb' })).toBe('x');
  expect(red(false, { FORCE_COLOR: '1' })).toContain('\x1b[');
  expect(red(true, { FORCE_COLOR: '0' })).toBe('x');
  expect(red(false, { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe('x');
});
