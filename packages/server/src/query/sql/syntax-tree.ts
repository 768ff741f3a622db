// DuckDB's syntax tree as it comes out of `json_serialize_sql` and goes into `json_deserialize_sql`: plain JSON. What
// JavaScript would write differently of its numbers is kept as text: a tree that nobody rewrote goes back as it came.

export type Json = null | boolean | number | string | readonly Json[] | SqlNode;
export interface SqlNode {
  readonly [member: string]: Json;
}

const textOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const wrappedNumber = /\{"exact":"([-+.\deE]+)"\}/g;

/** @throws SyntaxError if DuckDB wrote something that is not JSON, such as an infinite number. */
export function parseTree(json: string): SqlNode {
  const safe = json.replace(textOrNumber, (found) =>
    found.startsWith('"') || String(Number(found)) === found ? found : `{"exact":"${found}"}`,
  );
  const tree: Json = JSON.parse(safe);
  return isNode(tree) ? tree : {};
}

/** Within a string a quotation mark is escaped: only what `parseTree` wrapped can look like a wrapped number. */
export function formatTree(tree: SqlNode): string {
  return JSON.stringify(tree).replace(wrappedNumber, '$1');
}

export function isNode(value: Json | undefined): value is SqlNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text of a member; empty where there is none. */
export function textOf(node: SqlNode, member: string): string {
  const value = node[member];
  return typeof value === 'string' ? value : '';
}

export function nodeOf(node: SqlNode, member: string): SqlNode | undefined {
  const value = node[member];
  return isNode(value) ? value : undefined;
}

export function nodesOf(node: SqlNode, member: string): readonly SqlNode[] {
  const value = node[member];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

export function textsOf(node: SqlNode, member: string): readonly string[] {
  const value = node[member];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** The class of an expression, such as `COLUMN_REF`; of all other nodes their type, such as `SELECT_NODE`. */
export function kindOf(node: SqlNode): string {
  return textOf(node, 'class') || textOf(node, 'type');
}

/** The node with each node right below it replaced. */
export function mapChildren(node: SqlNode, replace: (child: SqlNode) => SqlNode): SqlNode {
  return Object.fromEntries(Object.entries(node).map(([member, value]) => [member, mapJson(value, replace)]));
}

function mapJson(value: Json, replace: (child: SqlNode) => SqlNode): Json {
  if (Array.isArray(value)) return value.map((item) => mapJson(item, replace));
  return isNode(value) ? replace(value) : value;
}

/** The nodes right below a node. */
export function childrenOf(node: SqlNode): SqlNode[] {
  const children: SqlNode[] = [];
  const collect = (value: Json): void => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (isNode(value)) children.push(value);
  };
  Object.values(node).forEach(collect);
  return children;
}

/** The node itself and all below it, parents first. */
export function* nodesWithin(node: SqlNode): Generator<SqlNode> {
  const waiting = [node];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next;
    waiting.push(...childrenOf(next).reverse());
  }
}

/** Byte offset of a node in the user's text, or of the first node below it that has one. */
export function locationOf(node: SqlNode): number | undefined {
  for (const { query_location: location } of nodesWithin(node)) if (typeof location === 'number') return location;
  return undefined;
}
