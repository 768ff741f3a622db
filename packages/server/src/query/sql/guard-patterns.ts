// Patterns of LIKE, ILIKE and GLOB. DuckDB tries every place for each wildcard, so that the time grows by a factor of
// the text's length with each: all but the simplest have few wildcards, and those stand in the statement itself.

import { notAllowed } from './not-allowed.ts';
import { kindOf, nodeOf, nodesOf, type SqlNode, textOf } from './syntax-tree.ts';

const wildcardsMax = 3;

/** LIKE with `%` alone is matched from left to right in one go. */
const plainLike: ReadonlySet<string> = new Set(['~~', '!~~']);
const patternOperators: ReadonlySet<string> = new Set([
  ...plainLike,
  ...['~~*', '!~~*', '~~~', 'like_escape', 'not_like_escape', 'ilike_escape', 'not_ilike_escape'],
]);

export function checkPattern(text: string, node: SqlNode): void {
  const operator = textOf(node, 'function_name');
  if (!patternOperators.has(operator)) return;
  const [, pattern] = nodesOf(node, 'children');
  const fixed = pattern === undefined ? undefined : fixedText(pattern);
  if (pattern === undefined || fixed === undefined) {
    throw notAllowed(text, pattern ?? node, 'a pattern that comes from the log; use contains(), starts_with() or =');
  }
  if (plainLike.has(operator) && !fixed.includes('_')) return;
  const wildcards = fixed.match(operator === '~~~' ? /\*/g : /%+/g)?.length ?? 0;
  if (wildcards <= wildcardsMax) return;
  throw notAllowed(text, pattern, `a pattern with more than ${wildcardsMax} wildcards here; use regexp_matches()`);
}

/** The text of an expression that is the same whatever the log holds. A parameter is looked at when its text is in. */
function fixedText(node: SqlNode): string | undefined {
  if (kindOf(node) === 'PARAMETER') return '';
  if (kindOf(node) === 'CONSTANT') {
    const { value } = nodeOf(node, 'value') ?? {};
    return typeof value === 'string' ? value : '';
  }
  const parts = nodesOf(node, 'children');
  const isJoined = kindOf(node) === 'FUNCTION' && ['||', 'concat', 'lower', 'upper'].includes(functionName(node));
  if (!isJoined) return undefined;
  const texts = parts.map(fixedText);
  return texts.every((part) => part !== undefined) ? texts.join('') : undefined;
}

function functionName(node: SqlNode): string {
  return textOf(node, 'function_name').toLowerCase();
}
