// The packets that come before typed messages: requests for encryption, requests to cancel, and the startup message
// that names user and database.

import { BodyReader } from './body-reader.ts';
import { wireError } from './message.ts';

/** PostgreSQL's own limit for a startup packet. */
const startupBytesMax = 10_000;
const cancelRequestCode = 80877102;
const sslRequestCode = 80877103;
const gssencRequestCode = 80877104;

export type StartupPacket =
  | { readonly kind: 'encryption' }
  | { readonly kind: 'cancel'; readonly processId: number }
  | {
      readonly kind: 'startup';
      /** `3.0`, `3.2`. */
      readonly protocol: string;
      readonly parameters: ReadonlyMap<string, string>;
    };

/** Collects one startup packet; at most 10,000 bytes are ever held. */
export class StartupReader {
  #held: Buffer = Buffer.alloc(0);

  /**
   * Takes a chunk; once the packet is whole gives it, its bytes and the rest of the chunk.
   * @throws AuditError `invalid_message` for what is no startup packet.
   */
  read(chunk: Buffer): { packet: StartupPacket; bytes: Buffer; rest: Buffer } | undefined {
    const held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    if (held[0] === 0x16) throw wireError('08P01', 'direct TLS connections are not available; use sslmode=disable');
    if (held.length < 4) {
      this.#held = held;
      return undefined;
    }
    const length = held.readInt32BE(0);
    if (length < 8 || length > startupBytesMax) throw wireError('08P01', 'invalid length of startup packet');
    if (held.length < length) {
      this.#held = held;
      return undefined;
    }
    this.#held = Buffer.alloc(0);
    return {
      packet: decodeStartup(held.subarray(4, length)),
      bytes: held.subarray(0, length),
      rest: held.subarray(length),
    };
  }
}

function decodeStartup(body: Buffer): StartupPacket {
  const reader = new BodyReader(body);
  const code = reader.uint32();
  if (code === sslRequestCode || code === gssencRequestCode) return { kind: 'encryption' };
  if (code === cancelRequestCode) return { kind: 'cancel', processId: reader.int32() };
  const major = code >>> 16;
  if (major !== 3) throw wireError('08P01', `unsupported frontend protocol ${major}.${code & 0xffff}`);
  return { kind: 'startup', protocol: `${major}.${code & 0xffff}`, parameters: decodeParameters(reader) };
}

function decodeParameters(reader: BodyReader): Map<string, string> {
  const parameters = new Map<string, string>();
  while (reader.remaining > 0) {
    const name = reader.cstring();
    if (name === '') break;
    parameters.set(name, reader.cstring());
  }
  return parameters;
}
