// `$name` in a statement and the values given for it. A value is a text literal, which DuckDB compares with times and
// numbers by itself; what is missing and what nobody asked for are both errors, for both are slips.

import { suggestion } from '../../text/nearest.ts';
import { integerConstant, textConstant } from './build-nodes.ts';
import { findParameter } from './parameter-place.ts';
import { checkText } from './parse-statement.ts';
import { kindOf, nodesWithin, type SqlNode, textOf } from './syntax-tree.ts';
import { textError } from './text-error.ts';

type Values = ReadonlyMap<string, string>;

/** @throws AuditError if the values given are not those that the statement asks for. */
export function checkParameters(text: string, statement: SqlNode, values: Values): void {
  const nodes = [...nodesWithin(statement)].filter((node) => kindOf(node) === 'PARAMETER');
  const used = new Set(nodes.map((node) => textOf(node, 'identifier').toLowerCase()));
  for (const name of used) if (valueNamed(values, name) === undefined) throw missing(text, name);
  for (const [name, value] of values) {
    if (!used.has(name.toLowerCase())) throw unused(text, name, [...used]);
    checkText(value, `the value of the parameter ${name}`);
  }
}

/** In place of a parameter, its value. */
export function parameterValue(node: SqlNode, values: Values): SqlNode | undefined {
  if (kindOf(node) !== 'PARAMETER') return undefined;
  const value = valueNamed(values, textOf(node, 'identifier'));
  return value === undefined ? undefined : textConstant(value, node);
}

/** The value as it has to be in LIMIT and OFFSET. @throws AuditError */
export function countParameter(text: string, node: SqlNode, values: Values): SqlNode {
  const name = textOf(node, 'identifier');
  const value = valueNamed(values, name) ?? '';
  if (/^\d{1,15}$/.test(value)) return integerConstant(Number(value), node);
  throw textError(
    text,
    `$${name} is the number of rows here, and "${value}" is not a whole number`,
    findParameter(text, name)?.byteOffset,
  );
}

/** Names are found in any case, as DuckDB finds its own. */
function valueNamed(values: Values, name: string): string | undefined {
  for (const [given, value] of values) if (given.toLowerCase() === name.toLowerCase()) return value;
  return undefined;
}

function missing(text: string, name: string): Error {
  const place = findParameter(text, name);
  if (place?.isUnnamed === true) {
    return textError(text, 'Not allowed: ? for a value; name it: $user, and then --param user=…', place.byteOffset);
  }
  return textError(text, `no value for $${name}; give it with --param ${name}=…`, place?.byteOffset);
}

function unused(text: string, name: string, used: readonly string[]): Error {
  const others = used.length === 0 ? 'it has none' : `it has ${used.map((other) => `$${other}`).join(', ')}`;
  const near = suggestion(name, used);
  return textError(text, `the statement has no parameter $${name}: ${others}${near}`);
}
