import { afterEach, describe, expect, it, vi } from 'vitest';
import { formatTimestamp, nowMicros, nowTimestamp } from './clock.ts';

afterEach(() => vi.restoreAllMocks());

describe('formatTimestamp', () => {
  it('writes microseconds since 1970 in UTC with six decimals', () => {
    expect(formatTimestamp(0)).toBe('1970-01-01T00:00:00.000000Z');
    expect(formatTimestamp(1_769_595_323_456_789)).toBe('2026-01-28T10:15:23.456789Z');
    expect(formatTimestamp(1_769_595_323_000_001)).toBe('2026-01-28T10:15:23.000001Z');
  });
});

describe('nowMicros', () => {
  it('follows the wall clock and never goes back', () => {
    let last = 0;
    for (let index = 0; index < 50_000; index++) {
      const now = nowMicros();
      expect(now >= last).toBe(true);
      last = now;
    }
    expect(Math.abs(last / 1000 - Date.now())).toBeLessThan(100);
    expect(nowTimestamp()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  });

  it('follows a step of the wall clock, and holds still over a small one backwards', () => {
    const real = Date.now();
    const clock = vi.spyOn(Date, 'now');
    clock.mockReturnValue(real + 3_600_000);
    const ahead = nowMicros();
    expect(Math.abs(ahead / 1000 - real - 3_600_000)).toBeLessThan(10);
    clock.mockReturnValue(real + 3_600_000 - 50);
    expect(nowMicros()).toBe(ahead);
    clock.mockReturnValue(real);
    expect(Math.abs(nowMicros() / 1000 - real)).toBeLessThan(10);
  });
});
