// DO and CALL run code that the statement does not show, or shows only as text. What a DO block's code can be seen to
// do is recorded as that; else it is `code_executed`, a modification, for it could be one.

import type { Node } from 'libpg-query';
import type { RequiredPrivilege, StatementAnalysis, StatementEventType } from './analysis.ts';
import { adminAct, type Outline, privilege, type StatementContext } from './outline.ts';
import { dottedLabel, isRecord, stringOf, stringsOf } from './syntax-tree.ts';

/** The weightier of two statements names a block that holds both. */
const weights: Readonly<Record<StatementEventType, number>> = {
  authorization: 5,
  admin_action: 4,
  schema_change: 3,
  data_modification: 2,
  data_access: 1,
};

export function outlineCodeStatement({ node, text, analyzeText, parsePlPgSql }: StatementContext): Outline | undefined {
  if ('CallStmt' in node) {
    const procedure = dottedLabel(stringsOf(node.CallStmt.funccall?.funcname));
    const required = [privilege('EXECUTE', procedure)];
    return { verb: 'CALL', ...codeExecuted, details: { procedure }, required };
  }
  if (!('DoStmt' in node)) return undefined;
  const language = option(node.DoStmt.args, 'language') ?? 'plpgsql';
  const sources = language === 'plpgsql' ? sourcesOfBlock(text, parsePlPgSql) : undefined;
  const statements = (sources ?? []).flatMap((source) => analyzeText(source)).filter(({ parsed }) => parsed);
  const weightiest = statements.reduce<StatementAnalysis | undefined>(
    (best, next) => (best === undefined || weights[next.eventType] > weights[best.eventType] ? next : best),
    undefined,
  );
  const required: RequiredPrivilege[] = statements.flatMap((statement) => statement.required);
  const details = { language, statements: statements.length };
  const labels = [...new Set(statements.flatMap((statement) => statement.labels))];
  if (weightiest === undefined || (weightiest.eventType === 'data_access' && runsDynamicSql(sources, text))) {
    return { verb: 'DO', ...codeExecuted, details, labels, required: [...required, adminAct('do', language)] };
  }
  const { eventType, subtype, operationType, details: inner } = weightiest;
  return { verb: 'DO', operationType, eventType, subtype, details: { ...inner, ...details }, labels, required };
}

const codeExecuted = { eventType: 'data_modification', subtype: 'code_executed' } as const;

function option(options: readonly Node[] = [], name: string): string | undefined {
  const found = options.find((node) => 'DefElem' in node && node.DefElem.defname === name);
  return found !== undefined && 'DefElem' in found ? stringOf(found.DefElem.arg)?.toLowerCase() : undefined;
}

/** The SQL statements inside a PL/pgSQL block; undefined if its code could not be read. */
function sourcesOfBlock(text: string, parse: (text: string) => unknown): string[] | undefined {
  try {
    const sources: string[] = [];
    collectQueries(parse(text), sources);
    return sources;
  } catch {
    return undefined;
  }
}

function collectQueries(value: unknown, into: string[]): void {
  if (Array.isArray(value)) {
    for (const item of value) collectQueries(item, into);
  } else if (isRecord(value)) {
    const expression = value.PLpgSQL_expr;
    // Mode 0 is a whole statement; the others are bare expressions and assignments.
    if (isRecord(expression) && typeof expression.query === 'string') {
      const isStatement = expression.parseMode === undefined || expression.parseMode === 0;
      into.push(isStatement ? expression.query : `SELECT ${expression.query}`);
    }
    for (const child of Object.values(value)) collectQueries(child, into);
  }
}

function runsDynamicSql(sources: readonly string[] | undefined, text: string): boolean {
  return sources === undefined || /\b(execute|call|perform)\b/i.test(text);
}
