// Reads parts of queries for the search after secrets: outputs, rows, names and constants. Takes whatever the parser
// gives; what is not there is empty.

import { isRecord } from './syntax-tree.ts';

/** The expressions that make up an output column, of all arms of a set operation. */
export function outputsAt(select: Readonly<Record<string, unknown>>, index: number): unknown[] | undefined {
  const { larg, rarg } = select;
  if (isRecord(larg) && isRecord(rarg)) {
    const [left, right] = [outputsAt(larg, index), outputsAt(rarg, index)];
    return left !== undefined && right !== undefined ? [...left, ...right] : undefined;
  }
  if (select.valuesLists !== undefined) return rowsOf(select.valuesLists).map((items) => items[index]);
  const targets = Array.isArray(select.targetList) ? select.targetList.slice(0, index + 1) : [];
  const values = targets.map((target) => target?.ResTarget?.val);
  const hasStar = values.some((value) =>
    value?.ColumnRef?.fields?.some((field: Readonly<Record<string, unknown>>) => field.A_Star !== undefined),
  );
  return hasStar || values.length <= index ? undefined : [values[index]];
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** `->`, `->>`, `#>` and the like take a member out of a document. */
export function isAccess(expression: Readonly<Record<string, unknown>>): boolean {
  return /^[-#]>>?$/.test(namesIn(expression.name)[0] ?? '');
}

export function rowsOf(lists: unknown): unknown[][] {
  return (Array.isArray(lists) ? lists : []).map((list) => list?.List?.items ?? []);
}

export function namesOfTargets(targets: unknown): string[] {
  return (Array.isArray(targets) ? targets : []).map((target) => {
    const { name = '', indirection } = target?.ResTarget ?? {};
    return namesIn(indirection).at(-1) ?? name;
  });
}

export function namesIn(nodes: unknown): string[] {
  return (Array.isArray(nodes) ? nodes : []).flatMap((node) => {
    const text = node?.String?.sval ?? node?.A_Indices?.uidx?.A_Const?.sval?.sval;
    return typeof text === 'string' ? [text] : [];
  });
}

export function lastName(fields: unknown): string | undefined {
  return Array.isArray(fields) ? namesIn(fields.slice(-1))[0] : undefined;
}

/** The string constants directly in a list or a node, through casts. */
export function constantsIn(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).flatMap((node) => {
    const text = (node?.TypeCast?.arg ?? node)?.A_Const?.sval?.sval;
    return typeof text === 'string' ? [text] : [];
  });
}

/** The names that a statement defines: aliases of outputs and of columns, and those of VALUES. */
export function collectDerivedNames(value: unknown, into = new Set<string>()): Set<string> {
  if (Array.isArray(value)) {
    for (const item of value) collectDerivedNames(item, into);
  } else if (isRecord(value)) {
    for (const [key, child] of Object.entries(value)) {
      if (key === 'colnames' || key === 'aliascolnames') for (const name of namesIn(child)) into.add(name);
      else if (key === 'ResTarget' && isRecord(child) && typeof child.name === 'string') into.add(child.name);
      else if (key === 'valuesLists') {
        for (const items of rowsOf(child)) for (const index of items.keys()) into.add(`column${index + 1}`);
      }
      collectDerivedNames(child, into);
    }
  }
  return into;
}
