// Makes values out of JSON comparable with what they are compared with: `details.attempts > 5` compares numbers, and a
// record whose value is none does not match, instead of ending the statement.

import { castTo } from './build-nodes.ts';
import { isExtraction } from './json-path.ts';
import { type FieldType, type Scope, typeOfPath } from './scope.ts';
import { kindOf, mapChildren, nodeOf, nodesOf, type SqlNode, textOf, textsOf } from './syntax-tree.ts';

type Operand = FieldType | 'number' | 'boolean';

const castFor: Readonly<Record<string, string>> = {
  number: 'DOUBLE',
  BIGINT: 'DOUBLE',
  DOUBLE: 'DOUBLE',
  boolean: 'BOOLEAN',
  TIMESTAMPTZ: 'TIMESTAMP WITH TIME ZONE',
};

const arithmetic: ReadonlySet<string> = new Set(['+', '-', '*', '/', '//', '%', '**', '^']);
const ordering = /^COMPARE_(LESS|GREATER)THAN|^COMPARE_BETWEEN$/;
const numeric: ReadonlySet<string> = new Set([
  ...['abs', 'avg', 'ceil', 'ceiling', 'favg', 'floor', 'fsum', 'mad', 'median', 'quantile', 'quantile_cont', 'round'],
  ...['sqrt', 'stddev', 'stddev_pop', 'stddev_samp', 'sum', 'trunc', 'var_pop', 'var_samp', 'variance'],
]);

/**
 * @param written The expression as the user wrote it.
 * @param node The same with its operands rewritten.
 */
export function compareJson(written: SqlNode, node: SqlNode, scope: Scope): SqlNode {
  const operands = operandsOf(node);
  if (!operands.some((operand) => operandType(operand, scope) === 'JSON text')) return node;
  if (isNumericCall(node)) return castOperands(node, 'DOUBLE', scope);
  if (!isComparison(node)) return node;
  const isOrdering = ordering.test(textOf(node, 'type'));
  const others = operandsOf(written).map((operand, index) =>
    isOrdering && kindOf(operand) === 'PARAMETER' && isNumber(operands[index])
      ? 'number'
      : operandType(operands[index] ?? operand, scope),
  );
  const types = new Set(others.filter((type) => type !== 'JSON text').map((type) => castFor[String(type)]));
  const [type] = types;
  return type === undefined || types.size > 1 ? node : castOperands(node, type, scope);
}

function operandsOf(node: SqlNode): readonly SqlNode[] {
  const members = ['left', 'right', 'input', 'lower', 'upper']
    .map((member) => nodeOf(node, member))
    .filter((operand) => operand !== undefined);
  return members.length > 0 ? members : nodesOf(node, 'children');
}

function isComparison(node: SqlNode): boolean {
  const isIn = ['COMPARE_IN', 'COMPARE_NOT_IN'].includes(textOf(node, 'type'));
  return isIn || ['COMPARISON', 'BETWEEN'].includes(kindOf(node)) || isArithmetic(node);
}

function isArithmetic(node: SqlNode): boolean {
  return kindOf(node) === 'FUNCTION' && arithmetic.has(textOf(node, 'function_name'));
}

function isNumericCall(node: SqlNode): boolean {
  return ['FUNCTION', 'WINDOW'].includes(kindOf(node)) && numeric.has(textOf(node, 'function_name').toLowerCase());
}

function operandType(node: SqlNode, scope: Scope): Operand {
  if (isExtraction(node)) return 'JSON text';
  switch (kindOf(node)) {
    case 'COLUMN_REF':
      return typeOfPath(scope, textsOf(node, 'column_names'));
    case 'CONSTANT':
      return ['string', 'undefined'].includes(typeof nodeOf(node, 'value')?.value) ? 'unknown' : 'number';
    case 'CAST':
      return isBoolean(node) ? 'boolean' : 'unknown';
    case 'FUNCTION':
      return isArithmetic(node) && operandsOf(node).some((part) => operandType(part, scope) === 'number')
        ? 'number'
        : 'unknown';
    default:
      return 'unknown';
  }
}

/** TRUE and FALSE are casts of a text. */
function isBoolean(node: SqlNode): boolean {
  return (
    textOf(nodeOf(node, 'cast_type') ?? {}, 'id') === 'BOOLEAN' && kindOf(nodeOf(node, 'child') ?? {}) === 'CONSTANT'
  );
}

function isNumber(node: SqlNode | undefined): boolean {
  const { value } = (node === undefined ? undefined : nodeOf(node, 'value')) ?? {};
  return typeof value === 'string' && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value);
}

function castOperands(node: SqlNode, type: string, scope: Scope): SqlNode {
  return mapChildren(node, (child) =>
    operandType(child, scope) === 'JSON text' ? castTo(type, child, { isTry: true }) : child,
  );
}
