import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSize, parseSize } from './size.ts';

describe('parseSize', () => {
  it('reads decimal units as powers of ten and binary units as powers of two', () => {
    expect(parseSize('100MB')).toBe(100_000_000);
    expect(parseSize('100 MB')).toBe(100_000_000);
    expect(parseSize('64MiB')).toBe(64 * 1024 * 1024);
    expect(parseSize('1kB')).toBe(1000);
    expect(parseSize('512B')).toBe(512);
  });

  it.each(['5x', '100', '', 'MB', '1.5MB', '-1MB', '5MB junk', '5mb', '1e3MB', '٣MB', '999999999999999TiB', ' 5MB'])(
    'refuses %j',
    (text) => {
      expect(parseSize(text)).toBeUndefined();
    },
  );

  it('reads back what formatSize wrote', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (bytes) => {
        expect(parseSize(formatSize(bytes))).toBe(bytes);
      }),
    );
  });

  it('writes the unit that a person would', () => {
    expect(formatSize(64 * 2 ** 20)).toBe('64MiB');
    expect(formatSize(100e6)).toBe('100MB');
    expect(formatSize(1)).toBe('1B');
  });
});
