// `indelible proof`: a file that shows to anyone, offline, that one record is in the log.

import { writeFileSync } from 'node:fs';
import { AuditError, proveRecord } from '@indelible/log';
import { Command } from 'commander';
import { configFor, globalOptions, readGlobalOptions } from './global-options.ts';

export function proofCommand(): Command {
  return globalOptions(new Command('proof').description('prove to anyone, offline, that one record is in the log'))
    .argument('<record>', 'its event_id or its position (seq)')
    .option('-o, --output <file>', 'write the proof there instead of printing it')
    .addHelpText(
      'after',
      `
The proof holds the record's line; a log's public key (keys/signing.vkey) is all that is needed to check it.
Examples:
  $ indelible proof evt_018d4b7e-9a3c-7def-8abc-0123456789ab --output login.tlog-proof
  $ indelible verify --proof login.tlog-proof --key signing.vkey`,
    )
    .action((record: string, options: { output?: string }, command: Command) => proof(record, options.output, command));
}

async function proof(record: string, output: string | undefined, command: Command): Promise<void> {
  const { dataDir } = configFor(command).log;
  const made = await proveRecord(dataDir, positionIn(record) ?? record);
  if (output !== undefined) write(output, made.proof);
  if (readGlobalOptions(command).json) {
    const { seq, proof: text } = made;
    process.stdout.write(`${JSON.stringify({ seq, ...(output === undefined ? { proof: text } : { output }) })}\n`);
  } else if (output === undefined) {
    process.stdout.write(made.proof);
  } else {
    process.stderr.write(`Wrote the proof of position ${made.seq} to ${output}.\n`);
  }
}

function positionIn(record: string): number | undefined {
  return /^\d{1,15}$/.test(record) ? Number(record) : undefined;
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new AuditError('unavailable', `the proof cannot be written to ${file}`, { cause });
  }
}
