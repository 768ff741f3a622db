// `indelible summary`: how much of what happened in a period, and who and what stands out.

import { Command } from 'commander';
import { calledWith } from './audit-read.ts';
import { configFor, globalOptions, readGlobalOptions } from './global-options.ts';
import { addPeriodOption, periodHelp, readPeriod } from './period-option.ts';
import { runSummary } from './run-summary.ts';
import { withQuery } from './with-query.ts';

export function summaryCommand(): Command {
  return addPeriodOption(globalOptions(new Command('summary')))
    .description('sum up a period: logins, reads, changes, and who and what stands out')
    .addHelpText(
      'after',
      `${periodHelp}
Examples:
  $ indelible summary --period=24h
  $ indelible summary --period=Q4-2025
  $ indelible summary --period=2026-01-01..2026-01-15 --json | jq .failed_logins`,
    )
    .action((flags: { readonly period?: string }, command: Command) => summary(flags.period, command));
}

async function summary(text: string | undefined, command: Command): Promise<void> {
  const period = readPeriod(text);
  const { json } = readGlobalOptions(command);
  await withQuery(configFor(command), { command: 'summary', query: calledWith() }, (engine, signal) =>
    runSummary(engine, { period, json, signal }, process.stdout),
  );
}
