// Bounds on what a statement makes out of little: text that doubles at each step, and names that stand for ever longer
// expressions. DuckDB's own limits do not hold for these: it allocates such values outside its pool, and unfolds names
// while it plans, where it cannot be interrupted. All figures are upper bounds, and generous.

import { copiesMade, growthFactor, isShort } from './growth-factors.ts';
import { notAllowed } from './not-allowed.ts';
import { childrenOf, kindOf, nodeOf, nodesOf, nodesWithin, type SqlNode, textOf, textsOf } from './syntax-tree.ts';

/** What one value may need. */
const bytesMax = 16 * 1024 * 1024;
/** A value of the log comes from one line of it. */
const logValueBytes = 64 * 1024;
/** What the engine may have to look at when names are replaced by what they stand for. */
const partsMax = 50_000;

interface Size {
  readonly bytes: number;
  readonly parts: number;
}

interface Names {
  /** By name, what the columns of that name need, anywhere in the statement. */
  readonly bytes: Map<string, number>;
  /** By name, the parts of the expression in the select list that is being looked at. */
  readonly parts: Map<string, number>;
}

/** @throws AuditError about the part of the statement that grows too much. */
export function checkGrowth(text: string, statement: SqlNode): void {
  measure(text, statement, { bytes: new Map(), parts: new Map() });
}

function measure(text: string, node: SqlNode, names: Names): Size {
  if (kindOf(node) === 'SELECT_NODE') return measureSelect(text, node, names);
  const size = sizeOf(text, node, names);
  if (size.bytes > bytesMax) throw notAllowed(text, node, 'an expression whose value could grow beyond all measure');
  if (size.parts > partsMax)
    throw notAllowed(text, node, 'expressions nested this deeply; compute the inner ones in a subquery or WITH');
  return size;
}

/** What stands in FROM and WITH is known before the select list, and each of its names to those that follow. */
function measureSelect(text: string, query: SqlNode, names: Names): Size {
  const { select_list: _, cte_map: ctes = null, from_table: from = null, ...others } = query;
  const own: Names = { bytes: names.bytes, parts: new Map() };
  const sources = childrenOf({ ctes, from });
  for (const source of sources) measure(text, source, own);
  for (const name of sources.flatMap(namesByPosition)) raise(names.bytes, name, largest(names));
  const items = nodesOf(query, 'select_list').map((item) => {
    const size = measure(text, item, own);
    const name = textOf(item, 'alias');
    raise(names.bytes, name, size.bytes);
    if (name !== '') raise(own.parts, name, size.parts);
    return size;
  });
  for (const part of childrenOf(others)) measure(text, part, own);
  return widest(items);
}

/** As in `AS t(a, b)`: they may be of any column. */
function namesByPosition(source: SqlNode): string[] {
  const nodes = [...nodesWithin(source)];
  return nodes.flatMap((node) => [...textsOf(node, 'column_name_alias'), ...textsOf(node, 'aliases')]);
}

function raise(sizes: Map<string, number>, name: string, size: number): void {
  const key = name.toLowerCase();
  sizes.set(key, Math.max(sizes.get(key) ?? 0, size));
}

function largest({ bytes }: Names): number {
  return Math.max(logValueBytes, ...bytes.values());
}

function sizeOf(text: string, node: SqlNode, names: Names): Size {
  switch (kindOf(node)) {
    case 'COLUMN_REF':
      return columnSize(node, names);
    case 'CONSTANT':
      return constantSize(node);
  }
  const children = childrenOf(node).map((child) => measure(text, child, names));
  const parts = 1 + copiesMade(node) * children.reduce((total, child) => total + child.parts, 0);
  const isJoined = ['FUNCTION', 'WINDOW', 'OPERATOR'].includes(kindOf(node));
  const together = isJoined ? children.reduce((total, child) => total + child.bytes, 0) : widest(children).bytes;
  const bytes = isShort(node)
    ? shortBytes
    : together *
      growthFactor(
        node,
        children.map((child) => child.bytes),
      );
  return { bytes, parts };
}

const shortBytes = 32;

function columnSize(node: SqlNode, { bytes, parts }: Names): Size {
  const path = textsOf(node, 'column_names').map((name) => name.toLowerCase());
  // A column without a name of its own has one that nobody foresees; it counts under the empty name.
  const known = [...path, ''].map((name) => bytes.get(name) ?? 0);
  return { bytes: Math.max(logValueBytes, ...known), parts: parts.get(path.at(-1) ?? '') ?? 1 };
}

function constantSize(node: SqlNode): Size {
  const value = nodeOf(node, 'value')?.value;
  return { bytes: typeof value === 'string' ? Buffer.byteLength(value) : shortBytes, parts: 1 };
}

function widest(sizes: readonly Size[]): Size {
  const parts = sizes.reduce((total, size) => total + size.parts, 1);
  return { bytes: sizes.reduce((most, { bytes }) => Math.max(most, bytes), 0), parts };
}
