// What the client asked for and the server has yet to answer: one operation for each message that gets an answer. The
// wire names statements and portals; they are looked up when the answer comes, for only then is it known what they
// name.

import type { StatementAnalysis } from '../statement/analysis.ts';
import {
  type Bind,
  decodeBind,
  decodeExecute,
  decodeFunctionCall,
  decodeNamedObject,
  decodeParse,
  decodeQuery,
  type NamedObject,
  type Parse,
} from '../wire/frontend.ts';
import { frontend, type Message } from '../wire/message.ts';

interface Sent {
  sentAtMs: number;
  /** Bytes of COPY data that the client sent for it. */
  copyBytes: number;
}

export interface QueryOperation extends Sent {
  readonly kind: 'query';
  readonly statements: readonly StatementAnalysis[];
  /** Which of the statements the next answer is about. */
  position: number;
  rows: number;
  bytes: number;
  failed: boolean;
}

export interface ParseOperation extends Sent, Parse {
  readonly kind: 'parse';
  readonly statements: readonly StatementAnalysis[];
}

export interface BindOperation extends Sent, Bind {
  readonly kind: 'bind';
}

export interface DescribeOperation extends Sent {
  readonly kind: 'describe';
  readonly object: NamedObject;
}

export interface CloseOperation extends Sent {
  readonly kind: 'close';
  readonly object: NamedObject;
}

export interface ExecuteOperation extends Sent {
  readonly kind: 'execute';
  readonly portal: string;
}

export interface FunctionOperation extends Sent {
  readonly kind: 'function';
  readonly functionOid: number;
  answered: boolean;
}

/** `copy_end` (CopyDone, CopyFail) gets no answer of its own: it marks where the Syncs count again. */
export interface MarkOperation extends Sent {
  readonly kind: 'sync' | 'copy_end';
}

export type Operation =
  | QueryOperation
  | ParseOperation
  | BindOperation
  | DescribeOperation
  | CloseOperation
  | ExecuteOperation
  | FunctionOperation
  | MarkOperation;

/**
 * The operation of a client's message; undefined for messages that get no answer.
 * @throws AuditError `invalid_message` for a body that is not what its type says.
 */
export function decodeOperation(
  { type, body }: Message,
  analyze: (text: string) => readonly StatementAnalysis[],
  sentAtMs: number,
): Operation | undefined {
  const sent = { sentAtMs, copyBytes: 0 };
  if (type === frontend.copyDone || type === frontend.copyFail) return { kind: 'copy_end', ...sent };
  if (body === undefined) return undefined;
  switch (type) {
    case frontend.query:
      return {
        kind: 'query',
        statements: analyze(decodeQuery(body)),
        position: 0,
        rows: 0,
        bytes: 0,
        failed: false,
        ...sent,
      };
    case frontend.parse: {
      const parse = decodeParse(body);
      return { kind: 'parse', statements: analyze(parse.text), ...parse, ...sent };
    }
    case frontend.bind:
      return { kind: 'bind', ...decodeBind(body), ...sent };
    case frontend.describe:
      return { kind: 'describe', object: decodeNamedObject(body), ...sent };
    case frontend.close:
      return { kind: 'close', object: decodeNamedObject(body), ...sent };
    case frontend.execute:
      return { kind: 'execute', portal: decodeExecute(body).portal, ...sent };
    case frontend.functionCall:
      return { kind: 'function', functionOid: decodeFunctionCall(body), answered: false, ...sent };
    case frontend.sync:
      return { kind: 'sync', ...sent };
    default:
      return undefined;
  }
}
