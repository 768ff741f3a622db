// What one condition says of the part of the log that fulfils it.

import { formatTimestamp } from '@indelible/log';
import type { Bounds } from './bounds.ts';
import { microsOf } from './constant-values.ts';
import type { LogCondition } from './log-conditions.ts';
import { kindOf, nodeOf, type SqlNode } from './syntax-tree.ts';

interface Range {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** The expressions whose numbers have to be known to bound by the condition. */
export function numbersAsked({ column, operands }: LogCondition): readonly SqlNode[] {
  if (column === 'timestamp') return operands.map(microsOf);
  return column === 'seq' ? operands : [];
}

/** @param numbers Those asked for, in their order. */
export function conditionBounds(condition: LogCondition, numbers: readonly (number | undefined)[]): Bounds {
  switch (condition.column) {
    case 'timestamp':
      return timeBounds(rangeOf(condition.operator, numbers));
    case 'seq':
      return seqBounds(rangeOf(condition.operator, numbers));
    case 'event_type':
      return textBounds('eventTypes', condition);
    case 'subtype':
      return textBounds('subtypes', condition);
    case 'actor.user_id':
      return textBounds('users', condition);
    default:
      return {};
  }
}

function rangeOf(operator: string, numbers: readonly (number | undefined)[]): Range {
  const [first, second] = numbers;
  const known = numbers.filter((each) => each !== undefined);
  switch (operator) {
    case 'COMPARE_EQUAL':
      return { from: first, to: first };
    case 'COMPARE_GREATERTHAN':
    case 'COMPARE_GREATERTHANOREQUALTO':
      return { from: first };
    case 'COMPARE_LESSTHAN':
    case 'COMPARE_LESSTHANOREQUALTO':
      return { to: first };
    case 'COMPARE_BETWEEN':
      return { from: first, to: second };
    case 'COMPARE_IN':
      return known.length < numbers.length ? {} : { from: Math.min(...known), to: Math.max(...known) };
    default:
      return {};
  }
}

function timeBounds({ from, to }: Range): Bounds {
  return {
    ...(from === undefined || from < 0 ? {} : { timeFrom: formatTimestamp(Math.floor(from)) }),
    ...(to === undefined || to < 0 ? {} : { timeTo: formatTimestamp(Math.ceil(to)) }),
  };
}

function seqBounds({ from, to }: Range): Bounds {
  return {
    ...(from === undefined ? {} : { seqFrom: Math.floor(from) }),
    ...(to === undefined ? {} : { seqTo: Math.ceil(to) }),
  };
}

function textBounds(member: 'eventTypes' | 'subtypes' | 'users', { operator, operands }: LogCondition): Bounds {
  if (operator !== 'COMPARE_EQUAL' && operator !== 'COMPARE_IN') return {};
  const texts = operands.flatMap((operand) => textOfConstant(operand) ?? []);
  return texts.length === operands.length ? { [member]: new Set(texts) } : {};
}

function textOfConstant(operand: SqlNode): string | undefined {
  const value = kindOf(operand) === 'CONSTANT' ? nodeOf(operand, 'value')?.value : undefined;
  return typeof value === 'string' ? value : undefined;
}
