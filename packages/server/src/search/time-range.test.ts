import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isTimeZone, parseTimeRange } from './time-range.ts';

test('a date is its whole day, also as an end', () => {
  expect(parseTimeRange('2026-01-01', '2026-01-31', 'UTC')).toEqual({
    from: '2026-01-01T00:00:00.000000Z',
    before: '2026-02-01T00:00:00.000000Z',
  });
});

test('an instant is taken to UTC and to the microsecond', () => {
  expect(parseTimeRange('2026-01-01T02:00:00.1234567+02:00', undefined, 'UTC')).toEqual({
    from: '2026-01-01T00:00:00.123456Z',
  });
});

test('a day in a time zone is that zone’s day, summer time included', () => {
  expect(parseTimeRange('2026-01-15', '2026-07-15', 'Europe/Berlin')).toEqual({
    from: '2026-01-14T23:00:00.000000Z',
    before: '2026-07-15T22:00:00.000000Z',
  });
});

test('a day whose midnight the clocks jump over starts at the jump', () => {
  // In Santiago the clocks went from 2025-09-06 23:59:59 (UTC−4) to 2025-09-07 01:00 (UTC−3).
  expect(parseTimeRange('2025-09-07', '2025-09-07', 'America/Santiago')).toEqual({
    from: '2025-09-07T04:00:00.000000Z',
    before: '2025-09-08T03:00:00.000000Z',
  });
});

test.each(['soon', '2026-02-30', '2026-13-01', '2026-1-1', '2026-01-01T10:00:00', '10:00', '', '2026-01-01 '])(
  'a start of "%s" is refused',
  (start) => {
    expect(() => parseTimeRange(start, undefined, 'UTC')).toThrow(/--start=.* is neither a date/);
  },
);

test('an end before the start is refused, the same day is not', () => {
  expect(() => parseTimeRange('2026-02-01', '2026-01-01', 'UTC')).toThrow('--end=2026-01-01 is before');
  expect(() => parseTimeRange('2026-02-02', '2026-02-01', 'UTC')).toThrow('--end=2026-02-01 is before');
  expect(parseTimeRange('2026-02-01', '2026-02-01', 'UTC').from).toBe('2026-02-01T00:00:00.000000Z');
});

test('consecutive days meet without gap or overlap in every zone', () => {
  const zones = ['UTC', 'Europe/Berlin', 'America/Santiago', 'Asia/Kolkata', 'Pacific/Auckland', 'Pacific/Chatham'];
  const firstDay = Date.UTC(2025, 0, 1);
  const dateOf = (day: number) => new Date(firstDay + day * 86_400_000).toISOString().slice(0, 10);
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.integer({ min: 0, max: 729 }), (zone, day) => {
      const { from, before } = parseTimeRange(dateOf(day), dateOf(day), zone);
      expect(parseTimeRange(dateOf(day + 1), undefined, zone).from).toBe(before);
      const hours = (Date.parse(before ?? '') - Date.parse(from ?? '')) / 3_600_000;
      expect(Math.abs(hours - 24)).toBeLessThanOrEqual(1);
    }),
  );
});

test('a time zone is one that exists', () => {
  expect(isTimeZone('Europe/Berlin')).toBe(true);
  expect(isTimeZone('Europe/Atlantis')).toBe(false);
});
