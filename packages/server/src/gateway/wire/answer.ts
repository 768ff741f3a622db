// The few messages that the gateway makes itself.

import { frontend } from './message.ts';

/** Answers a request for encryption: there is none. */
export const encryptionRefused = Buffer.from('N');

export const flushMessage = Buffer.from([frontend.flush, 0, 0, 0, 4]);
export const terminateMessage = Buffer.from([frontend.terminate, 0, 0, 0, 4]);

/** An ErrorResponse that ends the connection. `hint` says what to do about it. */
export function fatalError(sqlstate: string, message: string, hint?: string): Buffer {
  const fields = [`SFATAL`, `VFATAL`, `C${sqlstate}`, `M${message}`, ...(hint === undefined ? [] : [`H${hint}`])];
  const body = Buffer.from(`${fields.map((field) => `${field.replaceAll('\0', '')}\0`).join('')}\0`);
  const header = Buffer.alloc(5);
  header.write('E', 0);
  header.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
}
