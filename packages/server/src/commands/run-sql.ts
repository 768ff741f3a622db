// What `sql` does once its flags are read: from a statement to its answer, on the screen or in a file that is there
// when it is whole.

import { copyFileSync, renameSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { AuditError } from '@indelible/log';
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
    if (format === 'parquet' && output !== undefined) return await writeParquet(engine, prepared, output, options);
    const writer = format === 'table' ? tableFormat(screen) : textFormats[format]();
    const sink = output === undefined ? streamSink(stdout, screen, format) : await openFileSink(output);
    const count = await writeAnswer(engine, prepared, options, writer, sink);
    if (format === 'table' && screen.isTerminal) stderr.write(screen.colours.dim(`${countOf(count, 'row')}\n`));
    return count;
  } catch (error) {
    throw explainError(request, prepared, error);
  }
}

const textFormats = { ndjson: ndjsonFormat, json: jsonFormat, csv: csvFormat, parquet: ndjsonFormat };

type Options = Parameters<QueryEngine['run']>[1];

interface Sink {
  write(text: string): Promise<void>;
  /** Makes what was written be there. */
  finish(): Promise<void>;
  abandon(): Promise<void>;
}

async function writeAnswer(
  engine: QueryEngine,
  { sql }: PreparedStatement,
  options: Options,
  format: AnswerFormat,
  sink: Sink,
): Promise<number> {
  try {
    const count = await engine.run(sql, options, async (result) => {
      let rows = 0;
      await sink.write(format.begin(result.columnNames()));
      for await (const batch of plainRows(result)) {
        rows += batch.length;
        await sink.write(format.rows(batch));
      }
      await sink.write(format.end());
      return rows;
    });
    await sink.finish();
    return count;
  } catch (error) {
    await sink.abandon();
    throw error;
  }
}

/** DuckDB writes where it may, and the whole file is copied beside its place and renamed. */
async function writeParquet(
  engine: QueryEngine,
  { sql }: PreparedStatement,
  output: string,
  options: Options,
): Promise<number> {
  const written = join(engine.scratchDir, 'answer.parquet');
  const copy = `COPY (${sql}) TO ${quoteText(written)} (FORMAT parquet, COMPRESSION zstd)`;
  const count = await engine.run(copy, options, async (result) => result.rowsChanged);
  try {
    copyFileSync(written, unfinishedName(output));
    renameSync(unfinishedName(output), output);
  } catch (cause) {
    throw notWritten(output, cause);
  }
  return count;
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

function streamSink(stdout: Streams['stdout'], { isTerminal }: Screen, format: AnswerFormatName): Sink {
  const isJson = format === 'json' || format === 'ndjson';
  const shown = isTerminal && isJson ? sanitizeLines : (text: string) => text;
  return { write: (text) => writeTo(stdout, shown(text)), finish: async () => {}, abandon: async () => {} };
}

function sanitizeLines(text: string): string {
  return text.split('\n').map(sanitizeJson).join('\n');
}

async function openFileSink(output: string): Promise<Sink> {
  const path = unfinishedName(output);
  let file: FileHandle;
  try {
    file = await open(path, 'w', 0o600);
  } catch (cause) {
    throw notWritten(output, cause);
  }
  return {
    write: async (text) => {
      await file.appendFile(text);
    },
    async finish() {
      await file.sync();
      await file.close();
      renameSync(path, output);
    },
    async abandon() {
      await file.close().catch(() => {});
      rmSync(path, { force: true });
    },
  };
}

function unfinishedName(output: string): string {
  return `${output}.${process.pid}.unfinished`;
}

function notWritten(output: string, cause: unknown): AuditError {
  return new AuditError('unavailable', `the answer cannot be written to ${output}`, { cause });
}
