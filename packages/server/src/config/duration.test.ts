import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration, parseRetentionPeriod } from './duration.ts';

describe('parseDuration', () => {
  it('reads a whole number with its unit', () => {
    expect(parseDuration('250ms')).toBe(250);
    expect(parseDuration('5s')).toBe(5000);
    expect(parseDuration('10m')).toBe(600_000);
    expect(parseDuration('12h')).toBe(43_200_000);
    expect(parseDuration('30d')).toBe(2_592_000_000);
    expect(parseDuration('2w')).toBe(1_209_600_000);
  });

  it.each(['5', '', 's', '5 sec', '5s junk', '1.5h', '-5s', '5S', '1h30m', '7y', '999999999999999d', '５s'])(
    'refuses %j',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  it('reads back what formatDuration wrote', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });
});

describe('parseRetentionPeriod', () => {
  it('knows calendar years beside fixed lengths', () => {
    expect(parseRetentionPeriod('7y')).toEqual({ years: 7 });
    expect(parseRetentionPeriod('2555d')).toEqual({ ms: 2555 * 86_400_000 });
    expect(parseRetentionPeriod('7 years')).toBeUndefined();
  });
});
