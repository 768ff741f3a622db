// Says in the answer's heading what the user wrote: `operation.query`, `details.required_permission`, `now()`. Within a
// statement DuckDB's own names stand, for other parts of the statement use them.

import { isExtraction, pathText, writtenPath } from './json-path.ts';
import type { Source } from './scope.ts';
import { defaultName } from './select-fields.ts';
import { kindOf, nodeOf, nodesOf, type SqlNode, textOf, textsOf } from './syntax-tree.ts';

interface Place {
  readonly query: SqlNode;
  readonly sources: readonly Source[];
  readonly isOutermost: boolean;
}

/** @returns `items` with aliases where they had none and their heading would be another's. */
export function headSelectList(written: readonly SqlNode[], items: readonly SqlNode[], place: Place): SqlNode[] {
  const ordered = new Set(namesInOrderBy(place.query));
  return items.map((item, index) => {
    const before = written[index] ?? item;
    if (textOf(item, 'alias') !== '') return item;
    const alias = place.isOutermost && !ordered.has(defaultName(before)) ? fullName(before, place) : '';
    return { ...item, alias: alias || (isReplaced(before, item) ? shortName(before) : '') };
  });
}

function namesInOrderBy(query: SqlNode): string[] {
  const orders = nodesOf(query, 'modifiers').flatMap((modifier) => nodesOf(modifier, 'orders'));
  return orders.flatMap((order) => {
    const names = textsOf(nodeOf(order, 'expression') ?? {}, 'column_names');
    return names.length === 1 ? names : [];
  });
}

/** The dotted path; without the table's name where there is only one table. */
function fullName(item: SqlNode, { sources }: Place): string {
  const path = writtenPath(item);
  if (path === undefined || path.parts.length < 2) return '';
  const [first] = path.parts;
  const [only, another] = sources;
  const isTable = another === undefined && only?.alias === String(first).toLowerCase();
  return pathText(isTable ? { ...path, parts: path.parts.slice(1) } : path);
}

function isReplaced(before: SqlNode, item: SqlNode): boolean {
  return kindOf(before) !== kindOf(item) || isExtraction(item);
}

function shortName(item: SqlNode): string {
  switch (kindOf(item)) {
    case 'PARAMETER':
      return `$${textOf(item, 'identifier')}`;
    case 'FUNCTION':
      return `${textOf(item, 'function_name')}()`;
    default:
      return defaultName(item);
  }
}
