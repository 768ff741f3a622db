import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Frontier } from './frontier.ts';
import { appendGap, GapBuilder, gapOfRange } from './gap.ts';
import { leafHash } from './hash.ts';
import { MemoryTree } from './tree-reader.ts';

const leaf = (position: number) => leafHash(`record ${position}`);

function treeOf(size: number): MemoryTree {
  const tree = new MemoryTree();
  for (let i = 0; i < size; i++) tree.append(leaf(i));
  return tree;
}

function frontierOf(size: number): Frontier {
  const frontier = Frontier.empty();
  for (let i = 0; i < size; i++) frontier.appendLeaf(leaf(i));
  return frontier;
}

/** For each position whether the record is there. */
const presence = fc.array(fc.boolean(), { minLength: 1, maxLength: 300 });

function gapsOf(present: readonly boolean[]): [first: number, end: number][] {
  const gaps: [number, number][] = [];
  present.forEach((isThere, position) => {
    const last = gaps.at(-1);
    if (isThere) return;
    if (last?.[1] === position) last[1] = position + 1;
    else gaps.push([position, position + 1]);
  });
  return gaps;
}

describe('a log with gaps', () => {
  it('has the root of the whole log, wherever the gaps are', () => {
    fc.assert(
      fc.property(presence, (present) => {
        const tree = treeOf(present.length);
        const gaps = new Map(gapsOf(present).map(([first, end]) => [first, gapOfRange(tree.read, first, end)]));
        const frontier = Frontier.empty();
        while (frontier.size < present.length) {
          const gap = gaps.get(frontier.size);
          if (gap === undefined) frontier.appendLeaf(leaf(frontier.size));
          else expect(appendGap(frontier, gap)).toBe(true);
        }
        expect(frontier.root()).toBe(tree.root());
      }),
    );
  });

  it('has another root when any hash of a gap is another', () => {
    const tree = treeOf(100);
    const gap = gapOfRange(tree.read, 13, 87);
    for (let i = 0; i < gap.nodes.length; i++) {
      const frontier = frontierOf(13);
      expect(appendGap(frontier, { ...gap, nodes: gap.nodes.with(i, leafHash('changed')) })).toBe(true);
      for (let position = 87; position < 100; position++) frontier.appendLeaf(leaf(position));
      expect(frontier.root()).not.toBe(tree.root());
    }
  });

  it('refuses a gap that does not fit, and stays as it was', () => {
    const gap = gapOfRange(treeOf(20).read, 5, 20);
    const frontier = frontierOf(5);
    const root = frontier.root();
    for (const wrong of [
      { ...gap, first: 4 },
      { ...gap, first: 6 },
      { ...gap, end: 5 },
      { ...gap, end: 4 },
      { ...gap, end: 2 ** 53 },
      { ...gap, end: 19 },
      { ...gap, nodes: [] },
      { ...gap, nodes: [...gap.nodes, leaf(0)] },
    ]) {
      expect(appendGap(frontier, wrong)).toBe(false);
    }
    expect([frontier.size, frontier.root()]).toEqual([5, root]);
    const elsewhere = gapOfRange(treeOf(20).read, 4, 8);
    expect(appendGap(frontierOf(8), elsewhere)).toBe(false);
    expect(appendGap(frontierOf(4), elsewhere)).toBe(true);
  });
});

describe('a gap from 0', () => {
  it('is the frontier of the tree up to its end', () => {
    for (const size of [1, 2, 3, 255, 256, 257]) {
      expect(gapOfRange(treeOf(size).read, 0, size).nodes).toEqual(frontierOf(size).nodes);
    }
  });
});

describe('a gap that is built', () => {
  it('is the same whether its leaves came one by one or as smaller gaps', () => {
    fc.assert(
      fc.property(presence, fc.nat({ max: 40 }), (asLeaf, first) => {
        const end = first + asLeaf.length;
        const tree = treeOf(end);
        const builder = new GapBuilder(first);
        const inner = new Map(gapsOf(asLeaf).map(([a, b]) => [first + a, gapOfRange(tree.read, first + a, first + b)]));
        while (builder.end < end) {
          const gap = inner.get(builder.end);
          if (gap === undefined) builder.appendLeaf(leaf(builder.end));
          else expect(builder.appendGap(gap)).toBe(true);
        }
        expect(builder.build()).toEqual(gapOfRange(tree.read, first, end));
      }),
    );
  });

  it('refuses a gap that begins elsewhere or has another number of nodes', () => {
    const gap = gapOfRange(treeOf(20).read, 5, 20);
    const builder = new GapBuilder(4);
    expect(builder.appendGap(gap)).toBe(false);
    builder.appendLeaf(leaf(4));
    expect(builder.appendGap({ ...gap, nodes: gap.nodes.slice(1) })).toBe(false);
    expect(builder.end).toBe(5);
  });
});
