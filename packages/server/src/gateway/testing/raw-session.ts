// A logged-in session to which a test writes the protocol's messages itself, in any order and with any timing.

import type { Socket } from 'node:net';
import type pg from 'pg';
import { Framer } from '../wire/framer.ts';

export interface Answer {
  readonly type: string;
  readonly body: string;
}

export class RawSession {
  readonly answers: Answer[] = [];
  readonly #socket: Socket;
  #watchers: (() => void)[] = [];

  /** Takes the socket of a client that node-postgres has logged in. */
  constructor(client: pg.Client) {
    this.#socket = (client as unknown as { connection: { stream: Socket } }).connection.stream;
    this.#socket.removeAllListeners('data');
    const framer = new Framer({ keeps: () => true, keptBytesMax: 1e6, beyondMax: 'head' });
    this.#socket.on('data', (chunk: Buffer) => {
      for (let at = 0; at < chunk.length; ) {
        const { end, message } = framer.read(chunk, at);
        at = end;
        if (message !== undefined) this.#took({ type: String.fromCharCode(message.type), body: String(message.body) });
      }
    });
  }

  send(...messages: Buffer[]): void {
    this.#socket.write(Buffer.concat(messages));
  }

  /** The types of all answers up to the given number of ReadyForQuery, or to the given type. */
  async until(type: string, count = 1): Promise<string> {
    while (this.answers.filter((answer) => answer.type === type).length < count) {
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
    return this.answers.map((answer) => answer.type).join('');
  }

  end(): void {
    this.#socket.end(raw('X'));
  }

  #took(answer: Answer): void {
    this.answers.push(answer);
    for (const watcher of this.#watchers.splice(0)) watcher();
  }
}

/** A message of a type and the parts of its body: strings get their zero byte, numbers are int16. */
export function raw(type: string, ...parts: (string | number | Buffer)[]): Buffer {
  const bytes = parts.map((part) => {
    if (typeof part === 'string') return Buffer.from(`${part}\0`);
    return typeof part === 'number' ? Buffer.from([part >> 8, part & 0xff]) : part;
  });
  const body = Buffer.concat(bytes);
  const header = Buffer.alloc(5);
  header.write(type);
  header.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
}

const int32 = (value: number) => Buffer.from([value >>> 24, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff]);

export const parse = (text: string, name = '') => raw('P', name, text, 0);
export const bind = (portal = '', statement = '') => raw('B', portal, statement, 0, 0, 0);
export const execute = (portal = '', rowsMax = 0) => raw('E', portal, int32(rowsMax));
export const describe = (statement = '') => raw('D', Buffer.from('S'), statement);
export const closePortal = (portal: string) => raw('C', Buffer.from('P'), portal);
export const sync = raw('S');

/** Parse, Bind and Execute of one statement. */
export const run = (text: string) => Buffer.concat([parse(text), bind(), execute()]);
