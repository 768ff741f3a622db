// `indelible search`: the records that answer some conditions, as a table or as their stored lines.

import { AuditError } from '@indelible/log';
import { Command } from 'commander';
import { calledWith } from './audit-read.ts';
import { addFilterOptions, readFilter } from './filter-options.ts';
import { configFor, globalOptions, readGlobalOptions } from './global-options.ts';
import { runSearch } from './run-search.ts';
import { addSearchOptions, readSearchFlags } from './search-plan.ts';
import { withQuery } from './with-query.ts';

export function searchCommand(): Command {
  return addSearchOptions(addFilterOptions(globalOptions(new Command('search'))))
    .description('find records by time, type, user, table, statement, session or any SQL condition')
    .addHelpText(
      'after',
      `
Conditions hold together; of a flag that is given more than once, any value will do. Times are UTC unless --timezone
names a zone. --by=recorded goes by the log's own time, that of the seal. --columns takes the dotted names of the
columns of "indelible sql", and shows values as they are stored.
Examples:
  Who read the customers table last night, and what did they take?
  $ indelible search --label=customers --event-type=data_access \\
      --start=2026-01-27T18:00:00Z --end=2026-01-28T06:00:00Z \\
      --columns=timestamp,actor.user_id,actor.ip_address,operation.query,operation.rows_returned
  Everything that session X did:
  $ indelible search --session=X
  Which logins failed today?
  $ indelible search --subtype=login_failure --start=2026-01-28
  What happened just before and after a record:
  $ indelible search --around=evt_0194a9c2-6f00-7000-8000-000000000000 --context=5
  $ indelible search --where="operation.rows_returned > 1000 AND actor.user_id NOT LIKE 'svc_%'" --sort=rows
  $ indelible search --since=1h --text=customers --json | jq .operation.query
  $ indelible search --status=failure --follow`,
    )
    .action((_, command: Command) => search(command));
}

async function search(command: Command): Promise<void> {
  const filter = readFilter(command.opts(), Date.now());
  const { follows, ...plan } = readSearchFlags(command.opts());
  const { json } = readGlobalOptions(command);
  if (json && plan.columns !== undefined) {
    throw new AuditError(
      'invalid_argument',
      '--columns chooses what a table shows, --json gives whole lines; leave one',
    );
  }
  const config = configFor(command);
  for (const note of filter.notes) process.stderr.write(`note: ${note}\n`);
  const { dataDir } = config.log;
  await withQuery(config, { command: 'search', query: calledWith() }, (engine, signal) =>
    runSearch(engine, { ...plan, dataDir, filter, json, signal, ...(follows && { follows: signal }) }, process),
  );
}
