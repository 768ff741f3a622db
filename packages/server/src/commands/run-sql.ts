// What `sql` does once its flags are read: from a statement to its answer, on the screen or in a file that is there
// when it is whole.

import { chmod, copyFile, open } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTargetFile } from '../export/file/target-file.ts';
import {
  type AnswerFormat,
  type AnswerFormatName,
  csvFormat,
  jsonFormat,
  ndjsonFormat,
  type Row,
} from '../query/answer/answer-format.ts';
import { cellOf, plainRows } from '../query/answer/plain-value.ts';
import { quoteText } from '../query/columns.ts';
import type { QueryEngine } from '../query/engine.ts';
import { explainError } from '../query/sql/explain-error.ts';
import { type PreparedStatement, prepareStatement, type StatementRequest } from '../query/sql/prepare-statement.ts';
import { countOf } from '../terminal/format.ts';
import { sanitizeJson } from '../terminal/sanitize.ts';
import { type Screen, screenOf } from '../terminal/screen.ts';
import { createTable } from '../terminal/table.ts';
import { writeTo } from '../terminal/write.ts';
import type { Streams } from './run-search.ts';

export interface SqlRun {
  readonly request: StatementRequest;
  readonly format: AnswerFormatName;
  readonly output?: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Resolves to the number of rows. @throws AuditError about the user's own text, or about a limit. */
export async function runSql(engine: QueryEngine, run: SqlRun, { stdout, stderr }: Streams): Promise<number> {
  const { request, format, output, timeoutMs, signal } = run;
  const prepared = await prepareStatement(engine.connection, request);
  const options = { bounds: prepared.bounds, signal, timeoutMs };
  const screen = screenOf(stdout);
  try {
    const writer = format === 'table' ? tableFormat(screen) : textFormats[format]();
    const answer = (write: Write) => writeAnswer(engine, prepared, options, writer, write);
    if (output !== undefined) {
      return await writeTargetFile(output, true, (path) =>
        format === 'parquet' ? writeParquet(engine, prepared, path, options) : withFile(path, answer),
      );
    }
    const count = await answer(writerTo(stdout, screen, format));
    if (format === 'table' && screen.isTerminal) stderr.write(screen.colours.dim(`${countOf(count, 'row')}\n`));
    return count;
  } catch (error) {
    throw explainError(request, prepared, error);
  }
}

const textFormats = { ndjson: ndjsonFormat, json: jsonFormat, csv: csvFormat, parquet: ndjsonFormat };

type Options = Parameters<QueryEngine['run']>[1];

type Write = (text: string) => Promise<void>;

function writeAnswer(
  engine: QueryEngine,
  { sql }: PreparedStatement,
  options: Options,
  format: AnswerFormat,
  write: Write,
): Promise<number> {
  return engine.run(sql, options, async (result) => {
    let count = 0;
    await write(format.begin(result.columnNames()));
    for await (const rows of plainRows(result)) {
      count += rows.length;
      await write(format.rows(rows));
    }
    await write(format.end());
    return count;
  });
}

/** DuckDB writes where it may, and the whole file is copied to its place. */
async function writeParquet(
  engine: QueryEngine,
  { sql }: PreparedStatement,
  path: string,
  options: Options,
): Promise<number> {
  const written = join(engine.scratchDir, 'answer.parquet');
  const copy = `COPY (${sql}) TO ${quoteText(written)} (FORMAT parquet, COMPRESSION zstd)`;
  const count = await engine.run(copy, options, async (result) => result.rowsChanged);
  await copyFile(written, path);
  // A copy takes on the mode of what it was copied from.
  await chmod(path, 0o600);
  return count;
}

async function withFile<T>(path: string, use: (write: Write) => Promise<T>): Promise<T> {
  const file = await open(path, 'w');
  try {
    return await use((text) => file.appendFile(text));
  } finally {
    await file.close();
  }
}

/** Rows as a person reads them. */
function tableFormat(screen: Screen): AnswerFormat {
  let table: ReturnType<typeof createTable> | undefined;
  return {
    begin(columns) {
      table = createTable(
        columns.map((header) => ({ header, flexible: true })),
        screen,
      );
      return table.render([]);
    },
    rows: (rows: readonly Row[]) => table?.render(rows.map((row) => row.map(cellOf))) ?? '',
    end: () => '',
  };
}

function writerTo(stdout: Streams['stdout'], { isTerminal }: Screen, format: AnswerFormatName): Write {
  const isJson = format === 'json' || format === 'ndjson';
  const shown = isTerminal && isJson ? sanitizeLines : (text: string) => text;
  return (text) => writeTo(stdout, shown(text));
}

function sanitizeLines(text: string): string {
  return text.split('\n').map(sanitizeJson).join('\n');
}
