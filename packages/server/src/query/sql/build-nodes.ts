// The few expressions that rewriting puts into a statement. Each takes the place of the node that it replaces, so that
// an error about it points at what the user wrote there.

import { type Json, type SqlNode, textOf } from './syntax-tree.ts';

interface Place {
  readonly alias: string;
  readonly query_location: Json;
}

const nowhere: Json = { exact: '18446744073709551615' };

function placeOf(replaced: SqlNode | undefined): Place {
  return {
    alias: replaced === undefined ? '' : textOf(replaced, 'alias'),
    query_location: replaced?.query_location ?? nowhere,
  };
}

export function textConstant(value: string, replaced?: SqlNode): SqlNode {
  return constant('VARCHAR', value, replaced);
}

export function integerConstant(value: number, replaced?: SqlNode): SqlNode {
  return constant('BIGINT', value, replaced);
}

function constant(type: string, value: string | number, replaced: SqlNode | undefined): SqlNode {
  return {
    class: 'CONSTANT',
    type: 'VALUE_CONSTANT',
    ...placeOf(replaced),
    value: { type: { id: type, type_info: null }, is_null: false, value },
  };
}

export function castTo(type: string, child: SqlNode, { isTry = false, replaced = child } = {}): SqlNode {
  return {
    class: 'CAST',
    type: 'OPERATOR_CAST',
    ...placeOf(replaced),
    child,
    cast_type: { id: type, type_info: null },
    try_cast: isTry,
  };
}

export function functionCall(name: string, children: readonly SqlNode[], replaced?: SqlNode): SqlNode {
  return {
    class: 'FUNCTION',
    type: 'FUNCTION',
    ...placeOf(replaced),
    function_name: name,
    schema: '',
    children,
    filter: null,
    order_bys: { type: 'ORDER_MODIFIER', orders: [] },
    distinct: false,
    is_operator: false,
    export_state: false,
    catalog: '',
  };
}

/** Null where the expression fails. */
export function tryOperator(child: SqlNode): SqlNode {
  return { class: 'OPERATOR', type: 'OPERATOR_TRY', ...placeOf(undefined), children: [child] };
}

/** `SELECT …` without a table, as `json_deserialize_sql` takes it. */
export function selectOf(expressions: readonly SqlNode[]): SqlNode {
  return {
    node: {
      type: 'SELECT_NODE',
      modifiers: [],
      cte_map: { map: [] },
      select_list: expressions,
      from_table: { type: 'EMPTY', alias: '', sample: null, query_location: nowhere },
      where_clause: null,
      group_expressions: [],
      group_sets: [],
      aggregate_handling: 'STANDARD_HANDLING',
      having: null,
      sample: null,
      qualify: null,
    },
    named_param_map: [],
  };
}
