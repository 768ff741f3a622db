// The vocabulary of the PostgreSQL protocol, version 3: message types as byte codes, and the error for bytes that are
// not the protocol. https://www.postgresql.org/docs/current/protocol-message-formats.html
//
//   typed message      ┌──────┬───────────────┬──────────────┐
//                      │ type │ length (int32)│ body         │   length counts itself and the body, not the type
//                      └──────┴───────────────┴──────────────┘
//   startup packet            ┌───────────────┬──────────────┐
//                             │ length (int32)│ body         │
//                             └───────────────┴──────────────┘

import { AuditError } from '@indelible/log';

const code = (letter: string) => letter.charCodeAt(0);

/** Messages that a client sends. */
export const frontend = {
  bind: code('B'),
  close: code('C'),
  copyDone: code('c'),
  copyFail: code('f'),
  describe: code('D'),
  execute: code('E'),
  flush: code('H'),
  functionCall: code('F'),
  parse: code('P'),
  query: code('Q'),
  sync: code('S'),
  terminate: code('X'),
} as const;

/** Messages that a server sends. */
export const backend = {
  authentication: code('R'),
  bindComplete: code('2'),
  closeComplete: code('3'),
  commandComplete: code('C'),
  copyBothResponse: code('W'),
  copyData: code('d'),
  copyInResponse: code('G'),
  copyOutResponse: code('H'),
  dataRow: code('D'),
  emptyQueryResponse: code('I'),
  error: code('E'),
  functionCallResponse: code('V'),
  keyData: code('K'),
  noData: code('n'),
  parameterDescription: code('t'),
  parameterStatus: code('S'),
  parseComplete: code('1'),
  portalSuspended: code('s'),
  readyForQuery: code('Z'),
  rowDescription: code('T'),
} as const;

/** Bytes before the body of a typed message: its type and its length. */
export const headerBytes = 5;

export interface Message {
  readonly type: number;
  /** Undefined where the reader was told not to keep bodies of this type. Valid only until the next message is read. */
  readonly body: Buffer | undefined;
  /** Bytes on the wire, header included. */
  readonly size: number;
}

/**
 * What the other side sent breaks the protocol (08P01) or a limit (54000), and the connection cannot go on.
 * `details.sqlstate` says which.
 */
export function wireError(sqlstate: '08P01' | '54000', message: string): AuditError {
  return new AuditError('invalid_message', message, { details: { sqlstate } });
}
