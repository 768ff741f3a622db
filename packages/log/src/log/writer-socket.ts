// The writer's door: `<data>/indelible.sock`, through which a command beside a running writer appends. One JSON object
// a line each way:
//
//   {"id":1,"kind":"record","events":[…]}      {"id":1,"results":[{"seq":7},{"excluded":true},{"error":"…"}]}
//   {"id":2,"kind":"rotate_key"}               {"id":2,"vkey":"…"}
//   {"id":3,"kind":"watch"}                    {"id":3,"pending":{…event}} and {"id":3,"sealed":<size>}, until closed
//   what cannot be done                        {"id":4,"error":"…","code":"…"}

import { chmodSync, closeSync, openSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { AuditError } from '../base/errors.ts';
import { onSocketLine } from '../base/socket-lines.ts';
import { type AuditEvent, validateEvent } from '../event/event.ts';

/** What became of one event. */
export interface RecordResult {
  readonly seq?: number;
  readonly excluded?: true;
  readonly spooled?: true;
  readonly error?: string;
}

/** What the writer does when asked. */
export interface WriterHandlers {
  record(event: AuditEvent): Promise<RecordResult>;
  rotateKey(): Promise<string>;
  /** Calls the listeners for each event taken and each commit sealed, until the returned function is called. */
  watch(pending: (event: AuditEvent) => void, sealed: (size: number) => void): () => void;
}

export interface WriterSocket {
  close(): Promise<void>;
}

/** The longest request line; a longer one ends the connection. */
const requestBytesMax = 16 << 20;
/** What may wait for a client that does not read, such as a paused `tail`, before it is let go. */
const unreadBytesMax = 16 << 20;
/** The longest path that the system takes for a socket. */
const socketPathMax = 104;

/** Listens at the data folder's socket. Only the holder of the writer's lock may. */
export async function listenAtWriterSocket(dataDir: string, handlers: WriterHandlers): Promise<WriterSocket> {
  const path = join(dataDir, 'indelible.sock');
  rmSync(path, { force: true });
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    // A client that goes away in the middle is its own affair.
    socket.on('error', () => socket.destroy());
    serve(socket, handlers);
  });
  const short = shortPathOf(dataDir);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(short.path, resolve);
  }).finally(short.release);
  chmodSync(path, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          rmSync(path, { force: true });
          resolve();
        });
        for (const socket of connections) socket.destroy();
      }),
  };
}

/**
 * A path to the socket that is short enough for the system: a data folder may lie deeper than 104 characters. On Linux
 * a descriptor of the folder stands for it. Call `release` once connected or listening.
 */
export function shortPathOf(dataDir: string): { path: string; release: () => void } {
  const path = join(dataDir, 'indelible.sock');
  if (Buffer.byteLength(path) <= socketPathMax || process.platform !== 'linux') return { path, release: () => {} };
  const fd = openSync(dataDir, 'r');
  return { path: `/proc/self/fd/${fd}/indelible.sock`, release: () => closeSync(fd) };
}

function serve(socket: Socket, handlers: WriterHandlers): void {
  const send = (answer: object) => {
    if (socket.destroyed) return;
    socket.write(`${JSON.stringify(answer)}\n`);
    if (socket.writableLength > unreadBytesMax) socket.destroy();
  };
  onSocketLine(socket, requestBytesMax, (line) => void answer(line, handlers, send, socket));
}

async function answer(
  line: string,
  handlers: WriterHandlers,
  send: (answer: object) => void,
  socket: Socket,
): Promise<void> {
  let id: unknown;
  try {
    const request = parseRequest(line);
    ({ id } = request);
    if (request.kind === 'record') {
      // All at once: they share commits, and keep their order.
      const results = await Promise.all(eventsOf(request).map((event) => recordOne(event, handlers)));
      send({ id, results });
    } else if (request.kind === 'rotate_key') {
      send({ id, vkey: await handlers.rotateKey() });
    } else if (request.kind === 'watch') {
      const stop = handlers.watch(
        (pending) => send({ id, pending }),
        (sealed) => send({ id, sealed }),
      );
      socket.on('close', stop);
    } else {
      throw new AuditError('invalid_argument', `unknown request ${JSON.stringify(request.kind)}`);
    }
  } catch (error) {
    const { code, message } = error instanceof AuditError ? error : new AuditError('internal', String(error));
    send({ id, error: message, code });
  }
}

async function recordOne(event: unknown, handlers: WriterHandlers): Promise<RecordResult> {
  try {
    return await handlers.record(validateEvent(event));
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function parseRequest(line: string): { id?: unknown; kind?: unknown; events?: unknown } {
  let request: unknown;
  try {
    request = JSON.parse(line);
  } catch (cause) {
    throw new AuditError('invalid_json', 'a request is one JSON object a line', { cause });
  }
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    throw new AuditError('invalid_json', 'a request is a JSON object');
  }
  return request;
}

function eventsOf({ events }: { events?: unknown }): unknown[] {
  if (!Array.isArray(events)) throw new AuditError('invalid_argument', 'events must be an array of events');
  return events;
}
