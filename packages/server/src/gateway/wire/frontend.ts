// Decoders of the client's messages that say what is to be executed. Passwords (`p`) have no decoder, so that nothing
// can record them.

import { BodyReader } from './body-reader.ts';
import { frontend, wireError } from './message.ts';
import { type BoundValue, readBoundValue } from './value.ts';

/** Bodies of these types are read; all others pass by unread. */
export const readFrontendTypes: ReadonlySet<number> = new Set([
  frontend.query,
  frontend.parse,
  frontend.bind,
  frontend.describe,
  frontend.execute,
  frontend.close,
  frontend.functionCall,
  frontend.flush,
  frontend.sync,
]);

export interface Parse {
  readonly statement: string;
  readonly text: string;
  /** Type OIDs of the parameters as far as the client says; 0 is "not said". */
  readonly parameterTypes: readonly number[];
}

export interface Bind {
  readonly portal: string;
  readonly statement: string;
  readonly values: readonly BoundValue[];
}

/** What Describe and Close name. */
export interface NamedObject {
  readonly kind: 'statement' | 'portal';
  readonly name: string;
}

export function decodeQuery(body: Buffer): string {
  return new BodyReader(body).cstring();
}

export function decodeParse(body: Buffer): Parse {
  const reader = new BodyReader(body);
  const statement = reader.cstring();
  const text = reader.cstring();
  const parameterTypes = Array.from({ length: reader.count(4) }, () => reader.uint32());
  return { statement, text, parameterTypes };
}

export function decodeBind(body: Buffer): Bind {
  const reader = new BodyReader(body);
  const portal = reader.cstring();
  const statement = reader.cstring();
  const formats = Array.from({ length: reader.count(2) }, () => reader.int16());
  const count = reader.count(4);
  const values = Array.from({ length: count }, (_, position) => {
    // No format codes: all are text. One: it is that of all. Else one for each parameter.
    const format = formats.length === 1 ? formats[0] : formats[position];
    const length = reader.int32();
    return length === -1 ? null : readBoundValue(reader.bytes(length), format === 1);
  });
  return { portal, statement, values };
}

export function decodeNamedObject(body: Buffer): NamedObject {
  const reader = new BodyReader(body);
  const kind = reader.uint8();
  if (kind !== 0x53 && kind !== 0x50) throw wireError('08P01', 'a Describe or Close names neither kind of object');
  return { kind: kind === 0x53 ? 'statement' : 'portal', name: reader.cstring() };
}

export function decodeExecute(body: Buffer): { portal: string; rowsMax: number } {
  const reader = new BodyReader(body);
  return { portal: reader.cstring(), rowsMax: reader.int32() };
}

/** The OID of the function that the old fast-path interface calls. */
export function decodeFunctionCall(body: Buffer): number {
  return new BodyReader(body).uint32();
}
