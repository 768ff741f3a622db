// Turns an error of running a rewritten statement into one about what the user wrote, with the place in their text.

import { AuditError } from '@indelible/log';
import { headlineOf, readEngineError } from './engine-error.ts';
import { placeOfName } from './places.ts';
import type { PreparedStatement, StatementRequest } from './prepare-statement.ts';
import { textError } from './text-error.ts';

/** Not about the statement's text but about what its answer would need. */
const limits: Readonly<Record<string, string>> = {
  'Out of Memory': 'the answer needs more memory than queries may use; narrow it by time, or ask for fewer columns',
  INTERRUPT: 'the query was stopped',
  Interrupt: 'the query was stopped',
};

/**
 * @param error What running `prepared.sql` ended with. Its place is known on a connection with `errors_as_json`.
 */
export function explainError(
  { text }: StatementRequest,
  { tree, places }: PreparedStatement,
  error: unknown,
): AuditError {
  if (error instanceof AuditError) return error;
  const found = readEngineError(error);
  const limit = limits[found.type];
  if (limit !== undefined) return new AuditError('limit_reached', limit, { cause: error });
  const place = found.position === undefined ? undefined : places.get(found.position);
  const [, member] = /^Could not find key "([^"]+)"/.exec(found.message) ?? [];
  return textError(text, headlineOf(found), place ?? (member === undefined ? undefined : placeOfName(tree, member)));
}
