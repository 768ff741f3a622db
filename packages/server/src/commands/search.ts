// `indelible search`: the records that answer some conditions, as a table or as their stored lines.

import { Command } from 'commander';
import { addFilterOptions, readFilter } from './filter-options.ts';
import { configFor, globalOptions, readGlobalOptions } from './global-options.ts';
import { readCount } from './read-count.ts';
import { runSearch } from './run-search.ts';

export function searchCommand(): Command {
  return addFilterOptions(globalOptions(new Command('search')))
    .description('find records by time, type, user, status or text')
    .option('--limit <count>', 'only the newest so many, oldest first (default: 100 on a terminal, else all)')
    .addHelpText(
      'after',
      `
Times are UTC unless --timezone names a zone. --by=recorded goes by the log's own time, that of the seal.
Examples:
  $ indelible search --since=1h --event-type=authentication
  $ indelible search --start=2026-01-01 --end=2026-01-31 --user=ana --status=failure
  $ indelible search --text=customers --json | jq .operation.query
  $ indelible search --data ./copy-of-a-log`,
    )
    .action((_, command: Command) => search(command));
}

async function search(command: Command): Promise<void> {
  const flags: { readonly limit?: string } = command.opts();
  const filter = readFilter(command.opts(), Date.now());
  const limit = flags.limit === undefined ? undefined : readCount('--limit', flags.limit);
  const { dataDir } = configFor(command).log;
  for (const note of filter.notes) process.stderr.write(`note: ${note}\n`);
  const { json } = readGlobalOptions(command);
  await runSearch({ dataDir, filter, timeZone: filter.timeZone, json, ...(limit !== undefined && { limit }) }, process);
}
