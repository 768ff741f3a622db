// `indelible stats`: the statistics that an application knows from the audit logger, over the log.

import { Command } from 'commander';
import { calledWith } from './audit-read.ts';
import { configFor, globalOptions, readGlobalOptions } from './global-options.ts';
import { addPeriodOption, periodHelp, readPeriod } from './period-option.ts';
import { runStats } from './run-stats.ts';
import { withQuery } from './with-query.ts';

interface StatsFlags {
  readonly user?: string;
  readonly period?: string;
}

export function statsCommand(): Command {
  return addPeriodOption(globalOptions(new Command('stats')))
    .description('count events by operation, with success rate and mean duration')
    .option('--user <name>', 'the activity of this user instead')
    .addHelpText(
      'after',
      `${periodHelp}
The success rate is over the events that say how they ended; a partial success is none.
Examples:
  $ indelible stats
  $ indelible stats --period=7d --json | jq .by_operation.RECALL
  $ indelible stats --user=user_123`,
    )
    .action((flags: StatsFlags, command: Command) => stats(flags, command));
}

async function stats({ user, period: text }: StatsFlags, command: Command): Promise<void> {
  const period = readPeriod(text);
  const { json } = readGlobalOptions(command);
  await withQuery(configFor(command), { command: 'stats', query: calledWith() }, (engine, signal) =>
    runStats(engine, { period, json, signal, ...(user !== undefined && { user }) }, process.stdout),
  );
}
