// Where each part of a rewritten statement stands in the user's text. DuckDB's errors give places in the text that it
// ran; the two trees of the same statement, one with the user's places and one with the engine's, lead from the one
// text to the other.

import { childrenOf, kindOf, nodesWithin, type SqlNode, textsOf } from './syntax-tree.ts';

/** From byte offset in the statement that runs to byte offset in the user's text. */
export type Places = ReadonlyMap<number, number>;

/** @param tree With the user's places. @param readAgain The statement that runs, as DuckDB parsed it. */
export function placesOf(tree: SqlNode, readAgain: SqlNode): Places {
  const places = new Map<number, number>();
  const pair = (own: SqlNode, again: SqlNode): void => {
    const { query_location: written } = own;
    const { query_location: run } = again;
    if (typeof written === 'number' && typeof run === 'number' && !places.has(run)) places.set(run, written);
    const children = childrenOf(own);
    const others = childrenOf(again);
    // Where the two are not of one shape, what is below would be paired by chance.
    if (kindOf(own) !== kindOf(again) || children.length !== others.length) return;
    for (const [index, child] of children.entries()) pair(child, others[index] ?? {});
  };
  pair(tree, readAgain);
  return places;
}

/** Of a name that stands in a path, for the errors that come without a place. */
export function placeOfName(tree: SqlNode, name: string): number | undefined {
  for (const node of nodesWithin(tree)) {
    const { query_location: location } = node;
    if (textsOf(node, 'column_names').includes(name) && typeof location === 'number') return location;
  }
  return undefined;
}
