// The one table from the kind of an error to the exit code of the program, and how an error is told to a person.

import { AuditError, type ErrorKind } from '@indelible/log';
import { CommanderError } from 'commander';

/** 1 means: done, and the answer is bad. No error does that; the verbs set it themselves. */
const exitCodes: Readonly<Record<ErrorKind, 2 | 3>> = {
  invalid: 2,
  unauthorized: 3,
  forbidden: 3,
  not_found: 3,
  conflict: 3,
  limit: 3,
  unavailable: 3,
  fatal: 3,
  internal: 3,
};

/** Prints what went wrong, and returns the exit code for it. */
export function reportError(error: unknown, stderr: { write(text: string): unknown }, debug: boolean): number {
  if (error instanceof CommanderError) {
    // Commander has printed what there was to say; help and version end this way too, and are no errors.
    return error.exitCode === 0 ? 0 : 2;
  }
  if (debug) stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  else stderr.write(error instanceof AuditError ? `error: ${error.message}\n` : unexpected(error));
  return error instanceof AuditError ? exitCodes[error.kind] : exitCodes.internal;
}

function unexpected(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [line = ''] = message.split('\n');
  return `error: something unexpected happened: ${line} (INDELIBLE_DEBUG=1 shows where; please report it)\n`;
}
