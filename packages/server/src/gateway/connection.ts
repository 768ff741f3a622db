// One client's connection from its first byte to its last record.
//
//   startup ──▶ login ──▶ session ──▶ over
//
// Startup is answered here (encryption, cancel, the startup message); from then on a `Relay` carries the session.

import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { AuditError, type AuditEvent, type LogState } from '@indelible/log';
import { type EventRecorder, Ledger } from './ledger.ts';
import { Relay, type RelayLimits } from './relay.ts';
import { doorEvent } from './session/session-event.ts';
import type { StatementAnalyzer } from './statement/analysis.ts';
import { connectUpstream, describeUpstream, type UpstreamTarget } from './upstream.ts';
import { encryptionRefused, fatalError, terminateMessage } from './wire/answer.ts';
import { type StartupPacket, StartupReader } from './wire/startup.ts';

export interface ConnectionLimits extends RelayLimits {
  /** From the first byte to the end of the login. */
  readonly loginTimeoutMs: number;
}

export interface ConnectionOptions {
  readonly upstream: UpstreamTarget;
  readonly recorder: EventRecorder;
  readonly analyzer: Pick<StatementAnalyzer, 'analyze'>;
  readonly log: { readonly state: LogState };
  readonly limits: ConnectionLimits;
}

const encryptionRequestsMax = 2;
const goodbyeMs = 1000;
const logUnavailable = '58030';
const logUnavailableMessage = 'the audit log cannot be written, so the statement was not executed';
const logUnavailableHint = 'See the output of indelible serve; connect again once the log is open.';

export class Connection {
  /** Resolves when both sides are closed and all records are settled. */
  readonly over: Promise<void>;
  readonly #options: ConnectionOptions;
  readonly #client: Socket;
  readonly #ledger: Ledger;
  readonly #sessionId = `ses_${randomUUID()}`;
  readonly #ipAddress: string;
  readonly #startup = new StartupReader();
  readonly #loginTimer: NodeJS.Timeout;
  readonly #isOver: () => void;
  #encryptionRequests = 0;
  #relay: Relay | undefined;
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
      (open) => this.#relay?.settled(open),
    );
    this.#loginTimer = setTimeout(() => this.#loginTimedOut(), options.limits.loginTimeoutMs);
    client.on('error', () => client.destroy());
    client.on('data', this.#readStartup);
    client.on('end', this.#endedInStartup);
    client.on('close', () => this.#clientClosed());
  }

  /** Ends the connection in order: what is under way is answered first, then the client is told. */
  shutDown(): void {
    if (this.#relay === undefined) this.#goodbye();
    else this.#relay.drain();
  }

  #goodbye(): void {
    this.abort('57P01', 'terminating connection due to administrator command', 'gateway_closed');
  }

  /** Tells the client why, if it can be told, and closes both sides. */
  abort(sqlstate: string, message: string, reason: string, hint?: string): void {
    if (this.#isFinal) return;
    this.#endReason ??= reason;
    const canTell = this.#relay?.canTellClient ?? true;
    this.#relay?.stop();
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
      this.#refuseForLog();
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
      this.#relay = this.#createRelay(packet, upstream);
      this.#relay.push(rest);
      client.resume();
    });
  }

  #createRelay({ parameters, protocol }: StartupPacket & { kind: 'startup' }, upstream: Socket): Relay {
    const { analyzer, log, limits } = this.#options;
    const user = parameters.get('user') ?? '';
    const facts = {
      sessionId: this.#sessionId,
      ipAddress: this.#ipAddress,
      user,
      database: parameters.get('database') ?? user,
      isReplication: /^(1|true|on|yes|database)$/i.test(parameters.get('replication') ?? ''),
    };
    return new Relay({
      client: this.#client,
      upstream,
      facts,
      applicationName: parameters.get('application_name'),
      protocol,
      ledger: this.#ledger,
      analyzer,
      log,
      limits,
      onLogDead: () => this.#refuseForLog(),
      onBreach: (error) => this.#breach(error),
      onLogin: (isRefused) => {
        clearTimeout(this.#loginTimer);
        if (isRefused) this.#endReason ??= 'login_failed';
      },
      onClientFinished: (reason) => {
        this.#endReason ??= reason;
        if (reason === 'client_gone') upstream.end();
      },
      onServerFinished: () => this.#serverFinished(),
      onDrained: () => this.#goodbye(),
    });
  }

  // --- what goes wrong, and the end ----------------------------------------------------------------------------------

  #recordFailed(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    this.abort(logUnavailable, `the audit log cannot be written: ${why}`, 'log_unavailable', logUnavailableHint);
  }

  #refuseForLog(): void {
    this.abort(logUnavailable, logUnavailableMessage, 'log_unavailable', logUnavailableHint);
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
    if (this.#relay !== undefined) return;
    const address = describeUpstream(this.#options.upstream);
    const event = this.#doorEvent('upstream_unavailable', 'connect_failed', error.message);
    this.#endReason ??= 'upstream_unavailable';
    this.#ledger.record(event);
    this.#dismiss(fatalError('08001', `the database behind the audit gateway does not answer at ${address}`));
  }

  #clientClosed(): void {
    this.#endReason ??= 'client_gone';
    if (this.#upstream === undefined) this.#finish();
    else if (this.#relay === undefined) this.#upstream.destroy();
    else if (this.#upstream.writable) this.#relay.clientClosed();
  }

  #serverFinished(): void {
    this.#endReason ??= this.#relay?.endedByServer === true ? 'ended_by_server' : 'upstream_gone';
    this.#dismiss();
    this.#upstream?.end();
    this.#finish();
  }

  #upstreamClosed(): void {
    if (this.#relay === undefined) {
      this.#finish();
      return;
    }
    this.#relay.serverClosed();
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
    if (this.#relay?.hasLoggedIn === true) {
      this.#ledger.record(this.#relay.end(reason));
    } else if (reason !== 'cancel_request' && reason !== 'upstream_unavailable' && reason !== 'login_failed') {
      this.#ledger.record(this.#doorEvent('connection_closed', reason));
    }
  }

  #doorEvent(subtype: Parameters<typeof doorEvent>[0], reason: string, message?: string): AuditEvent {
    return doorEvent(subtype, this.#ipAddress, this.#sessionId, reason, message);
  }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
