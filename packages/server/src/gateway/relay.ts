// Relays a session between client and server once the startup message is through, and decides when an answer may be
// seen.
//
// What `block` means here. A client learns that something is committed only when the records of it are durable:
// - A COMMIT is not sent to the server before the records of all earlier statements of the session are durable. A Flush
// is   sent in its stead, so that the server answers what is still under way.
// - Outside a transaction block the server commits a statement before we know what came of it. Its answer is held back
// until   its record is durable. The same holds for ReadyForQuery at the end of a transaction.
// - When the log cannot be written, no new statement is sent: the client gets 58030, and both ends are closed, so that
// the   server rolls back what was open.
// Records of classes that spool are "open" for a moment only, so reads do not wait.

import type { Socket } from 'node:net';
import type { AuditEvent, LogState } from '@indelible/log';
import type { Ledger } from './ledger.ts';
import { LoginWatch } from './login.ts';
import { Pump, type Verdict } from './pump.ts';
import { Actor, type ConnectionFacts } from './session/actor.ts';
import { CommitWatch } from './session/commit-watch.ts';
import { Names } from './session/names.ts';
import { Reporter } from './session/report.ts';
import { Session } from './session/session.ts';
import { loginEvent, logoutEvent, serverTroubleEvent } from './session/session-event.ts';
import type { StatementAnalyzer } from './statement/analysis.ts';
import { flushMessage } from './wire/answer.ts';
import { readBackendTypes } from './wire/backend.ts';
import { Framer } from './wire/framer.ts';
import { readFrontendTypes } from './wire/frontend.ts';
import { backend, frontend, type Message } from './wire/message.ts';

export interface RelayLimits {
  /** The longest statement text or set of parameters; rows and COPY data have no limit. */
  readonly messageBytesMax: number;
  /** Records that one connection may have under way before it is slowed down. */
  readonly openRecordsMax: number;
  /** Requests that one connection may have unanswered before it is slowed down. */
  readonly pendingRequestsMax: number;
}

export interface RelayOptions {
  readonly client: Socket;
  readonly upstream: Socket;
  readonly facts: ConnectionFacts;
  readonly applicationName: string | undefined;
  readonly protocol: string;
  readonly ledger: Ledger;
  readonly analyzer: Pick<StatementAnalyzer, 'analyze'>;
  readonly log: { readonly state: LogState };
  readonly limits: RelayLimits;
  /** A statement came while the log is dead. The connection is to be ended. */
  onLogDead(): void;
  /** The bytes of one side break the protocol or a limit. The connection is to be ended. */
  onBreach(error: unknown): void;
  /** The server let the client in, or turned it away. */
  onLogin(error: boolean): void;
  /** The client said goodbye (`terminate`) or is just gone. */
  onClientFinished(reason: 'terminate' | 'client_gone'): void;
  onServerFinished(): void;
  /** After `drain`: nothing is under way any more. */
  onDrained(): void;
}

const backendKeptBytesMax = 1024 * 1024;

/** Messages that make the server do something; not forwarded while the log is dead. */
const statementTypes: ReadonlySet<number> = new Set([
  frontend.query,
  frontend.parse,
  frontend.bind,
  frontend.execute,
  frontend.functionCall,
]);

export class Relay {
  readonly #options: RelayOptions;
  readonly #actor: Actor;
  readonly #session: Session;
  readonly #reporter: Reporter;
  readonly #login: LoginWatch;
  readonly #commits = new CommitWatch();
  readonly #toServer: Pump;
  readonly #toClient: Pump;
  readonly #startedAtMs = performance.now();
  #isDraining = false;
  #isStopped = false;

  constructor(options: RelayOptions) {
    this.#options = options;
    const { client, upstream, ledger, analyzer, limits } = options;
    this.#actor = new Actor(options.facts, options.applicationName);
    this.#login = new LoginWatch(this.#actor, options.protocol);
    const names = new Names();
    this.#reporter = new Reporter(this.#actor, names, (event) => ledger.record(event));
    const nowMs = () => performance.now();
    this.#session = new Session({ actor: this.#actor, names, reporter: this.#reporter, analyzer, nowMs });
    const keepsRequest = (type: number) => readFrontendTypes.has(type);
    this.#toServer = new Pump({
      source: client,
      target: upstream,
      framer: new Framer({ keeps: keepsRequest, keptBytesMax: limits.messageBytesMax, beyondMax: 'fail' }),
      onMessage: (message) => this.#onRequest(message),
      onHeld: () => this.#onCommitHeld(),
      onError: (error) => options.onBreach(error),
      onFinished: () => options.onClientFinished('client_gone'),
    });
    const keepsAnswer = (type: number) => readBackendTypes.has(type);
    this.#toClient = new Pump({
      source: upstream,
      target: client,
      framer: new Framer({ keeps: keepsAnswer, keptBytesMax: backendKeptBytesMax, beyondMax: 'head' }),
      onMessage: (message) => this.#onAnswer(message),
      onError: (error) => options.onBreach(error),
      onFinished: () => options.onServerFinished(),
    });
  }

  get hasLoggedIn(): boolean {
    return this.#login.hasSucceeded;
  }

  /** Whether an error of ours can be put behind what the client has got so far. */
  get canTellClient(): boolean {
    return this.#toClient.atBoundary;
  }

  /** Whether it was the server that ended the session, with an error. */
  get endedByServer(): boolean {
    return this.#session.lastWord !== undefined;
  }

  /** What the client sent behind its startup message. */
  push(bytes: Buffer): void {
    this.#toServer.push(bytes);
  }

  /** Calls `onDrained` as soon as nothing is under way. */
  drain(): void {
    this.#isDraining = true;
    if (this.#session.pending === 0) this.#options.onDrained();
  }

  /** Forwards nothing more. */
  stop(): void {
    this.#isStopped = true;
    this.#toServer.stop();
    this.#toClient.stop();
  }

  /** The client's socket is closed. What it sent is still carried out, as it would be without us. */
  clientClosed(): void {
    this.#toServer.finish();
  }

  /** The server's socket is closed. After an error there was no end of the stream to tell of it. */
  serverClosed(): void {
    this.#toClient.finish();
  }

  /** Some records have settled: slow sources may go on. */
  settled(open: number): void {
    if (open > this.#options.limits.openRecordsMax / 2) return;
    this.#toServer.resume('log is slow');
    this.#toClient.resume('log is slow');
  }

  /** Tells of what has no outcome, and gives the record of the session's end. */
  end(reason: string): AuditEvent {
    this.#session.end();
    const durationMs = performance.now() - this.#startedAtMs;
    const { statements } = this.#reporter;
    return logoutEvent(this.#actor, { reason, error: this.#session.lastWord, durationMs, statements });
  }

  #onRequest(message: Message): Verdict {
    const session = this.#session;
    const { type, size } = message;
    if (statementTypes.has(type) && this.#options.log.state !== 'open') {
      this.#options.onLogDead();
      return 'hold';
    }
    if (type === frontend.terminate) this.#options.onClientFinished('terminate');
    if (type === backend.copyData) session.sentCopyData(size);
    const operation = session.decode(message);
    if (operation === undefined) return 'forward';
    if (
      this.#commits.isCommit(operation) &&
      (session.pending > 0 || this.#options.ledger.open > 0) &&
      !session.isCopyingIn
    ) {
      this.#commits.held = operation;
      return 'hold';
    }
    session.sent(operation);
    if (session.pending > this.#options.limits.pendingRequestsMax) {
      this.#toServer.pause('too many requests');
      this.#options.upstream.write(flushMessage);
    }
    return 'forward';
  }

  #onCommitHeld(): void {
    if (this.#session.pending > 0) this.#options.upstream.write(flushMessage);
    this.#releaseCommitIfSafe();
  }

  /** A held COMMIT goes on when all before it is answered and all answers are recorded durably. */
  async #releaseCommitIfSafe(): Promise<void> {
    const session = this.#session;
    if (this.#commits.held === undefined || session.pending > 0) return;
    await this.#options.ledger.settled();
    const operation = this.#commits.held;
    if (operation === undefined || this.#isStopped) return;
    this.#commits.held = undefined;
    session.sent(operation);
    this.#toServer.release();
  }

  #onAnswer(message: Message): Verdict {
    const session = this.#session;
    if (!this.#login.isOver) return this.#onLoginAnswer(message);
    const kind = session.answered(message);
    if (session.pending < this.#options.limits.pendingRequestsMax / 2) this.#toServer.resume('too many requests');
    if (this.#commits.held !== undefined) this.#releaseCommitIfSafe();
    if (this.#options.ledger.open > this.#options.limits.openRecordsMax) {
      this.#toServer.pause('log is slow');
      this.#toClient.pause('log is slow');
    }
    if (this.#isDraining && session.pending === 0) {
      // The answer itself goes out first, once it may.
      this.#options.ledger.settled().then(() => setImmediate(() => this.#options.onDrained()));
    }
    return kind === 'commit_point' ? this.#holdUntilSettled() : 'forward';
  }

  #onLoginAnswer(message: Message): Verdict {
    const result = this.#login.read(message);
    if (result === undefined) return 'forward';
    this.#options.onLogin(result.error !== undefined);
    this.#options.ledger.record(loginEvent(this.#actor, result.details, result.error));
    const trouble = result.error === undefined ? undefined : serverTroubleEvent(this.#actor, result.error);
    if (trouble !== undefined) this.#options.ledger.record(trouble);
    return this.#holdUntilSettled();
  }

  #holdUntilSettled(): Verdict {
    if (this.#options.ledger.open === 0) return 'forward';
    this.#options.ledger.settled().then(() => this.#toClient.release());
    return 'hold';
  }
}
