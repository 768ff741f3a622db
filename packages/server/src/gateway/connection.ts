// One client's connection from its first byte to its last record.
//
//   startup ──▶ login ──▶ session ──▶ over
//
// Startup is answered here (encryption, cancel, the startup message); from then on two pumps carry the bytes.
//
// What `block` means here. A client learns that something is committed only when the records of it are durable:
// - A COMMIT is not sent to the server before the records of all earlier statements of the session are durable. A Flush is
//   sent in its stead, so that the server answers what is still under way.
// - Outside a transaction block the server commits a statement before we know what came of it. Its answer is held back until
//   its record is durable. The same holds for ReadyForQuery at the end of a transaction.
// - When the log cannot be written, no new statement is sent: the client gets 58030, and both ends are closed, so that the
//   server rolls back what was open.
// Records of classes that spool are "open" for a moment only, so reads do not wait.

import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { AuditError, type AuditEvent, type LogState } from '@indelible/log';
import { type EventRecorder, Ledger } from './ledger.ts';
import { LoginWatch } from './login.ts';
import { Pump, type Verdict } from './pump.ts';
import { Actor } from './session/actor.ts';
import { CommitWatch } from './session/commit-watch.ts';
import { Names } from './session/names.ts';
import { Reporter } from './session/report.ts';
import { Session } from './session/session.ts';
import { doorEvent, loginEvent, logoutEvent } from './session/session-event.ts';
import type { StatementAnalyzer } from './statement/analysis.ts';
import { connectUpstream, describeUpstream, type UpstreamTarget } from './upstream.ts';
import { encryptionRefused, fatalError, flushMessage, terminateMessage } from './wire/answer.ts';
import { readBackendTypes } from './wire/backend.ts';
import { Framer } from './wire/framer.ts';
import { readFrontendTypes } from './wire/frontend.ts';
import { backend, frontend, type Message } from './wire/message.ts';
import { type StartupPacket, StartupReader } from './wire/startup.ts';

export interface ConnectionLimits {
  /** From the first byte to the end of the login. */
  readonly loginTimeoutMs: number;
  /** The longest statement text or set of parameters; rows and COPY data have no limit. */
  readonly messageBytesMax: number;
  /** Records that one connection may have under way before it is slowed down. */
  readonly openRecordsMax: number;
  /** Requests that one connection may have unanswered before it is slowed down. */
  readonly pendingRequestsMax: number;
}

export interface ConnectionOptions {
  readonly upstream: UpstreamTarget;
  readonly recorder: EventRecorder;
  readonly analyzer: Pick<StatementAnalyzer, 'analyze'>;
  readonly log: { readonly state: LogState };
  readonly limits: ConnectionLimits;
}

const backendKeptBytesMax = 1024 * 1024;
const encryptionRequestsMax = 2;
const goodbyeMs = 1000;
const logUnavailable = '58030';
const logUnavailableMessage = 'the audit log cannot be written, so the statement was not executed';
const logUnavailableHint = 'See the output of indelible serve; connect again once the log is open.';

/** Messages that make the server do something; not forwarded while the log is dead. */
const statementTypes: ReadonlySet<number> = new Set([
  frontend.query,
  frontend.parse,
  frontend.bind,
  frontend.execute,
  frontend.functionCall,
]);

export class Connection {
  /** Resolves when both sides are closed and all records are settled. */
  readonly over: Promise<void>;
  readonly #options: ConnectionOptions;
  readonly #client: Socket;
  readonly #ledger: Ledger;
  readonly #sessionId = `ses_${randomUUID()}`;
  readonly #ipAddress: string;
  readonly #acceptedAtMs = performance.now();
  readonly #startup = new StartupReader();
  readonly #loginTimer: NodeJS.Timeout;
  readonly #isOver: () => void;
  #encryptionRequests = 0;
  #established: Established | undefined;
  #upstream: Socket | undefined;
  #endReason: string | undefined;
  #isFinal = false;

  constructor(client: Socket, options: ConnectionOptions) {
    this.#client = client;
    this.#options = options;
    this.#ipAddress = (client.remoteAddress ?? '').replace(/^::ffff:/, '');
    const { promise, resolve } = withResolvers();
    this.over = promise;
    this.#isOver = resolve;
    this.#ledger = new Ledger(
      options.recorder,
      (error) => this.#recordFailed(error),
      (open) => this.#recordSettled(open),
    );
    this.#loginTimer = setTimeout(() => this.#loginTimedOut(), options.limits.loginTimeoutMs);
    client.on('error', () => client.destroy());
    client.on('data', this.#readStartup);
    client.on('end', this.#endedInStartup);
    client.on('close', () => this.#clientClosed());
  }

  /** Ends the connection in order: what is under way is answered first, then the client is told. */
  shutDown(): void {
    if (this.#established === undefined || this.#established.session.pending === 0) {
      this.abort('57P01', 'terminating connection due to administrator command', 'gateway_closed');
    } else {
      this.#established.isShuttingDown = true;
    }
  }

  /** Tells the client why, if it can be told, and closes both sides. */
  abort(sqlstate: string, message: string, reason: string, hint?: string): void {
    if (this.#isFinal) return;
    this.#endReason ??= reason;
    const established = this.#established;
    const canTell = established === undefined || established.toClient.atBoundary;
    established?.toServer.stop();
    established?.toClient.stop();
    this.#dismiss(canTell ? fatalError(sqlstate, message, hint) : undefined);
    if (this.#upstream?.writable === true) this.#upstream.end(terminateMessage);
    this.#upstream?.destroySoon();
    if (this.#upstream === undefined) this.#finish();
  }

  /** Closes the client's side, giving it a moment to read the last words. */
  #dismiss(lastWords?: Buffer): void {
    const client = this.#client;
    if (client.destroyed) return;
    client.off('data', this.#readStartup);
    client.resume();
    if (client.writable) {
      if (lastWords === undefined) client.end();
      else client.end(lastWords);
    }
    const timer = setTimeout(() => client.destroy(), goodbyeMs);
    client.once('close', () => clearTimeout(timer));
  }

  // --- startup -------------------------------------------------------------------------------------------------------

  readonly #readStartup = (chunk: Buffer): void => {
    try {
      let read = this.#startup.read(chunk);
      while (read?.packet.kind === 'encryption') {
        this.#encryptionRequests += 1;
        if (this.#encryptionRequests > encryptionRequestsMax)
          throw new AuditError('invalid_message', 'too many requests for encryption');
        this.#client.write(encryptionRefused);
        read = read.rest.length > 0 ? this.#startup.read(read.rest) : undefined;
      }
      if (read?.packet.kind === 'cancel') this.#cancel(read.packet.processId, read.bytes);
      else if (read?.packet.kind === 'startup') this.#establish(read.packet, read.bytes, read.rest);
    } catch (error) {
      this.#breach(error);
    }
  };

  readonly #endedInStartup = (): void => {
    this.#endReason ??= 'client_gone';
    this.#dismiss();
  };

  /** A request to cancel comes on a connection of its own and is forwarded as it is; the server gives no answer. */
  #cancel(processId: number, bytes: Buffer): void {
    this.#endReason = 'cancel_request';
    this.#ledger.record(this.#doorEvent('connection_closed', 'cancel_request', `for process ${processId}`));
    this.#client.off('data', this.#readStartup);
    const upstream = connectUpstream(this.#options.upstream);
    this.#upstream = upstream;
    upstream.on('error', () => upstream.destroy());
    upstream.on('connect', () => upstream.end(bytes));
    upstream.on('end', () => upstream.destroy());
    upstream.on('close', () => {
      this.#dismiss();
      this.#finish();
    });
    upstream.resume();
  }

  #establish(packet: StartupPacket & { kind: 'startup' }, bytes: Buffer, rest: Buffer): void {
    if (this.#options.log.state !== 'open') {
      this.abort(logUnavailable, logUnavailableMessage, 'log_unavailable', logUnavailableHint);
      return;
    }
    const client = this.#client;
    client.off('data', this.#readStartup);
    client.off('end', this.#endedInStartup);
    client.pause();
    const upstream = connectUpstream(this.#options.upstream);
    this.#upstream = upstream;
    upstream.on('error', (error) => this.#upstreamFailed(error));
    upstream.on('close', () => this.#upstreamClosed());
    upstream.once('connect', () => {
      upstream.write(bytes);
      this.#established = this.#connectPumps(packet, upstream);
      this.#established.toServer.push(rest);
      client.resume();
    });
  }

  #connectPumps({ parameters, protocol }: StartupPacket & { kind: 'startup' }, upstream: Socket): Established {
    const user = parameters.get('user') ?? '';
    const actor = new Actor(
      {
        sessionId: this.#sessionId,
        ipAddress: this.#ipAddress,
        user,
        database: parameters.get('database') ?? user,
        isReplication: /^(1|true|on|yes|database)$/i.test(parameters.get('replication') ?? ''),
      },
      parameters.get('application_name'),
    );
    const names = new Names();
    const reporter = new Reporter(actor, names, (event) => this.#ledger.record(event));
    const { analyzer, limits } = this.#options;
    const session = new Session({ actor, names, reporter, analyzer, nowMs: () => performance.now() });
    const keepsRequest = (type: number) => readFrontendTypes.has(type);
    const toServer = new Pump({
      source: this.#client,
      target: upstream,
      framer: new Framer({ keeps: keepsRequest, keptBytesMax: limits.messageBytesMax, beyondMax: 'fail' }),
      onMessage: (message) => this.#onRequest(message),
      onHeld: () => this.#onCommitHeld(),
      onError: (error) => this.#breach(error),
      onFinished: () => {
        this.#endReason ??= 'client_gone';
        upstream.end();
      },
    });
    const keepsAnswer = (type: number) => readBackendTypes.has(type);
    const toClient = new Pump({
      source: upstream,
      target: this.#client,
      framer: new Framer({ keeps: keepsAnswer, keptBytesMax: backendKeptBytesMax, beyondMax: 'head' }),
      onMessage: (message) => this.#onAnswer(message),
      onError: (error) => this.#breach(error),
      onFinished: () => this.#serverFinished(),
    });
    const login = new LoginWatch(actor, protocol);
    return { actor, session, reporter, login, toServer, toClient, commits: new CommitWatch(), isShuttingDown: false };
  }

  // --- messages ------------------------------------------------------------------------------------------------------

  #onRequest(message: Message): Verdict {
    const { session, toServer, commits } = this.#established!;
    const { type, size } = message;
    if (statementTypes.has(type) && this.#options.log.state !== 'open') {
      this.abort(logUnavailable, logUnavailableMessage, 'log_unavailable', logUnavailableHint);
      return 'hold';
    }
    if (type === frontend.terminate) this.#endReason ??= 'terminate';
    if (type === backend.copyData) session.sentCopyData(size);
    const operation = session.decode(message);
    if (operation === undefined) return 'forward';
    if (commits.isCommit(operation) && (session.pending > 0 || this.#ledger.open > 0) && !session.isCopyingIn) {
      commits.held = operation;
      return 'hold';
    }
    session.sent(operation);
    if (session.pending > this.#options.limits.pendingRequestsMax) {
      toServer.pause('too many requests');
      this.#upstream?.write(flushMessage);
    }
    return 'forward';
  }

  #onCommitHeld(): void {
    if (this.#established!.session.pending > 0) this.#upstream?.write(flushMessage);
    this.#releaseCommitIfSafe();
  }

  /** A held COMMIT goes on when all before it is answered and all answers are recorded durably. */
  async #releaseCommitIfSafe(): Promise<void> {
    const { session, toServer, commits } = this.#established!;
    if (commits.held === undefined || session.pending > 0) return;
    await this.#ledger.settled();
    const operation = commits.held;
    if (operation === undefined || this.#isFinal) return;
    commits.held = undefined;
    session.sent(operation);
    toServer.release();
  }

  #onAnswer(message: Message): Verdict {
    const established = this.#established!;
    const { session, toServer, toClient, login, commits } = established;
    if (!login.isOver) return this.#onLoginAnswer(message);
    const kind = session.answered(message);
    if (session.pending < this.#options.limits.pendingRequestsMax / 2) toServer.resume('too many requests');
    if (commits.held !== undefined) this.#releaseCommitIfSafe();
    if (this.#ledger.open > this.#options.limits.openRecordsMax) {
      toServer.pause('log is slow');
      toClient.pause('log is slow');
    }
    if (established.isShuttingDown && session.pending === 0) {
      this.#ledger.settled().then(() => setImmediate(() => this.shutDown()));
    }
    return kind === 'commit_point' ? this.#holdUntilSettled() : 'forward';
  }

  #onLoginAnswer(message: Message): Verdict {
    const { login, actor } = this.#established!;
    const result = login.read(message);
    if (result === undefined) return 'forward';
    clearTimeout(this.#loginTimer);
    if (result.error !== undefined) this.#endReason ??= 'login_failed';
    this.#ledger.record(loginEvent(actor, result.details, result.error));
    return this.#holdUntilSettled();
  }

  #holdUntilSettled(): Verdict {
    if (this.#ledger.open === 0) return 'forward';
    this.#ledger.settled().then(() => this.#established?.toClient.release());
    return 'hold';
  }

  // --- what goes wrong, and the end ----------------------------------------------------------------------------------

  #recordFailed(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    this.abort(logUnavailable, `the audit log cannot be written: ${why}`, 'log_unavailable', logUnavailableHint);
  }

  #recordSettled(open: number): void {
    if (open > this.#options.limits.openRecordsMax / 2) return;
    this.#established?.toServer.resume('log is slow');
    this.#established?.toClient.resume('log is slow');
  }

  /** The bytes of one side break the protocol or a limit. */
  #breach(error: unknown): void {
    const known = error instanceof AuditError && error.code === 'invalid_message';
    const sqlstate = known ? String(error.details.sqlstate ?? '08P01') : 'XX000';
    const message = error instanceof Error ? error.message : String(error);
    this.abort(sqlstate, message, known ? 'protocol_violation' : 'gateway_error');
  }

  #loginTimedOut(): void {
    this.abort('08006', 'the login took too long', 'login_timeout');
  }

  #upstreamFailed(error: Error): void {
    this.#upstream?.destroy();
    if (this.#established !== undefined) return;
    const address = describeUpstream(this.#options.upstream);
    const event = this.#doorEvent('upstream_unavailable', 'connect_failed', error.message);
    this.#endReason ??= 'upstream_unavailable';
    this.#ledger.record(event);
    this.#dismiss(fatalError('08001', `the database behind the audit gateway does not answer at ${address}`));
  }

  #clientClosed(): void {
    this.#endReason ??= 'client_gone';
    if (this.#upstream === undefined) this.#finish();
    else if (this.#established === undefined) this.#upstream.destroy();
    // The server goes on with what it got, as it would without us, and its answers are still read and recorded.
    else if (this.#upstream.writable) this.#established.toServer.finish();
  }

  #serverFinished(): void {
    this.#endReason ??= this.#established?.session.lastWord === undefined ? 'upstream_gone' : 'ended_by_server';
    this.#dismiss();
    this.#upstream?.end();
    this.#finish();
  }

  #upstreamClosed(): void {
    if (this.#established === undefined) {
      this.#finish();
      return;
    }
    // After an error there was no end-of-stream to tell the pump that nothing more comes.
    this.#established.toClient.finish();
    if (this.#isFinal) return;
    this.#ledger.settled().then(() => this.#finish());
  }

  async #finish(): Promise<void> {
    if (this.#isFinal) return;
    this.#isFinal = true;
    clearTimeout(this.#loginTimer);
    this.#dismiss();
    this.#recordEnd();
    await this.#ledger.settled();
    if (!this.#client.destroyed) await new Promise((resolve) => this.#client.once('close', resolve));
    this.#isOver();
  }

  #recordEnd(): void {
    const reason = this.#endReason ?? 'client_gone';
    const established = this.#established;
    if (established?.login.hasSucceeded === true) {
      const { actor, session, reporter } = established;
      session.end();
      const durationMs = performance.now() - this.#acceptedAtMs;
      const end = { reason, error: session.lastWord, durationMs, statements: reporter.statements };
      this.#ledger.record(logoutEvent(actor, end));
    } else if (reason !== 'cancel_request' && reason !== 'upstream_unavailable' && reason !== 'login_failed') {
      this.#ledger.record(this.#doorEvent('connection_closed', reason));
    }
  }

  #doorEvent(subtype: Parameters<typeof doorEvent>[0], reason: string, message?: string): AuditEvent {
    return doorEvent(subtype, this.#ipAddress, this.#sessionId, reason, message);
  }
}

/** What a connection has once its startup message was forwarded. */
interface Established {
  readonly actor: Actor;
  readonly session: Session;
  readonly reporter: Reporter;
  readonly login: LoginWatch;
  readonly toServer: Pump;
  readonly toClient: Pump;
  readonly commits: CommitWatch;
  isShuttingDown: boolean;
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
