// The part of SQL that may be asked with, as a grammar of DuckDB's syntax tree. It is complete: a kind of node that is
// not here, or a member of a node that is not here and not empty, is refused, whatever a later DuckDB makes of it.

/**
 * What a member may hold: values that say nothing by themselves, or nodes of a shape. Lists of either are meant too.
 */
export type Part =
  | 'plain'
  | 'expression'
  | 'query'
  | 'statement'
  | 'table'
  | 'modifier'
  | 'order'
  | 'case'
  | 'value'
  | 'type'
  | 'type_info'
  | 'field'
  | 'ctes'
  | 'cte_entry'
  | 'cte'
  | 'replacement'
  | 'renaming'
  | 'column_name'
  | 'parameter';
export type Members = Readonly<Record<string, Part>>;
export type Shapes = Readonly<Record<string, Members>>;

/** By class. */
export const expressions: Shapes = {
  COLUMN_REF: { column_names: 'plain' },
  POSITIONAL_REFERENCE: { index: 'plain' },
  CONSTANT: { value: 'value' },
  PARAMETER: { identifier: 'plain' },
  COLLATE: { child: 'expression', collation: 'plain' },
  CAST: { child: 'expression', cast_type: 'type', try_cast: 'plain' },
  OPERATOR: { children: 'expression' },
  COMPARISON: { left: 'expression', right: 'expression' },
  CONJUNCTION: { children: 'expression' },
  BETWEEN: { input: 'expression', lower: 'expression', upper: 'expression' },
  CASE: { case_checks: 'case', else_expr: 'expression' },
  LAMBDA: { lhs: 'expression', expr: 'expression' },
  SUBQUERY: { subquery_type: 'plain', subquery: 'statement', child: 'expression', comparison_type: 'plain' },
  STAR: {
    relation_name: 'plain',
    exclude_list: 'plain',
    replace_list: 'replacement',
    qualified_exclude_list: 'column_name',
    rename_list: 'renaming',
    columns: 'plain',
    expr: 'expression',
  },
  FUNCTION: {
    function_name: 'plain',
    schema: 'plain',
    catalog: 'plain',
    children: 'expression',
    filter: 'expression',
    order_bys: 'modifier',
    distinct: 'plain',
    is_operator: 'plain',
  },
  WINDOW: {
    function_name: 'plain',
    schema: 'plain',
    catalog: 'plain',
    children: 'expression',
    partitions: 'expression',
    orders: 'order',
    start: 'plain',
    end: 'plain',
    start_expr: 'expression',
    end_expr: 'expression',
    offset_expr: 'expression',
    default_expr: 'expression',
    ignore_nulls: 'plain',
    filter_expr: 'expression',
    exclude_clause: 'plain',
    distinct: 'plain',
    arg_orders: 'order',
  },
};

/** The types of an `OPERATOR`; all other classes may have any type that the parser gives them. */
export const operatorTypes: ReadonlySet<string> = new Set([
  'OPERATOR_NOT',
  'OPERATOR_IS_NULL',
  'OPERATOR_IS_NOT_NULL',
  'OPERATOR_COALESCE',
  'OPERATOR_NULLIF',
  'OPERATOR_TRY',
  'COMPARE_IN',
  'COMPARE_NOT_IN',
  'ARRAY_EXTRACT',
  'ARRAY_SLICE',
  'ARRAY_CONSTRUCTOR',
  'STRUCT_EXTRACT',
  'GROUPING_FUNCTION',
]);

/** By type. */
export const queries: Shapes = {
  SELECT_NODE: {
    modifiers: 'modifier',
    cte_map: 'ctes',
    select_list: 'expression',
    from_table: 'table',
    where_clause: 'expression',
    group_expressions: 'expression',
    group_sets: 'plain',
    aggregate_handling: 'plain',
    having: 'expression',
    qualify: 'expression',
  },
  SET_OPERATION_NODE: {
    modifiers: 'modifier',
    cte_map: 'ctes',
    setop_type: 'plain',
    left: 'query',
    right: 'query',
    setop_all: 'plain',
  },
};

/** By type. */
export const tables: Shapes = {
  EMPTY: {},
  BASE_TABLE: { schema_name: 'plain', table_name: 'plain', catalog_name: 'plain', column_name_alias: 'plain' },
  SUBQUERY: { subquery: 'statement', column_name_alias: 'plain' },
  EXPRESSION_LIST: { expected_names: 'plain', values: 'expression' },
  TABLE_FUNCTION: { function: 'expression', column_name_alias: 'plain', with_ordinality: 'plain' },
  JOIN: {
    left: 'table',
    right: 'table',
    condition: 'expression',
    join_type: 'plain',
    ref_type: 'plain',
    using_columns: 'plain',
  },
};

/** By type. */
export const modifiers: Shapes = {
  ORDER_MODIFIER: { orders: 'order' },
  LIMIT_MODIFIER: { limit: 'expression', offset: 'expression' },
  LIMIT_PERCENT_MODIFIER: { limit: 'expression', offset: 'expression' },
  DISTINCT_MODIFIER: { distinct_on_targets: 'expression' },
};

/** Nodes that have no kind of their own: what they are follows from where they stand. */
export const plainNodes: Readonly<Partial<Record<Part, Members>>> = {
  statement: { node: 'query', named_param_map: 'parameter' },
  order: { type: 'plain', null_order: 'plain', expression: 'expression' },
  case: { when_expr: 'expression', then_expr: 'expression' },
  value: { type: 'type', is_null: 'plain', value: 'plain' },
  type: { id: 'plain', type_info: 'type_info' },
  type_info: { type: 'plain', name: 'plain', width: 'plain', scale: 'plain', child_type: 'type', child_types: 'field' },
  field: { first: 'plain', second: 'type' },
  ctes: { map: 'cte_entry' },
  cte_entry: { key: 'plain', value: 'cte' },
  cte: { aliases: 'plain', query: 'statement', materialized: 'plain' },
  replacement: { key: 'plain', value: 'expression' },
  renaming: { key: 'column_name', value: 'plain' },
  parameter: { key: 'plain', value: 'plain' },
  column_name: { catalog: 'plain', schema: 'plain', table: 'plain', column: 'plain' },
};
