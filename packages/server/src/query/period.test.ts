import { expect, test } from 'vitest';
import { parsePeriod } from './period.ts';

const nowMs = Date.parse('2026-01-28T10:15:23.456Z');
const parse = (text: string) =>
  parsePeriod(text, { nowMs, parseDuration: (duration) => (duration === '24h' ? 86_400_000 : undefined) });
const midnight = (date: string) => `${date}T00:00:00.000000Z`;

test('a duration goes back from now and leaves the end open', () => {
  expect(parse('24h')).toEqual({ from: '2026-01-27T10:15:23.456000Z' });
});

test('a duration from before 1970 begins there', () => {
  expect(parsePeriod('99999w', { nowMs, parseDuration: () => 99_999 * 7 * 86_400_000 })).toEqual({
    from: midnight('1970-01-01'),
  });
});

test.each([
  ['Q1-2025', '2025-01-01', '2025-04-01'],
  ['q4-2025', '2025-10-01', '2026-01-01'],
  ['2025-10', '2025-10-01', '2025-11-01'],
  ['2025-12', '2025-12-01', '2026-01-01'],
  ['2024-02-29', '2024-02-29', '2024-03-01'],
  ['2025', '2025-01-01', '2026-01-01'],
  ['2025-10..2025-12', '2025-10-01', '2026-01-01'],
  ['2025-12-31..Q1-2026', '2025-12-31', '2026-04-01'],
  ['2025..2025', '2025-01-01', '2026-01-01'],
])('%s is what the calendar says, in UTC, ends included', (text, from, before) => {
  expect(parse(text)).toEqual({ from: midnight(from), before: midnight(before) });
});

test('an instant as an end is excluded, and a range may be open on either side', () => {
  expect(parse('2026-01-28T12:00:00+02:00..2026-01-28T11:00:00Z')).toEqual({
    from: '2026-01-28T10:00:00.000000Z',
    before: '2026-01-28T11:00:00.000000Z',
  });
  expect(parse('2025..')).toEqual({ from: midnight('2025-01-01') });
  expect(parse('..2025')).toEqual({ before: midnight('2026-01-01') });
});

test.each(['', '..', 'yesterday', 'Q5-2025', 'Q0-2025', '2025-13', '2025-02-29', '25', '2025..soon', '1..2..3', '-1h'])(
  '"%s" is refused with what would be right',
  (text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
    expect(() => parse(text)).toThrow(/is no period; write 24h, .*Q4-2025/);
  },
);

test('a range that ends before it starts is refused', () => {
  expect(() => parse('2026..2025-06')).toThrow('--period=2026..2025-06 ends before it starts');
});
