// `indelible key rotate`: puts a new key in the place of the one that signs the log.

import { Command } from 'commander';
import { knownLogsFile, pinRotatedKey } from '../config/known-logs.ts';
import { configFor, globalOptions, readGlobalOptions } from './global-options.ts';
import { openWriter, pinKey } from './writer.ts';

export function keyCommand(): Command {
  const rotate = globalOptions(new Command('rotate'))
    .description('replace the key that signs the log')
    .addHelpText(
      'after',
      `
The rotation is a record, and the first seal after it bears both signatures. Works beside a running
"indelible serve". Give the new key, which is printed, to everybody who verifies this log.`,
    )
    .action((_, command: Command) => rotateKey(command));
  return new Command('key').description('manage the key of the log').enablePositionalOptions().addCommand(rotate);
}

async function rotateKey(command: Command): Promise<void> {
  const writer = await openWriter(configFor(command));
  let vkey: string;
  try {
    vkey = await writer.rotateKey();
  } finally {
    await writer.close();
  }
  pinKey(() => pinRotatedKey(vkey));
  if (readGlobalOptions(command).json) {
    process.stdout.write(`${JSON.stringify({ vkey })}\n`);
    return;
  }
  process.stdout.write(`${vkey}\n`);
  process.stderr.write(`This is the log's key from now on. Pinned keys are in ${knownLogsFile()}.\n`);
}
