// Asks the index where the records are that answer a search: their positions, in the order wanted, in batches. What is
// asked goes through the guard as a whole, so that a person's own expression can do no more than any statement.

import { AuditError } from '@indelible/log';
import { plainRows } from './answer/plain-value.ts';
import type { QueryEngine } from './engine.ts';
import { explainError } from './sql/explain-error.ts';
import { parseStatement } from './sql/parse-statement.ts';
import { type PreparedStatement, prepareStatement } from './sql/prepare-statement.ts';
import { textError } from './sql/text-error.ts';

export const sortings = ['position', 'time', 'duration', 'rows'] as const;
export type Sorting = (typeof sortings)[number];

export interface RecordsRequest {
  /** Of `conditionsOf`. */
  readonly conditions: string;
  /** An expression as a person wrote it. */
  readonly where?: string;
  readonly sorting: Sorting;
  readonly isDescending: boolean;
  /** At most so many. */
  readonly limit?: number;
  /** What `now()` is: a canonical timestamp. */
  readonly now: string;
  readonly signal?: AbortSignal;
}

export interface IndexedRecord {
  readonly seq: number;
  /** Canonical; the time of the seal. */
  readonly recordedAt: string;
}

/** Takes a batch; false ends the search. */
export type TakeRecords = (records: readonly IndexedRecord[]) => Promise<boolean>;

const keys: Readonly<Record<Sorting, string>> = {
  position: 'seq',
  time: '"timestamp"',
  duration: 'operation.duration_ms',
  rows: 'greatest(operation.rows_returned, operation.rows_affected)',
};

/** Lines are fetched by the batch: a smaller one opens files often, a larger one holds more lines in memory. */
const batchRecords = 4_096;

/**
 * Records that have nothing to be sorted by come last.
 * @throws AuditError about the place in `where`, or about a limit; what `take` throws.
 */
export async function searchRecords(engine: QueryEngine, request: RecordsRequest, take: TakeRecords): Promise<void> {
  const { where, signal } = request;
  let failure: { readonly error: unknown } | undefined;
  const taking: TakeRecords = (records) =>
    take(records).catch((error: unknown) => {
      failure = { error };
      throw error;
    });
  const statement = { text: statementOf(request), parameters: new Map<string, string>(), now: request.now };
  let prepared: PreparedStatement | undefined;
  try {
    if (where !== undefined) await parseStatement(engine.connection, `SELECT\n${where}`);
    prepared = await prepareStatement(engine.connection, statement);
    await engine.run(prepared.sql, { bounds: prepared.bounds, ...(signal && { signal }) }, (result) =>
      takeBatches(plainRows(result), taking),
    );
  } catch (error) {
    signal?.throwIfAborted();
    if (failure !== undefined) throw failure.error;
    const explained = prepared === undefined ? error : explainError(statement, prepared, error);
    throw where === undefined ? explained : underExpression(where, explained);
  }
}

// The expression has lines of its own: a comment in it ends with them, and an error's line is that of the expression
// and one. Alone after SELECT it has to parse too, so that it cannot close the parenthesis that it stands in.
function statementOf({ conditions, where, sorting, isDescending, limit }: RecordsRequest): string {
  const own = where === undefined ? '' : ` AND (\n${where}\n)`;
  const direction = isDescending ? 'DESC' : 'ASC';
  const ties = sorting === 'position' ? '' : `, seq ${direction}`;
  const order = `${keys[sorting]} ${direction} NULLS LAST${ties}`;
  const end = limit === undefined ? '' : ` LIMIT ${limit}`;
  return `SELECT seq, recorded_at FROM system.audit_log WHERE ${conditions}${own} ORDER BY ${order}${end}`;
}

async function takeBatches(rows: AsyncIterable<readonly (readonly unknown[])[]>, take: TakeRecords): Promise<void> {
  let batch: IndexedRecord[] = [];
  for await (const chunk of rows) {
    for (const [seq, recordedAt] of chunk) batch.push({ seq: Number(seq), recordedAt: String(recordedAt) });
    if (batch.length < batchRecords) continue;
    if (!(await take(batch))) return;
    batch = [];
  }
  if (batch.length > 0) await take(batch);
}

/** The same error with its place in the expression, which begins at the second line of the statement. */
function underExpression(where: string, error: unknown): unknown {
  if (!(error instanceof AuditError)) return error;
  const { line, column } = error.details;
  if (typeof line !== 'number' || typeof column !== 'number') return error;
  const message = `--where: ${error.message.slice(0, error.message.lastIndexOf('\nLINE '))}`;
  const lines = where.split('\n');
  const before = [...lines.slice(0, line - 2), [...(lines[line - 2] ?? '')].slice(0, column - 1).join('')];
  return textError(where, message, Buffer.byteLength(line - 2 < lines.length ? before.join('\n') : where));
}
