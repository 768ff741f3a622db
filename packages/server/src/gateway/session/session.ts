// Follows one session of the PostgreSQL protocol: pairs what the server answers with what the client asked, in order,
// and reports each statement once its outcome is known. Knows no sockets: messages in, reports out.
//
// The rule that pairs them: answers come in the order of the requests. After an error in the extended protocol the
// server ignores everything up to the next Sync, and so do we. While COPY FROM STDIN runs it ignores Syncs, and so do
// we.

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
import type { Actor } from './actor.ts';
import { Executions, endedWithoutTag } from './execution.ts';
import { Fifo } from './fifo.ts';
import type { Names } from './names.ts';
import { decodeOperation, type Operation } from './operation.ts';
import type { Reporter } from './report.ts';
import { replicationCommand } from './special-statements.ts';

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
  readonly #executions: Executions;
  readonly #analyze: (text: string) => readonly StatementAnalysis[];
  readonly #nowMs: () => number;
  readonly #pending = new Fifo<Operation>();
  /** The server ignores everything up to a Sync that the client has not sent yet. */
  #skipping = false;
  #copyingIn = false;
  #status: TransactionStatus = 'I';
  #lastWord: ServerError | undefined;

  constructor({ actor, names, reporter, analyzer, nowMs }: SessionOptions) {
    this.#actor = actor;
    this.#names = names;
    this.#reporter = reporter;
    this.#executions = new Executions(names, reporter, nowMs);
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
    this.#executions.endPortals(this.#names.closeAllPortals());
    for (const operation of this.#pending.takeAll()) {
      if (operation.kind === 'parse') this.#executions.prepare(operation);
      else if (operation.kind === 'bind') this.#executions.bind(operation);
      else if (operation.kind === 'query') this.#executions.abandonQuery(operation);
      else if (operation.kind === 'execute') this.#executions.finishExecute(operation, { kind: 'unknown' });
      else if (operation.kind === 'function' && !operation.answered)
        this.#executions.finishFunction(operation, { kind: 'unknown' });
    }
  }

  /** The request that the next answer is about; marks that get no answer fall away. */
  #first(): Operation | undefined {
    while (this.#pending.first?.kind === 'copy_end') this.#pending.shift();
    return this.#pending.first;
  }

  #shift(): void {
    this.#pending.shift();
    this.#executions.answered();
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
      this.#executions.prepare(operation);
    } else if (type === backend.bindComplete && operation.kind === 'bind') {
      this.#executions.bind(operation);
    } else if (type === backend.closeComplete && operation.kind === 'close') {
      const { kind, name } = operation.object;
      if (kind === 'statement') this.#names.deallocate(name);
      else this.#executions.endPortals([this.#names.closePortal(name)]);
    } else if (type === backend.functionCallResponse && operation.kind === 'function') {
      this.#executions.finishFunction(operation, endedWithoutTag);
      return; // ReadyForQuery ends the answer.
    } else if (type === backend.portalSuspended && operation.kind === 'execute') {
      this.#executions.suspend(operation);
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

  #completed({ text, rows }: CommandTag): AnswerKind {
    const outcome = { kind: 'success', tag: text, tagRows: rows } as const;
    const operation = this.#first();
    this.#copyingIn = false;
    if (operation?.kind === 'query') {
      this.#executions.finishQuery(operation, outcome);
      // Outside a transaction block the server has committed before it says so.
      return this.#status === 'I' || isCommit(text) ? 'commit_point' : 'pass';
    }
    if (operation?.kind === 'execute') {
      this.#executions.finishExecute(operation, outcome);
      this.#shift();
    } else {
      this.#executions.finishUnknown(outcome);
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
        this.#executions.finishQuery(operation, outcome);
        operation.failed = true;
        break;
      case 'function':
        this.#executions.finishFunction(operation, outcome);
        break;
      case 'sync':
        this.#executions.failSync(operation, outcome);
        break;
      default:
        this.#executions.failExtended(operation, outcome);
        this.#skipToSync();
    }
    if (this.#lastWord !== undefined) this.#pending.takeAll();
  }

  #skipToSync(): void {
    while (this.#pending.first !== undefined && !isSync(this.#pending.first)) this.#pending.shift();
    this.#skipping = this.#pending.size === 0;
    this.#executions.answered();
  }

  #ready(status: TransactionStatus): AnswerKind {
    for (let ended = false; !ended && this.#pending.size > 0; this.#shift()) {
      const kind = this.#pending.first?.kind;
      ended = kind === 'sync' || kind === 'query' || kind === 'function';
    }
    this.#status = status;
    this.#copyingIn = false;
    if (status === 'I') this.#executions.endPortals(this.#names.closeAllPortals());
    this.#reporter.ready(status);
    return status === 'I' ? 'commit_point' : 'pass';
  }

  /** Syncs sent before the copy's end are ignored by the server and get no answer. */
  #copyInBegan(): void {
    this.#first();
    const end = this.#pending.dropBehindFirst(isSync, isCopyEnd);
    this.#copyingIn = end === undefined;
  }
}

const isCommit = (tag: string) => tag === 'COMMIT' || tag === 'PREPARE TRANSACTION';
