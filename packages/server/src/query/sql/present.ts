// `now()` and its like become the time at which the question was asked: the same question over the same log has the
// same answer, today and when somebody checks it.

import { castTo, textConstant } from './build-nodes.ts';
import { type PresentKind, presentFunctions, presentWords } from './functions/times.ts';
import { resolvePath, type Scope } from './scope.ts';
import { kindOf, nodesOf, type SqlNode, textOf, textsOf } from './syntax-tree.ts';

/** @param now Canonical timestamp. @returns undefined where the expression is not the present. */
export function presentValue(node: SqlNode, scope: Scope, now: string): SqlNode | undefined {
  const kind = presentKind(node, scope);
  return kind === undefined ? undefined : castTo(kind, textConstant(written(kind, now)), { replaced: node });
}

function presentKind(node: SqlNode, scope: Scope): PresentKind | undefined {
  if (kindOf(node) === 'FUNCTION' && nodesOf(node, 'children').length === 0) {
    const name = textOf(node, 'function_name').toLowerCase();
    return Object.hasOwn(presentFunctions, name) ? presentFunctions[name] : undefined;
  }
  const [word = '', ...rest] = textsOf(node, 'column_names').map((name) => name.toLowerCase());
  const isWord = rest.length === 0 && presentWords.includes(word) && resolvePath(scope, [word]) === undefined;
  return isWord ? presentFunctions[word] : undefined;
}

function written(kind: PresentKind, now: string): string {
  if (kind === 'DATE') return now.slice(0, 10);
  return kind === 'TIMESTAMP' ? now.replace(/Z$/, '') : now;
}
