// `indelible recover --accept-loss`: gives up a damaged log on purpose, keeping all there is of it, and begins a new
// one.

import { AuditError, acceptLoss } from '@indelible/log';
import { Command } from 'commander';
import { pinFirstKey } from '../config/known-logs.ts';
import { logOptions } from '../config/log-options.ts';
import { configFor, globalOptions, readGlobalOptions } from './global-options.ts';

export function recoverCommand(): Command {
  return globalOptions(
    new Command('recover').description('begin anew after damage, keeping what is left of the old log'),
  )
    .option('--accept-loss', 'say that you know that acknowledged records are lost')
    .addHelpText(
      'after',
      `
A log from which something acknowledged is missing does not open. Restore log/ from a copy if you have one: that
loses less. Otherwise this sets the damaged log aside, whole, under quarantine/, and begins a new log with a new
name and key, whose first record names the head of the old one.
Examples:
  $ indelible verify                  what was hit
  $ indelible recover --accept-loss`,
    )
    .action((options: { acceptLoss?: true }, command: Command) => recover(options.acceptLoss === true, command));
}

async function recover(accepted: boolean, command: Command): Promise<void> {
  if (!accepted) {
    const message = 'this gives up records that were acknowledged: say --accept-loss if that is what you want';
    throw new AuditError('invalid_argument', message);
  }
  const { origin, ...options } = logOptions(configFor(command));
  const { log, setAside } = await acceptLoss(options);
  await log.close();
  pinFirstKey(log.vkey);
  if (origin !== undefined) {
    process.stderr.write(`Take log.origin (${origin}) out of the configuration: the new log has a name of its own.\n`);
  }
  if (readGlobalOptions(command).json) {
    process.stdout.write(`${JSON.stringify({ origin: log.origin, vkey: log.vkey, set_aside: setAside })}\n`);
    return;
  }
  process.stdout.write(`The damaged log is in  ${setAside}\nThe new log is         ${log.origin}\n${log.vkey}\n`);
}
