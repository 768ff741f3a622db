import { expect, test } from 'vitest';
import { countOf, formatBytes, formatCount, formatDuration } from './format.ts';

test('counts have thousands separators', () => {
  expect(formatCount(1234567)).toBe('1,234,567');
  expect(countOf(1, 'record')).toBe('1 record');
  expect(countOf(2000, 'entry', 'entries')).toBe('2,000 entries');
});

test('lengths of time take the unit that suits them', () => {
  expect([0.42, 12, 999.6, 1234, 59_990, 185_000, 7_620_000].map(formatDuration)).toEqual([
    '0.4 ms',
    '12 ms',
    '1.0 s',
    '1.2 s',
    '1 min 00 s',
    '3 min 05 s',
    '2 h 07 min',
  ]);
});

test('bytes are in powers of 1024', () => {
  expect([0, 1023, 1536, 1024 ** 2 * 64].map(formatBytes)).toEqual(['0 B', '1023 B', '1.5 KiB', '64.0 MiB']);
});
