// `indelible drill`: shows on a copy of the user's own log what tampering would look like, and that it is found.

import { Command } from 'commander';
import { runDrill } from './drill/run-drill.ts';
import { configFor, globalOptions, readGlobalOptions } from './global-options.ts';

export function drillCommand(): Command {
  return globalOptions(
    new Command('drill').description('tamper with a copy of the log in every known way, and see it caught'),
  )
    .addHelpText(
      'after',
      `
Only a copy in a temporary folder is tampered with; of a big log, a copy of the start of its newest segment.
Exit code: 0 every attack was caught, 1 one was not, 3 the log itself does not verify.
Example:
  $ indelible drill`,
    )
    .action((_, command: Command) => drill(command));
}

async function drill(command: Command): Promise<void> {
  const { dataDir } = configFor(command).log;
  process.exitCode = await runDrill({ dataDir, json: readGlobalOptions(command).json }, process);
}
