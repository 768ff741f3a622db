// Bounds on the shape of a tree, checked before anything walks it by recursion.

import { notAllowed } from './not-allowed.ts';
import { childrenOf, type SqlNode } from './syntax-tree.ts';

const nodesMax = 30_000;
const depthMax = 400;
const groupingSetsMax = 256;

export function checkSize(text: string, statement: SqlNode): void {
  let nodes = 0;
  let level = [statement];
  for (let depth = 0; level.length > 0; depth++) {
    const [first] = level;
    nodes += level.length;
    if (first !== undefined && depth > depthMax) {
      throw notAllowed(text, first, 'a statement nested this deeply; write it with WITH, or as several statements');
    }
    if (nodes > nodesMax) {
      throw notAllowed(text, statement, 'a statement of this many parts; run it as several statements');
    }
    for (const { group_sets: sets, ...node } of level) {
      if (Array.isArray(sets) && sets.length > groupingSetsMax) {
        throw notAllowed(
          text,
          node,
          `more than ${groupingSetsMax} grouping sets; a CUBE doubles them with each column`,
        );
      }
    }
    level = level.flatMap(childrenOf);
  }
}
