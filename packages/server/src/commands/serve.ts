// `serve` runs the gateway until it is told to stop.

import { Command } from 'commander';
import { loadConfig } from '../config/load-config.ts';
import { configFlags, readConfigFlags } from './config-flags.ts';
import { configInputs, globalOptions } from './global-options.ts';

export function serveCommand(): Command {
  return globalOptions(configFlags(new Command('serve').description('record what passes through the gateway')))
    .addHelpText(
      'after',
      `
Every option is a key of indelible.yaml too; "indelible config show" says what is in effect.
Examples:
  $ indelible serve                                           an embedded demo database
  $ indelible serve --upstream postgres://db.example.com:5432
  $ indelible serve --audit-log-level=compliance
  $ indelible serve --audit-events=authentication,authorization,admin`,
    )
    .action((_, command: Command) => serve(command));
}

async function serve(command: Command): Promise<void> {
  const config = loadConfig(configInputs(command, readConfigFlags(command)));
  const { runSystem } = await import('../system.ts');
  await runSystem(config);
}
