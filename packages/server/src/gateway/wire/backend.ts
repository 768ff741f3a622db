// Decoders of the server's messages that say what came of a statement. They forgive a body of which only the head was
// kept: what the server sends is not refused.

import { BodyReader } from './body-reader.ts';
import { backend } from './message.ts';

/** Bodies of these types are read; rows and copied data pass by unread. */
export const readBackendTypes: ReadonlySet<number> = new Set([
  backend.authentication,
  backend.keyData,
  backend.parameterStatus,
  backend.readyForQuery,
  backend.commandComplete,
  backend.error,
  backend.parameterDescription,
]);

/** What a command's tag tells: `INSERT 0 5` is five rows. */
export interface CommandTag {
  readonly text: string;
  readonly rows: number | undefined;
}

export interface ServerError {
  /** `ERROR`, `FATAL` or `PANIC`, never translated. */
  readonly severity: string;
  readonly sqlstate: string;
  readonly message: string;
}

/** How the session stands: idle, in a transaction block, in a failed one. */
export type TransactionStatus = 'I' | 'T' | 'E';

export function decodeCommandTag(body: Buffer): CommandTag {
  const text = textUntilZero(body);
  const digits = / (\d{1,15})$/.exec(text)?.[1];
  return { text, rows: digits === undefined ? undefined : Number(digits) };
}

export function decodeServerError(body: Buffer): ServerError {
  const fields = new Map<string, string>();
  let at = 0;
  while (at < body.length && body[at] !== 0) {
    const zero = body.indexOf(0, at + 1);
    const end = zero === -1 ? body.length : zero;
    fields.set(String.fromCharCode(body[at]!), body.toString('utf8', at + 1, end));
    at = end + 1;
  }
  return {
    severity: fields.get('V') ?? fields.get('S') ?? 'ERROR',
    sqlstate: fields.get('C') ?? 'XX000',
    message: fields.get('M') ?? '',
  };
}

export function decodeTransactionStatus(body: Buffer): TransactionStatus {
  const letter = String.fromCharCode(body[0] ?? 0);
  return letter === 'T' || letter === 'E' ? letter : 'I';
}

export function decodeParameterStatus(body: Buffer): { name: string; value: string } {
  const zero = body.indexOf(0);
  return { name: textUntilZero(body), value: zero === -1 ? '' : textUntilZero(body.subarray(zero + 1)) };
}

export function decodeParameterTypes(body: Buffer): number[] {
  const reader = new BodyReader(body);
  return Array.from({ length: reader.count(4) }, () => reader.uint32());
}

export function decodeProcessId(body: Buffer): number | undefined {
  return body.length >= 4 ? body.readInt32BE(0) : undefined;
}

/** How the server asks for proof of identity; `ok` when it has it. Undefined for the later steps of an exchange. */
export function decodeAuthentication(body: Buffer): string | undefined {
  if (body.length < 4) return undefined;
  switch (body.readInt32BE(0)) {
    case 0:
      return 'ok';
    case 3:
      return 'password';
    case 5:
      return 'md5';
    case 7:
      return 'gss';
    case 9:
      return 'sspi';
    case 10:
      return textUntilZero(body.subarray(4))
        .toLowerCase()
        .replace(/-plus$/, '');
    default:
      return undefined;
  }
}

function textUntilZero(body: Buffer): string {
  const zero = body.indexOf(0);
  return body.toString('utf8', 0, zero === -1 ? body.length : zero);
}
