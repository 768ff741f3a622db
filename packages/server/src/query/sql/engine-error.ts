// What DuckDB says of a failure, read from its error: as JSON where the connection has `errors_as_json`, else from the
// text, whose excerpt is of the rewritten statement and is left out.

import { parseTree, textOf } from './syntax-tree.ts';

export interface EngineError {
  /** Such as `Binder` or `Out of Memory`. */
  readonly type: string;
  readonly message: string;
  /** Byte offset in the statement that DuckDB was given. */
  readonly position?: number;
}

export function readEngineError(error: unknown): EngineError {
  const text = error instanceof Error ? error.message : String(error);
  return fromJson(text) ?? fromText(text);
}

function fromJson(text: string): EngineError | undefined {
  const start = text.indexOf('{"');
  if (start < 0) return undefined;
  try {
    const error = parseTree(text.slice(start));
    const message = textOf(error, 'exception_message') || textOf(error, 'error_message');
    if (message === '') return undefined;
    const type = textOf(error, 'exception_type') || capitalised(textOf(error, 'error_type'));
    return withPosition({ type, message: tidied(message) }, textOf(error, 'position'));
  } catch {
    return undefined;
  }
}

function fromText(text: string): EngineError {
  const [, type = '', message = text] = /^([A-Z][A-Za-z ]*?) Error: ([\s\S]*)$/.exec(text) ?? [];
  return { type, message: tidied(message.replace(/\n+LINE \d+: [\s\S]*$/, '')) };
}

function withPosition(error: EngineError, position: string): EngineError {
  return /^\d{1,9}$/.test(position) ? { ...error, position: Number(position) } : error;
}

/** Without empty lines between an error and its candidates, and without advice to change a setting. */
function tidied(message: string): string {
  return message
    .replace(/\n+Use "SET [\s\S]*$/, '')
    .trim()
    .replace(/\n{2,}/g, '\n');
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** `Binder error: …`, as it is shown above the user's text. */
export function headlineOf({ type, message }: EngineError): string {
  return type === '' ? message : `${type} error: ${message}`;
}
