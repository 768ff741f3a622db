// Measures the executions of a session and hands each to the reporter when it is over: how long, how many rows and
// bytes, with which parameters. Keeps the names of statements and portals as the answers tell of them.

import type { StatementAnalysis } from '../statement/analysis.ts';
import { jsonValue } from '../wire/value.ts';
import type { Names, Portal, PreparedStatement } from './names.ts';
import type {
  BindOperation,
  ExecuteOperation,
  FunctionOperation,
  Operation,
  ParseOperation,
  QueryOperation,
} from './operation.ts';
import type { Reporter } from './report.ts';
import { functionCall, implicitCommit, unknownStatement } from './special-statements.ts';
import type { StatementOutcome, StatementRun } from './statement-event.ts';

/** Ended without a tag: the server says only that it is over. */
export const endedWithoutTag = { kind: 'success', tag: undefined, tagRows: undefined } as const;

export class Executions {
  readonly #names: Names;
  readonly #reporter: Reporter;
  readonly #nowMs: () => number;
  #lastAnswerMs = 0;

  constructor(names: Names, reporter: Reporter, nowMs: () => number) {
    this.#names = names;
    this.#reporter = reporter;
    this.#nowMs = nowMs;
  }

  /** A request was answered; the time of the next one runs from here, unless it is sent later. */
  answered(): void {
    this.#lastAnswerMs = this.#nowMs();
  }

  #elapsedMs(operation: Operation): number {
    return Math.max(0, this.#nowMs() - Math.max(operation.sentAtMs, this.#lastAnswerMs));
  }

  prepare({ statement: name, statements, parameterTypes }: ParseOperation): void {
    this.#names.prepare(name, { analysis: statements[0], parameterTypes });
  }

  bind(operation: BindOperation): void {
    const statement = this.#names.statement(operation.statement);
    const elapsedMs = this.#elapsedMs(operation);
    const { values } = operation;
    const portal = { statement, values, rows: 0, bytes: 0, elapsedMs, suspended: false };
    this.endPortals([this.#names.bind(operation.portal, portal)]);
  }

  failExtended(operation: Operation, outcome: StatementOutcome): void {
    const durationMs = this.#elapsedMs(operation);
    if (operation.kind === 'execute') {
      this.finishExecute(operation, outcome);
    } else if (operation.kind === 'parse') {
      this.#reporter.report(measure(operation.statements[0] ?? unknownStatement, 'extended', { durationMs }), outcome);
    } else if (operation.kind === 'bind') {
      const statement = this.#names.statement(operation.statement);
      const parameters = parametersOf(statement, operation.values);
      this.#reporter.report(
        measure(statement?.analysis ?? unknownStatement, 'extended', { parameters, durationMs }),
        outcome,
      );
    } else if (operation.kind === 'describe') {
      const { kind, name } = operation.object;
      const statement = kind === 'statement' ? this.#names.statement(name) : this.#names.portal(name)?.statement;
      this.#reporter.report(measure(statement?.analysis ?? unknownStatement, 'extended', { durationMs }), outcome);
    }
  }

  /** The server answered, and no request is known that it could be about. */
  finishUnknown(outcome: StatementOutcome): void {
    this.#reporter.report(measure(unknownStatement, 'extended'), outcome);
  }

  /** The commit that a Sync stands for has failed. */
  failSync(operation: Operation, outcome: StatementOutcome): void {
    this.#reporter.report(measure(implicitCommit, 'extended', { durationMs: this.#elapsedMs(operation) }), outcome);
  }

  /** The portal gave some rows and waits to be asked for more. */
  suspend(operation: ExecuteOperation): void {
    const portal = this.#names.portal(operation.portal);
    if (portal === undefined) return;
    portal.suspended = true;
    portal.elapsedMs += this.#elapsedMs(operation);
  }

  finishQuery(operation: QueryOperation, outcome: StatementOutcome): void {
    const { statements, position, rows } = operation;
    const durationMs = this.#elapsedMs(operation);
    // Past the last statement only the commit of them all can fail; a text that did not parse may hold several.
    const isCommitOfAll = outcome.kind === 'failure' && position >= statements.length && position > 0;
    const analysis = statements[position] ?? (isCommitOfAll ? implicitCommit : (statements.at(-1) ?? unknownStatement));
    const ordinal = statements.length > 1 || position > 0 ? position + 1 : undefined;
    const bytes = operation.bytes + operation.copyBytes;
    this.#reporter.report(measure(analysis, 'simple', { ordinal, rows, bytes, durationMs }), outcome);
    operation.position += 1;
    operation.rows = 0;
    operation.bytes = 0;
    operation.copyBytes = 0;
    this.answered();
  }

  abandonQuery(operation: QueryOperation): void {
    const hasMore = !operation.failed && operation.position < operation.statements.length;
    if (hasMore) this.finishQuery(operation, { kind: 'unknown' });
  }

  finishExecute(operation: ExecuteOperation, outcome: StatementOutcome): void {
    const portal = this.#names.portal(operation.portal);
    if (portal === undefined) {
      this.#reporter.report(measure(unknownStatement, 'extended', { durationMs: this.#elapsedMs(operation) }), outcome);
      return;
    }
    portal.elapsedMs += this.#elapsedMs(operation);
    portal.bytes += operation.copyBytes;
    portal.suspended = false;
    this.#finishPortal(portal, outcome);
  }

  finishFunction(operation: FunctionOperation, outcome: StatementOutcome): void {
    operation.answered = true;
    const analysis = functionCall(operation.functionOid);
    this.#reporter.report(measure(analysis, 'function', { durationMs: this.#elapsedMs(operation) }), outcome);
  }

  #finishPortal(portal: Portal, outcome: StatementOutcome): void {
    const { statement, rows, bytes, elapsedMs: durationMs, suspended } = portal;
    const parameters = parametersOf(statement, portal.values);
    const analysis = statement?.analysis ?? unknownStatement;
    const measures = { parameters, rows, bytes, durationMs, suspended };
    portal.rows = 0;
    portal.bytes = 0;
    portal.elapsedMs = 0;
    portal.suspended = false;
    this.#reporter.report(measure(analysis, 'extended', measures), outcome);
  }

  /** A portal that gave some rows and is closed before its end: the statement is over with the rows it gave. */
  endPortals(portals: readonly (Portal | undefined)[]): void {
    for (const portal of portals) {
      if (portal?.suspended === true) this.#finishPortal(portal, endedWithoutTag);
    }
  }
}

function parametersOf(statement: PreparedStatement | undefined, values: Portal['values']): unknown[] {
  return values.map((value, position) => jsonValue(value, statement?.parameterTypes[position]));
}

function measure(
  analysis: StatementAnalysis,
  protocol: StatementRun['protocol'],
  measures: Partial<StatementRun> = {},
): StatementRun {
  const none = { parameters: undefined, ordinal: undefined, suspended: false, rows: 0, bytes: 0, durationMs: 0 };
  return { ...none, ...measures, analysis, protocol };
}
