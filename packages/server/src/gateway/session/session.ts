// Follows one session of the PostgreSQL protocol: pairs what the server answers with what the client asked, in order, and
// reports each statement once its outcome is known. Knows no sockets: messages in, reports out.
//
// The rule that pairs them: answers come in the order of the requests. After an error in the extended protocol the server
// ignores everything up to the next Sync, and so do we. While COPY FROM STDIN runs it ignores Syncs, and so do we.

import type { StatementAnalysis, StatementAnalyzer } from '../statement/analysis.ts';
import {
  type CommandTag,
  decodeCommandTag,
  decodeParameterStatus,
  decodeParameterTypes,
  decodeServerError,
  decodeTransactionStatus,
  type ServerError,
  type TransactionStatus,
} from '../wire/backend.ts';
import { backend, type Message } from '../wire/message.ts';
import { jsonValue } from '../wire/value.ts';
import type { Actor } from './actor.ts';
import { Fifo } from './fifo.ts';
import type { Names, Portal, PreparedStatement } from './names.ts';
import {
  type BindOperation,
  decodeOperation,
  type ExecuteOperation,
  type FunctionOperation,
  type Operation,
  type ParseOperation,
  type QueryOperation,
} from './operation.ts';
import type { Reporter } from './report.ts';
import { functionCall, implicitCommit, replicationCommand, unknownStatement } from './special-statements.ts';
import type { StatementOutcome, StatementRun } from './statement-event.ts';

/** What to do with the message that was just read. `commit_point`: the client may learn of it once all is durable. */
export type AnswerKind = 'pass' | 'commit_point';

export interface SessionOptions {
  readonly actor: Actor;
  readonly names: Names;
  readonly reporter: Reporter;
  readonly analyzer: Pick<StatementAnalyzer, 'analyze'>;
  readonly nowMs: () => number;
}

const nothing = Buffer.alloc(0);
const isSync = ({ kind }: Operation) => kind === 'sync';
const isCopyEnd = ({ kind }: Operation) => kind === 'copy_end';

export class Session {
  readonly #actor: Actor;
  readonly #names: Names;
  readonly #reporter: Reporter;
  readonly #analyze: (text: string) => readonly StatementAnalysis[];
  readonly #nowMs: () => number;
  readonly #pending = new Fifo<Operation>();
  /** The server ignores everything up to a Sync that the client has not sent yet. */
  #skipping = false;
  #copyingIn = false;
  #status: TransactionStatus = 'I';
  #lastAnswerMs = 0;
  #lastWord: ServerError | undefined;

  constructor({ actor, names, reporter, analyzer, nowMs }: SessionOptions) {
    this.#actor = actor;
    this.#names = names;
    this.#reporter = reporter;
    this.#nowMs = nowMs;
    const { isReplication } = actor.facts;
    this.#analyze = isReplication ? (text) => [replicationCommand(text)] : (text) => analyzer.analyze(text);
  }

  /** How many requests wait for their answer. */
  get pending(): number {
    return this.#pending.size;
  }

  /** The server takes COPY data and nothing else. */
  get isCopyingIn(): boolean {
    return this.#copyingIn;
  }

  /** The error that ended the session, if the server said one. */
  get lastWord(): ServerError | undefined {
    return this.#lastWord;
  }

  /** What a client's message asks for, before it is sent. @throws AuditError `invalid_message` */
  decode(message: Message): Operation | undefined {
    return decodeOperation(message, this.#analyze, this.#nowMs());
  }

  /** The message is on its way to the server. */
  sent(operation: Operation): void {
    if (isSync(operation)) {
      if (this.#copyingIn) return;
      this.#skipping = false;
    } else if (this.#skipping) return;
    if (isCopyEnd(operation) && this.#copyingIn) {
      this.#copyingIn = false;
      return;
    }
    this.#pending.push(operation);
  }

  sentCopyData(size: number): void {
    const operation = this.#copyingIn ? this.#first() : this.#pending.last;
    if (operation !== undefined) operation.copyBytes += size;
  }

  /** Reads one message of the server. */
  answered({ type, body = nothing, size }: Message): AnswerKind {
    switch (type) {
      case backend.dataRow:
      case backend.copyData:
        this.#count(type === backend.dataRow ? 1 : 0, size);
        return 'pass';
      case backend.commandComplete:
        return this.#completed(decodeCommandTag(body));
      case backend.readyForQuery:
        return this.#ready(decodeTransactionStatus(body));
      case backend.error:
        this.#failed(decodeServerError(body));
        return 'pass';
      case backend.parameterStatus: {
        const { name, value } = decodeParameterStatus(body);
        this.#actor.parameter(name, value);
        return 'pass';
      }
      case backend.copyInResponse:
      case backend.copyBothResponse:
        this.#copyInBegan();
        return 'pass';
      default:
        this.#answeredByName(type, body);
        return 'pass';
    }
  }

  /** The connection is gone: what was asked and not answered has an unknown outcome, and says so. */
  end(): void {
    this.#endPortals(this.#names.closeAllPortals());
    for (const operation of this.#pending.takeAll()) {
      if (operation.kind === 'parse') this.#prepare(operation);
      else if (operation.kind === 'bind') this.#bind(operation);
      else if (operation.kind === 'query') this.#abandonQuery(operation);
      else if (operation.kind === 'execute') this.#finishExecute(operation, { kind: 'unknown' });
      else if (operation.kind === 'function' && !operation.answered)
        this.#finishFunction(operation, { kind: 'unknown' });
    }
  }

  /** The request that the next answer is about; marks that get no answer fall away. */
  #first(): Operation | undefined {
    while (this.#pending.first?.kind === 'copy_end') this.#pending.shift();
    return this.#pending.first;
  }

  #shift(): void {
    this.#pending.shift();
    this.#lastAnswerMs = this.#nowMs();
  }

  #elapsedMs(operation: Operation): number {
    return Math.max(0, this.#nowMs() - Math.max(operation.sentAtMs, this.#lastAnswerMs));
  }

  #count(rows: number, bytes: number): void {
    const operation = this.#first();
    const counter = operation?.kind === 'execute' ? this.#names.portal(operation.portal) : operation;
    if (counter === undefined || !('rows' in counter)) return;
    counter.rows += rows;
    counter.bytes += bytes;
  }

  #answeredByName(type: number, body: Buffer): void {
    const operation = this.#first();
    if (operation === undefined) return;
    if (type === backend.parseComplete && operation.kind === 'parse') {
      this.#prepare(operation);
    } else if (type === backend.bindComplete && operation.kind === 'bind') {
      this.#bind(operation);
    } else if (type === backend.closeComplete && operation.kind === 'close') {
      const { kind, name } = operation.object;
      if (kind === 'statement') this.#names.deallocate(name);
      else this.#endPortals([this.#names.closePortal(name)]);
    } else if (type === backend.functionCallResponse && operation.kind === 'function') {
      this.#finishFunction(operation, { kind: 'success', tag: undefined, tagRows: undefined });
      return; // ReadyForQuery ends the answer.
    } else if (type === backend.portalSuspended && operation.kind === 'execute') {
      const portal = this.#names.portal(operation.portal);
      if (portal !== undefined) {
        portal.suspended = true;
        portal.elapsedMs += this.#elapsedMs(operation);
      }
    } else if (type === backend.parameterDescription && operation.kind === 'describe') {
      const statement = this.#names.statement(operation.object.name);
      if (statement !== undefined) statement.parameterTypes = decodeParameterTypes(body);
      return; // A RowDescription or NoData follows and ends the answer.
    } else {
      const endsDescribe = type === backend.rowDescription || type === backend.noData;
      const isEmpty = type === backend.emptyQueryResponse && operation.kind === 'execute';
      if (!isEmpty && !(endsDescribe && operation.kind === 'describe')) return;
    }
    this.#shift();
  }

  #prepare({ statement: name, statements, parameterTypes }: ParseOperation): void {
    this.#names.prepare(name, { analysis: statements[0], parameterTypes });
  }

  #bind(operation: BindOperation): void {
    const statement = this.#names.statement(operation.statement);
    const elapsedMs = this.#elapsedMs(operation);
    const { values } = operation;
    const portal = { statement, values, rows: 0, bytes: 0, elapsedMs, suspended: false };
    this.#endPortals([this.#names.bind(operation.portal, portal)]);
  }

  #completed({ text, rows }: CommandTag): AnswerKind {
    const outcome = { kind: 'success', tag: text, tagRows: rows } as const;
    const operation = this.#first();
    this.#copyingIn = false;
    if (operation?.kind === 'query') {
      this.#finishQuery(operation, outcome);
      // Outside a transaction block the server has committed before it says so.
      return this.#status === 'I' || isCommit(text) ? 'commit_point' : 'pass';
    }
    if (operation?.kind === 'execute') {
      this.#finishExecute(operation, outcome);
      this.#shift();
    } else {
      this.#reporter.report(measure(unknownStatement, 'extended'), outcome);
    }
    return isCommit(text) ? 'commit_point' : 'pass';
  }

  #failed(error: ServerError): void {
    const outcome = { kind: 'failure', error } as const;
    const operation = this.#first();
    this.#copyingIn = false;
    if (error.severity !== 'ERROR') this.#lastWord = error;
    if (operation === undefined) return;
    switch (operation.kind) {
      case 'query':
        this.#finishQuery(operation, outcome);
        operation.failed = true;
        break;
      case 'function':
        this.#finishFunction(operation, outcome);
        break;
      case 'sync':
        this.#reporter.report(measure(implicitCommit, 'extended', { durationMs: this.#elapsedMs(operation) }), outcome);
        break;
      default:
        this.#failExtended(operation, outcome);
        this.#skipToSync();
    }
    if (this.#lastWord !== undefined) this.#pending.takeAll();
  }

  #failExtended(operation: Operation, outcome: StatementOutcome): void {
    const durationMs = this.#elapsedMs(operation);
    if (operation.kind === 'execute') {
      this.#finishExecute(operation, outcome);
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

  #skipToSync(): void {
    while (this.#pending.first !== undefined && !isSync(this.#pending.first)) this.#pending.shift();
    this.#skipping = this.#pending.size === 0;
    this.#lastAnswerMs = this.#nowMs();
  }

  #ready(status: TransactionStatus): AnswerKind {
    for (let ended = false; !ended && this.#pending.size > 0; this.#shift()) {
      const kind = this.#pending.first?.kind;
      ended = kind === 'sync' || kind === 'query' || kind === 'function';
    }
    this.#status = status;
    this.#copyingIn = false;
    if (status === 'I') this.#endPortals(this.#names.closeAllPortals());
    this.#reporter.ready(status);
    return status === 'I' ? 'commit_point' : 'pass';
  }

  /** Syncs sent before the copy's end are ignored by the server and get no answer. */
  #copyInBegan(): void {
    this.#first();
    const end = this.#pending.dropBehindFirst(isSync, isCopyEnd);
    this.#copyingIn = end === undefined;
  }

  #finishQuery(operation: QueryOperation, outcome: StatementOutcome): void {
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
    this.#lastAnswerMs = this.#nowMs();
  }

  #abandonQuery(operation: QueryOperation): void {
    const hasMore = !operation.failed && operation.position < operation.statements.length;
    if (hasMore) this.#finishQuery(operation, { kind: 'unknown' });
  }

  #finishExecute(operation: ExecuteOperation, outcome: StatementOutcome): void {
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

  #finishFunction(operation: FunctionOperation, outcome: StatementOutcome): void {
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
  #endPortals(portals: readonly (Portal | undefined)[]): void {
    for (const portal of portals) {
      if (portal?.suspended === true)
        this.#finishPortal(portal, { kind: 'success', tag: undefined, tagRows: undefined });
    }
  }
}

const isCommit = (tag: string) => tag === 'COMMIT' || tag === 'PREPARE TRANSACTION';

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
