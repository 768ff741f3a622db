import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodesOfRange } from './subtree.ts';

describe('the subtrees of a range', () => {
  it('are those that one would draw', () => {
    expect(nodesOfRange(0, 0)).toEqual([]);
    expect(nodesOfRange(0, 7)).toEqual([
      { level: 2, index: 0 },
      { level: 1, index: 2 },
      { level: 0, index: 6 },
    ]);
    expect(nodesOfRange(3, 9)).toEqual([
      { level: 0, index: 3 },
      { level: 2, index: 1 },
      { level: 0, index: 8 },
    ]);
  });

  it('cover it without overlap, each as large as may be', () => {
    const anyRange = fc
      .tuple(fc.maxSafeNat(), fc.maxSafeNat())
      .map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]);
    const nearEdge = fc
      .nat({ max: 300 })
      .map((n): [number, number] => [Number.MAX_SAFE_INTEGER - n, Number.MAX_SAFE_INTEGER]);
    fc.assert(
      fc.property(fc.oneof(anyRange, nearEdge), ([first, end]) => {
        const subtrees = nodesOfRange(first, end);
        expect(subtrees.length).toBeLessThanOrEqual(104);
        let position = BigInt(first);
        for (const [i, { level, index }] of subtrees.entries()) {
          const leaves = 1n << BigInt(level);
          expect(BigInt(index) * leaves).toBe(position);
          position += leaves;
          const next = subtrees[i + 1];
          const mergeable = next?.level === level && index % 2 === 0;
          expect(mergeable).toBe(false);
        }
        expect(position).toBe(BigInt(end));
      }),
    );
  });

  it('are refused for what is no range', () => {
    for (const [first, end] of [
      [2, 1],
      [-1, 1],
      [0, 0.5],
      [0, 2 ** 53],
    ] as const) {
      expect(() => nodesOfRange(first, end)).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
    }
  });
});
