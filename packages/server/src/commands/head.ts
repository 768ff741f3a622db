// `indelible head`: the newest durable checkpoint, to be kept where nobody who can change the log can change it too.

import { AuditError, hashToBase64, parseCheckpointNote, readHead } from '@indelible/log';
import { Command } from 'commander';
import { configFor, globalOptions, readGlobalOptions } from './global-options.ts';

export function headCommand(): Command {
  return globalOptions(new Command('head').description('print the newest checkpoint, to keep elsewhere'))
    .addHelpText(
      'after',
      `
Who keeps it can prove later that the log was shortened or written anew.
Examples:
  $ indelible head > /mnt/elsewhere/orders.checkpoint
  $ indelible verify --known-head /mnt/elsewhere/orders.checkpoint`,
    )
    .action((_, command: Command) => head(command));
}

function head(command: Command): void {
  const { dataDir } = configFor(command).log;
  const newest = readHead(dataDir);
  if (newest === undefined) {
    throw new AuditError('no_log', `there is no log in ${dataDir}, or its file "head" cannot be read`);
  }
  const { checkpoint } = newest;
  if (!readGlobalOptions(command).json) {
    process.stdout.write(checkpoint);
    return;
  }
  const { origin, size, root } = parseCheckpointNote(checkpoint);
  process.stdout.write(`${JSON.stringify({ origin, size, root: hashToBase64(root), checkpoint })}\n`);
}
