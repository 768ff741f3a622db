// Finds, in a statement's tree, the constants and parameters that are tied to a sensitive name: compared with such a
// column, assigned to it, inserted into it, or passed under it. Where a tie cannot be followed for certain (a `*`, an
// INSERT without columns) everything that could be tied is taken.

import {
  collectDerivedNames,
  constantsIn,
  isAccess,
  lastName,
  listOf,
  namesIn,
  namesOfTargets,
  outputsAt,
  rowsOf,
} from './query-parts.ts';
import type { SecretWords } from './secret-words.ts';
import { isRecord } from './syntax-tree.ts';

export interface SensitiveLiterals {
  /** Byte locations of constants. */
  readonly constants: ReadonlySet<number>;
  /** Byte locations of options (`PASSWORD`, `OPTIONS (password …)`), whose values follow them. */
  readonly options: ReadonlySet<number>;
  /** Numbers of bind parameters. */
  readonly parameters: ReadonlySet<number>;
}

type Body = Readonly<Record<string, unknown>>;

export interface LiteralRules {
  readonly words: SecretWords;
  /** Are any names sensitive at all? Then an INSERT without columns may fill such a column. */
  readonly anySensitive: boolean;
}

/** Names travel through aliases, one step a pass; longer chains than this are not followed. */
const passesMax = 8;

export function findSensitiveLiterals(tree: unknown, rules: LiteralRules): SensitiveLiterals {
  const derived = collectDerivedNames(tree);
  const aliases = new Set<string>();
  for (let pass = 0; ; pass++) {
    const before = aliases.size;
    const found = findOnce(tree, rules, derived, aliases);
    if (aliases.size === before || pass === passesMax) return found;
  }
}

/** One pass. Adds to `aliases` the names that the statement itself gives to sensitive values. */
function findOnce(
  tree: unknown,
  { words, anySensitive }: LiteralRules,
  derived: ReadonlySet<string>,
  aliases: Set<string>,
): SensitiveLiterals {
  const constants = new Set<number>();
  const options = new Set<number>();
  const parameters = new Set<number>();
  const known = new WeakMap<object, boolean>();

  function isSensitive(name: unknown): boolean {
    return typeof name === 'string' && (words.isSensitive(name) || aliases.has(name));
  }

  /** Takes every constant and parameter below `value`. */
  function take(value: unknown): void {
    if (Array.isArray(value)) {
      for (const item of value) take(item);
    } else if (isRecord(value)) {
      for (const [key, child] of Object.entries(value)) {
        if (key === 'A_Const' && isRecord(child)) takeConstant(child);
        else if (key === 'ParamRef' && isRecord(child)) parameters.add(Number(child.number));
        else if (key === 'ColumnRef' && isRecord(child)) follow(child);
        else if (key !== 'typeName') take(child);
      }
    }
  }

  function takeConstant(constant: Body): void {
    if (constant.isnull !== true) constants.add(Number(constant.location ?? 0));
  }

  /** A name that the statement defines itself may stand for a literal elsewhere in it. */
  function follow(column: Body): void {
    const name = lastName(column.fields);
    if (name !== undefined && derived.has(name)) aliases.add(name);
  }

  /** Does the expression refer to something sensitive? Subqueries count by what they return. */
  function refers(value: unknown): boolean {
    if (Array.isArray(value)) return value.some(refers);
    if (!isRecord(value)) return false;
    const remembered = known.get(value);
    if (remembered !== undefined) return remembered;
    const answer = Object.entries(value).some(([key, child]) => refersAs(key, child));
    known.set(value, answer);
    return answer;
  }

  function refersAs(key: string, child: unknown): boolean {
    if (!isRecord(child)) return refers(child);
    switch (key) {
      case 'ColumnRef':
        return isSensitive(lastName(child.fields));
      case 'A_Indirection':
        return namesIn(child.indirection).some(isSensitive) || refers(child.arg);
      case 'A_Expr':
        return (isAccess(child) && constantsIn(child.rexpr).some(isSensitive)) || refers(child);
      case 'FuncCall':
        return constantsIn(child.args).some(isSensitive) || refers(child);
      case 'SubLink': {
        if (child.subLinkType === 'EXISTS_SUBLINK') return false;
        const select = isRecord(child.subselect) ? child.subselect.SelectStmt : undefined;
        return refers(child.testexpr) || (isRecord(select) && refers(select.targetList));
      }
      case 'typeName':
        return false;
      default:
        return refers(child);
    }
  }

  function visit(value: unknown): void {
    if (Array.isArray(value)) {
      for (const item of value) visit(item);
    } else if (isRecord(value)) {
      for (const [key, child] of Object.entries(value)) {
        const visitor = isRecord(child) ? visitors[key] : undefined;
        if (visitor !== undefined && isRecord(child)) visitor(child);
        else if (key === 'valuesLists') visitValues(child);
        else visit(child);
      }
    }
  }

  function takeIfItRefers(body: Body, ...parts: readonly unknown[]): void {
    if (parts.some(refers)) take(body);
    else visit(body);
  }

  function visitCall(body: Body): void {
    const names = constantsIn(body.args);
    const isName = (name: string) => isSensitive(name) || words.isSecretOption(name);
    // `set_config('my.password', '…')`: the name stays, the rest goes.
    if (names.some(isName)) take(listOf(body.args).filter((argument) => !constantsIn(argument).some(isName)));
    else takeIfItRefers(body, body.args);
  }

  function visitSetting(body: Body): void {
    if (isSecret(body.name)) take(body.args);
    else visit(body);
  }

  const visitors: Readonly<Record<string, (body: Body) => void>> = {
    A_Expr: (body) => (refersAs('A_Expr', body) ? takeAllButKeys(body) : visit(body)),
    FuncCall: visitCall,
    funccall: visitCall,
    CoalesceExpr: (body) => takeIfItRefers(body, body.args),
    MinMaxExpr: (body) => takeIfItRefers(body, body.args),
    CaseExpr: (body) => takeIfItRefers(body, body.arg),
    SubLink: (body) => takeIfItRefers(body, body.testexpr),
    NamedArgExpr: (body) => (isSensitive(body.name) || isSecret(body.name) ? take(body) : visit(body)),
    JsonKeyValue: (body) => (constantsIn(body.key).some(isSensitive) ? take(body.value) : visit(body)),
    ColumnDef: (body) => (isSensitive(body.colname) ? take(body.constraints) : visit(body)),
    FunctionParameter: (body) => (isSensitive(body.name) ? take(body.defexpr) : visit(body)),
    AlterTableCmd: (body) => (isSensitive(body.name) ? take(body.def) : visit(body)),
    VariableSetStmt: visitSetting,
    setstmt: visitSetting,
    ExecuteStmt: (body) => (anySensitive ? take(body.params) : visit(body)),
    DefElem(body) {
      if (isSecret(body.defname) && body.arg !== undefined) options.add(Number(body.location ?? 0));
      visit(body.arg);
    },
    ResTarget(body) {
      const { val } = body;
      const sensitive = isSensitive(body.name) || namesIn(body.indirection).some(isSensitive);
      const several = isRecord(val) ? val.MultiAssignRef : undefined;
      if (sensitive && isRecord(several)) takeOfRow(several);
      else if (sensitive) take(val);
      else if (!isRecord(several) || several.colno === 1) visit(val);
      if (typeof body.name === 'string' && !sensitive && refers(val)) aliases.add(body.name);
    },
    InsertStmt(body) {
      const targets = namesOfTargets(body.cols);
      const source = isRecord(body.selectStmt) ? body.selectStmt.SelectStmt : undefined;
      if (isRecord(source)) fill(targets, source, () => take(body.withClause));
      visit({ ...body, cols: undefined });
    },
    MergeWhenClause(body) {
      if (body.commandType !== 'CMD_INSERT') return visit(body);
      fill(namesOfTargets(body.targetList), { valuesLists: [{ List: { items: body.values } }] }, () => undefined);
      visit([body.condition, body.values]);
    },
    CommonTableExpr(body) {
      const select = isRecord(body.ctequery) ? body.ctequery.SelectStmt : undefined;
      if (isRecord(select)) rename(namesIn(body.aliascolnames), select);
      visit(body);
    },
    RangeSubselect(body) {
      const select = isRecord(body.subquery) ? body.subquery.SelectStmt : undefined;
      const alias = isRecord(body.alias) ? body.alias : {};
      if (isRecord(select)) rename(namesIn(alias.colnames), select);
      visit(body);
    },
    RangeFunction(body) {
      const alias = isRecord(body.alias) ? body.alias : {};
      const columns = (Array.isArray(body.coldeflist) ? body.coldeflist : []).map((node) => node?.ColumnDef?.colname);
      const names = [alias.aliasname, ...namesIn(alias.colnames), ...columns];
      if (names.some(isSensitive)) take(body.functions);
      else visit(body.functions);
    },
  };

  function isSecret(name: unknown): boolean {
    return typeof name === 'string' && words.isSecretOption(name);
  }

  /** `data ->> 'ssn' = '…'`: the key tells what was looked for and is no secret. */
  function takeAllButKeys(expression: Body): void {
    const isKey = isAccess(expression) && constantsIn(expression.rexpr).some(isSensitive);
    for (const side of isKey ? [expression.lexpr] : [expression.lexpr, expression.rexpr]) {
      const inner = isRecord(side) ? side.A_Expr : undefined;
      if (isRecord(inner)) takeAllButKeys(inner);
      else take(side);
    }
  }

  /** `SET (a, ssn) = (…)`: each target has the whole row and its own number in it. */
  function takeOfRow(assigned: Body): void {
    const source = assigned.source;
    const row = isRecord(source) ? source.RowExpr : undefined;
    const items = isRecord(row) && Array.isArray(row.args) ? row.args : undefined;
    take(items?.[Number(assigned.colno) - 1] ?? source);
  }

  /** Rows of VALUES are known by the names `column1`, `column2` … unless they are renamed. */
  function visitValues(lists: unknown): void {
    for (const items of rowsOf(lists)) {
      for (const [index, item] of items.entries()) {
        if (aliases.has(`column${index + 1}`)) take(item);
        else visit(item);
      }
    }
  }

  function fill(targets: readonly string[], source: Body, takeRest: () => void): void {
    if (targets.length === 0 && anySensitive) takeOutputs(source);
    for (const [index, target] of targets.entries()) {
      if (isSensitive(target) && !takeOutput(source, index)) {
        take(source);
        takeRest();
      }
    }
  }

  function rename(names: readonly string[], select: Body): void {
    for (const [index, name] of names.entries()) {
      if (isSensitive(name)) takeOutput(select, index) || take(select);
      else if (outputRefers(select, index)) aliases.add(name);
    }
  }

  /** Takes one output column of a query. False if it cannot be told which that is. */
  function takeOutput(select: Body, index: number): boolean {
    const outputs = outputsAt(select, index);
    for (const output of outputs ?? []) take(output);
    return outputs !== undefined;
  }

  function outputRefers(select: Body, index: number): boolean {
    return (outputsAt(select, index) ?? []).some(refers);
  }

  function takeOutputs(select: Body): void {
    for (const arm of [select.larg, select.rarg]) if (isRecord(arm)) takeOutputs(arm);
    take(select.valuesLists);
    // An expression of a column-less INSERT … SELECT may end in any column.
    take(select.targetList);
  }

  visit(tree);
  return { constants, options, parameters };
}
