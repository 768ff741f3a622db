// How much longer than its arguments together the result of a function may be.

import { lambdaFunctions } from './functions/collections.ts';
import { numberFunctions } from './functions/scalars.ts';
import { kindOf, nodesOf, nodesWithin, type SqlNode, textOf, textsOf } from './syntax-tree.ts';

const replacing: ReadonlySet<string> = new Set(['replace', 'regexp_replace']);
const joining: ReadonlySet<string> = new Set(['array_to_string', 'concat_ws']);
const recoding: ReadonlySet<string> = new Set(['hex', 'to_hex', 'base64', 'to_base64', 'url_encode', 'json_quote']);

/** What a lambda brings in from outside of its list comes once for each element. */
const elementsAssumed = 1024;

/** @param bytes Those of the arguments. */
export function growthFactor(node: SqlNode, bytes: readonly number[]): number {
  const name = functionName(node);
  const [first = 0, second = 0, third = 0] = bytes;
  if (name === 'replace') return 1 + Math.ceil(third / Math.max(1, second));
  if (replacing.has(name)) return 1 + third;
  if (joining.has(name)) return 1 + (name === 'concat_ws' ? first : second);
  if (recoding.has(name)) return 3;
  if (lambdaFunctions.has(name) && !name.endsWith('filter')) return 1 + foreignParts(node) * elementsAssumed;
  return 1;
}

function foreignParts(call: SqlNode): number {
  const lambda = nodesOf(call, 'children').find((child) => kindOf(child) === 'LAMBDA');
  if (lambda === undefined) return 0;
  const columnsIn = (member: string) => nodesWithin({ part: lambda[member] ?? null });
  const own = new Set([...columnsIn('lhs')].flatMap((node) => textsOf(node, 'column_names')));
  return [...columnsIn('expr')].filter((node) => {
    const isForeign = kindOf(node) === 'COLUMN_REF' && !own.has(textsOf(node, 'column_names')[0] ?? '');
    return isForeign || lambdaFunctions.has(functionName(node));
  }).length;
}

/** Some functions are macros, and name their arguments more than once: nested, they double at each level. */
const copies: Readonly<Record<string, number>> = {
  array_pop_back: 2,
  array_to_string: 2,
  fmod: 2,
  json_group_array: 2,
  json_group_object: 2,
  nullif: 2,
  round_even: 4,
  roundbankers: 4,
  split_part: 2,
  wavg: 2,
  weighted_avg: 2,
};

/** How many times the engine looks at the arguments of an expression while it plans, as measured. */
export function copiesMade(node: SqlNode): number {
  const name = functionName(node);
  if (kindOf(node) === 'BETWEEN') return 5;
  return lambdaFunctions.has(name) ? 2 : ((Object.hasOwn(copies, name) ? copies[name] : undefined) ?? 1);
}

const shortKinds: ReadonlySet<string> = new Set(['COMPARISON', 'CONJUNCTION', 'BETWEEN']);
const shortOperators: ReadonlySet<string> = new Set([
  ...['OPERATOR_NOT', 'OPERATOR_IS_NULL', 'OPERATOR_IS_NOT_NULL', 'COMPARE_IN', 'COMPARE_NOT_IN'],
]);
const shortFunctions: ReadonlySet<string> = new Set([
  ...numberFunctions.split(/\s+/),
  ...[
    '+',
    '-',
    '*',
    '/',
    '//',
    '%',
    '~~',
    '!~~',
    '~~*',
    '!~~*',
    '&&',
    '@>',
    '<@',
    'contains',
    'count',
    'length',
    'len',
  ],
]);

/** Truth values and numbers, whatever they are made of. */
export function isShort(node: SqlNode): boolean {
  const isShortCall = ['FUNCTION', 'WINDOW'].includes(kindOf(node)) && shortFunctions.has(functionName(node));
  return isShortCall || shortKinds.has(kindOf(node)) || shortOperators.has(textOf(node, 'type'));
}

function functionName(node: SqlNode): string {
  return textOf(node, 'function_name').toLowerCase();
}
