// Reads SQL with PostgreSQL's own parser and says what each statement is, what it touches and what it needs.

import type { Node } from 'libpg-query';
import type { StatementAnalysis, StatementAnalyzer } from './analysis.ts';
import { outlineCodeStatement } from './code-statements.ts';
import { outlineDataStatement } from './data-statements.ts';
import type { Outline, StatementContext } from './outline.ts';
import { createRedactor } from './redact-statement.ts';
import { collectReferences, type References } from './references.ts';
import { outlineRoleStatement } from './role-statements.ts';
import { outlineSchemaStatement } from './schema-statements.ts';
import { outlineSessionStatement } from './session-statements.ts';
import { createStatementParser, type ParsedText } from './statement-parser.ts';
import { analyzeUnparsed } from './unparsed-statement.ts';

/** Loads the parser once (about 40 ms). */
export async function createStatementAnalyzer(): Promise<StatementAnalyzer> {
  const parser = await createStatementParser();
  const analyses = new WeakMap<ParsedText['statements'], readonly StatementAnalysis[]>();

  function analyze(sql: string): readonly StatementAnalysis[] {
    const parsed = parser.parse(sql);
    if (parsed === undefined) return [analyzeUnparsed(sql)];
    let found = analyses.get(parsed.statements);
    if (found === undefined) {
      found = parsed.statements.map(({ node, text }) => analyzeSafely(node, text));
      analyses.set(parsed.statements, found);
    }
    return found;
  }

  /**
   * A tree too deep for our own walks is as good as unparsed; a defect of ours must not keep a statement unrecorded.
   */
  function analyzeSafely(node: Node, text: string): StatementAnalysis {
    try {
      return analyzeNode(node, text);
    } catch {
      return analyzeUnparsed(text);
    }
  }

  function analyzeNode(node: Node, text: string): StatementAnalysis {
    const references = collectReferences(node);
    const outline = outlineStatement({
      node,
      text,
      references,
      analyzeInner: analyzeNode,
      analyzeText: analyze,
      parsePlPgSql: parser.parsePlPgSql,
    });
    return join(outline, references, text);
  }

  return { analyze, redact: createRedactor(parser) };
}

function outlineStatement(context: StatementContext): Outline {
  return (
    outlineDataStatement(context) ??
    outlineRoleStatement(context) ??
    outlineSchemaStatement(context) ??
    outlineSessionStatement(context) ??
    outlineCodeStatement(context) ?? {
      verb: /[a-z]+/i.exec(context.text)?.[0]?.toUpperCase() ?? 'UNKNOWN',
      eventType: 'data_access',
      subtype: 'query_executed',
    }
  );
}

function join(outline: Outline, references: References, text: string): StatementAnalysis {
  const { verb, operationType, eventType, subtype, details = {}, labels = [], required = [], ...rest } = outline;
  const permissions = new Map([...required, ...references.required].map((need) => [need.permission, need]));
  return {
    text,
    parsed: true,
    verb,
    operationType: operationType ?? verb,
    eventType,
    subtype,
    labels: [...new Set([...labels, ...references.labels])],
    properties: references.properties,
    required: [...permissions.values()],
    // The recorder redacts the definition as it redacts the statement.
    details: eventType === 'schema_change' ? { ...details, definition: text } : details,
    functions: references.functions,
    ...rest,
  };
}
