// `indelible tail`: the newest records, and then each new one as it is sealed.

import { Command } from 'commander';
import { addFilterOptions, readFilter } from './filter-options.ts';
import { configFor, globalOptions, readGlobalOptions } from './global-options.ts';
import { readCount } from './read-count.ts';
import { runTail } from './run-tail.ts';

export function tailCommand(): Command {
  return addFilterOptions(globalOptions(new Command('tail')))
    .description('watch records come in, each from pending (…) to sealed (✓)')
    .option('-n, --lines <count>', 'begin with the newest so many', '10')
    .addHelpText(
      'after',
      `
Waits for a log that does not exist yet. Ctrl-C ends it.
Examples:
  $ indelible tail
  $ indelible tail --user=ana --status=failure
  $ indelible tail -n 0 --json | jq .operation.query`,
    )
    .action((_, command: Command) => tail(command));
}

async function tail(command: Command): Promise<void> {
  const flags: { readonly lines: string } = command.opts();
  const filter = readFilter(command.opts(), Date.now());
  const lines = readCount('--lines', flags.lines, 0);
  const { dataDir } = configFor(command).log;
  for (const note of filter.notes) process.stderr.write(`note: ${note}\n`);
  const { json } = readGlobalOptions(command);

  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    await runTail({ dataDir, filter, timeZone: filter.timeZone, lines, json, signal: stop.signal }, process);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}
