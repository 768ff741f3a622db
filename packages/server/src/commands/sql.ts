// `indelible sql`: a statement over the log, from the command line, a file, a pipe or a prompt.

import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { AuditError, formatTimestamp } from '@indelible/log';
import { Command, Option } from 'commander';
import { parseDuration } from '../config/duration.ts';
import { type AnswerFormatName, answerFormats } from '../query/answer/answer-format.ts';
import { configFor, globalOptions, readGlobalOptions } from './global-options.ts';
import { runSql } from './run-sql.ts';
import { withQuery } from './with-query.ts';

interface SqlFlags {
  readonly file?: string;
  readonly param?: readonly string[];
  readonly format?: AnswerFormatName;
  readonly output?: string;
  readonly timeout?: string;
}

const collect = (value: string, before: readonly string[] = []) => [...before, value];

export function sqlCommand(): Command {
  return globalOptions(new Command('sql').description('ask the log in SQL'))
    .argument('[statement]', 'a SELECT over system.audit_log; without it, the statement comes from stdin')
    .option('-f, --file <file>', 'read the statement from a file')
    .option('--param <name=value>', 'the value of $name in the statement; may be repeated', collect)
    .addOption(new Option('--format <format>', 'how to print the answer').choices(answerFormats))
    .option('-o, --output <file>', 'write the answer there; it appears when it is whole')
    .option('--timeout <duration>', 'end a statement that takes longer (default: query.timeout)')
    .addHelpText(
      'after',
      `
The table system.audit_log has the fields of an event as columns (docs/events.md), nested ones by their dotted names,
and with them seq (the position) and recorded_at (the time of the seal). Only SELECT over the log is possible.
The answer is a table on a terminal and JSON lines in a pipe, unless --format says otherwise.
Examples:
  $ indelible sql "SELECT actor.user_id, count(*) FROM system.audit_log GROUP BY 1 ORDER BY 2 DESC LIMIT 20"
  $ indelible sql "SELECT timestamp, operation.query FROM system.audit_log
                   WHERE details.required_permission LIKE '%admin%' ORDER BY timestamp DESC"
  $ indelible sql --file q.sql --param start_date=2026-01-01 --param end_date=2026-01-31 --format csv -o january.csv`,
    )
    .action((statement: string | undefined, flags: SqlFlags, command: Command) => sql(statement, flags, command));
}

async function sql(statement: string | undefined, flags: SqlFlags, command: Command): Promise<void> {
  const request = {
    text: await readStatement(statement, flags.file),
    parameters: readParameters(flags.param ?? []),
    now: formatTimestamp(Date.now() * 1000),
  };
  const format = formatOf(flags, readGlobalOptions(command).json, process.stdout.isTTY === true);
  const config = configFor(command);
  const timeoutMs = flags.timeout === undefined ? config.query.timeoutMs : readTimeout(flags.timeout);
  const { output } = flags;
  await withQuery(config, { command: 'sql', query: request.text }, (engine, signal) =>
    runSql(engine, { request, format, timeoutMs, signal, ...(output !== undefined && { output }) }, process),
  );
}

async function readStatement(statement: string | undefined, file: string | undefined): Promise<string> {
  if (statement !== undefined && file !== undefined) throw wrong('give the statement or --file, not both');
  if (statement !== undefined) return statement;
  if (file !== undefined) return readText(file);
  if (process.stdin.isTTY === true)
    throw wrong('there is no statement: give one as an argument, with --file or on stdin');
  return text(process.stdin);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AuditError('not_found', `--file: there is no file ${file}, or it cannot be read`, { cause });
  }
}

function readParameters(given: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    given.map((parameter) => {
      const at = parameter.indexOf('=');
      if (at < 1) throw wrong(`--param ${parameter} is not name=value`);
      return [parameter.slice(0, at).replace(/^\$/, ''), parameter.slice(at + 1)] as const;
    }),
  );
}

function readTimeout(text: string): number {
  const timeoutMs = parseDuration(text);
  if (timeoutMs === undefined) throw wrong(`--timeout=${text} is no duration; write 30s or 5m`);
  return timeoutMs;
}

function formatOf({ format, output }: SqlFlags, json: boolean, isTerminal: boolean): AnswerFormatName {
  if (format === 'parquet' && output === undefined) throw wrong('--format=parquet needs --output FILE');
  if (format !== undefined) return format;
  return json || output !== undefined || !isTerminal ? 'ndjson' : 'table';
}

function wrong(message: string): AuditError {
  return new AuditError('invalid_argument', message);
}
