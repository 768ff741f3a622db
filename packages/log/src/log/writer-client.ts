// The other side of the writer's door: how a command hands its events to the process that has the log open.

import { connect, type Socket } from 'node:net';
import { AuditError, isErrorCode } from '../base/errors.ts';
import { onSocketLine } from '../base/socket-lines.ts';
import type { AuditEvent } from '../event/event.ts';
import { type RecordResult, shortPathOf } from './writer-socket.ts';

interface Answer {
  readonly id?: number;
  readonly results?: RecordResult[];
  readonly vkey?: string;
  readonly pending?: AuditEvent;
  readonly sealed?: number;
  readonly error?: string;
  readonly code?: string;
}

export interface WriterClient {
  /** Hands events over, in order. Resolves when each is durable, excluded or refused. */
  record(events: readonly AuditEvent[]): Promise<RecordResult[]>;
  rotateKey(): Promise<string>;
  /** Calls back for each event that the writer takes, before it is sealed, and for each seal. */
  watch(pending: (event: AuditEvent) => void, sealed: (size: number) => void): Promise<never>;
  close(): void;
}

/** Connects to the writer of a data folder; undefined if it has none that listens. */
export async function connectToWriter(dataDir: string): Promise<WriterClient | undefined> {
  let short: ReturnType<typeof shortPathOf> | undefined;
  try {
    short = shortPathOf(dataDir);
    return new SocketClient(await connected(short.path));
  } catch (error) {
    if (error instanceof Error && 'code' in error && isAbsence(error.code)) return undefined;
    throw new AuditError('unavailable', `cannot reach the writer of ${dataDir}: ${error}`, { cause: error });
  } finally {
    short?.release();
  }
}

function isAbsence(code: unknown): boolean {
  return code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTDIR';
}

function connected(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => resolve(socket));
    socket.once('error', reject);
  });
}

class SocketClient implements WriterClient {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, { take: (answer: Answer) => void; fail: (error: Error) => void }>();
  #nextId = 1;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.removeAllListeners('error');
    socket.on('error', () => {});
    socket.on('close', () => {
      const gone = new AuditError('outcome_unknown', 'the writer closed the connection before it answered');
      for (const { fail } of this.#waiting.values()) fail(gone);
    });
    onSocketLine(socket, Number.POSITIVE_INFINITY, (line) => {
      const answer: Answer = JSON.parse(line);
      this.#waiting.get(answer.id ?? 0)?.take(answer);
    });
  }

  async record(events: readonly AuditEvent[]): Promise<RecordResult[]> {
    return (await this.#ask({ kind: 'record', events })).results ?? [];
  }

  async rotateKey(): Promise<string> {
    return (await this.#ask({ kind: 'rotate_key' })).vkey ?? '';
  }

  watch(pending: (event: AuditEvent) => void, sealed: (size: number) => void): Promise<never> {
    return new Promise((_, fail) => {
      const id = this.#send({ kind: 'watch' });
      const take = (answer: Answer) => {
        if (answer.pending !== undefined) pending(answer.pending);
        if (answer.sealed !== undefined) sealed(answer.sealed);
        if (answer.error !== undefined) fail(errorOf(answer));
      };
      this.#waiting.set(id, { take, fail });
    });
  }

  close(): void {
    this.#waiting.clear();
    this.#socket.destroy();
  }

  #ask(request: object): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) throw new AuditError('unavailable', 'the writer is gone: nothing was sent to it');
      const id = this.#send(request);
      const take = (answer: Answer) => {
        this.#waiting.delete(id);
        if (answer.error === undefined) resolve(answer);
        else reject(errorOf(answer));
      };
      this.#waiting.set(id, { take, fail: reject });
    });
  }

  #send(request: object): number {
    const id = this.#nextId++;
    this.#socket.write(`${JSON.stringify({ id, ...request })}\n`);
    return id;
  }
}

function errorOf({ error = '', code = '' }: Answer): AuditError {
  return new AuditError(isErrorCode(code) ? code : 'internal', error);
}
