import { describe, expect, it } from 'vitest';
import { nearestWord, suggestion } from './nearest.ts';

describe('nearestWord', () => {
  const words = ['level', 'events', 'enabled', 'exclude', 'flush_interval'];

  it.each([
    ['levle', 'level'],
    ['Level', 'level'],
    ['event', 'events'],
    ['flush_intervall', 'flush_interval'],
    ['flushinterval', 'flush_interval'],
  ])('takes %s for %s', (typed, meant) => {
    expect(nearestWord(typed, words)).toBe(meant);
  });

  it('offers nothing for a word that is near to none', () => {
    expect(nearestWord('kubernetes', words)).toBeUndefined();
    expect(suggestion('kubernetes', words)).toBe('');
  });

  it('does not compare what no finger slips to', () => {
    expect(nearestWord('level'.repeat(1000), words)).toBeUndefined();
  });
});
