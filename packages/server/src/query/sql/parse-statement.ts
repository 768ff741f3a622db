// Text to syntax tree and back, by DuckDB's own parser: there is no second opinion of what a statement means. Only
// SELECT becomes a tree; everything else stops here, as do a text that is too long and more than one statement.

import type { DuckDBConnection } from '@duckdb/node-api';
import { headlineOf, readEngineError } from './engine-error.ts';
import { parserError } from './parser-errors.ts';
import { formatTree, locationOf, nodesOf, parseTree, type SqlNode } from './syntax-tree.ts';
import { textError } from './text-error.ts';

const textBytesMax = 64 * 1024;
const treeCharsMax = 3 * 1024 * 1024;
const example = 'for example: SELECT timestamp, actor.user_id, subtype FROM system.audit_log LIMIT 20';

/** @throws AuditError about the text. */
export async function parseStatement(connection: DuckDBConnection, text: string): Promise<SqlNode> {
  const answer = readTree(text, await callWithText(connection, 'json_serialize_sql($1::VARCHAR)', text));
  if (answer.error === true) throw parserError(text, readEngineError(formatTree(answer)));
  const [statement, second] = nodesOf(answer, 'statements');
  if (statement === undefined) throw textError(text, `the statement is empty; ${example}`);
  if (second !== undefined) {
    throw textError(text, 'Not allowed: more than one statement; run them one at a time', locationOf(second));
  }
  return statement;
}

/** The statement as text again, for the engine to run. @throws AuditError */
export async function writeStatement(connection: DuckDBConnection, text: string, tree: SqlNode): Promise<string> {
  const answer = { error: false, statements: [tree] };
  try {
    return await callWithText(connection, 'json_deserialize_sql($1::JSON)', formatTree(answer));
  } catch (error) {
    throw textError(text, headlineOf(readEngineError(error)));
  }
}

/** @throws AuditError if a text that a user gives is too long, or no text at all. */
export function checkText(text: string, what: string): void {
  const bytes = Buffer.byteLength(text);
  if (bytes > textBytesMax) {
    throw textError(text, `${what} is too long: ${bytes} bytes, and at most ${textBytesMax} are read`);
  }
  if (text.includes('\0') || /\p{Cs}/u.test(text)) {
    throw textError(text, `${what} is not text: it contains a NUL character or half of a surrogate pair`);
  }
}

async function callWithText(connection: DuckDBConnection, call: string, argument: string): Promise<string> {
  const statement = await connection.prepare(`SELECT ${call}`);
  try {
    statement.bindVarchar(1, argument);
    const [row = []] = (await statement.runAndReadAll()).getRows();
    return String(row[0]);
  } finally {
    statement.destroySync();
  }
}

function readTree(text: string, json: string): SqlNode {
  if (json.length > treeCharsMax) {
    throw textError(text, 'Not allowed: a statement of this many parts; run it as several statements');
  }
  try {
    return parseTree(json);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw textError(text, 'Not allowed: a number that is too large to be one; write it smaller, or as text');
  }
}
