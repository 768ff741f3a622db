// `indelible proof`: a file that shows to anyone, offline, that one record is in the log. As a page it shows it to a
// person, too.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuditError, proveRecord } from '@indelible/log';
import { Command } from 'commander';
import { renderProofPage } from '../proof-page/render-proof-page.ts';
import { configFor, globalOptions, readGlobalOptions } from './global-options.ts';

interface ProofFlags {
  readonly output?: string;
  readonly html?: true;
}

export function proofCommand(): Command {
  return globalOptions(new Command('proof').description('prove to anyone, offline, that one record is in the log'))
    .argument('<record>', 'its event_id or its position (seq)')
    .option('-o, --output <file>', 'write the proof there instead of printing it')
    .option('--html', 'as a page for a browser, which shows the record and verifies it without a network')
    .addHelpText(
      'after',
      `
The proof holds the record's line; a log's public key (keys/signing.vkey) is all that is needed to check it.
Give the key to whoever checks it by another way than the proof.
Examples:
  $ indelible proof evt_018d4b7e-9a3c-7def-8abc-0123456789ab --output login.tlog-proof
  $ indelible verify --proof login.tlog-proof --key signing.vkey
  $ indelible proof 4711 --html --output login.html`,
    )
    .action((record: string, flags: ProofFlags, command: Command) => proof(record, flags, command));
}

async function proof(record: string, { output, html }: ProofFlags, command: Command): Promise<void> {
  const { dataDir } = configFor(command).log;
  const made = await proveRecord(dataDir, positionIn(record) ?? record);
  const { seq } = made;
  const text = html === true ? renderProofPage(made, { ownVkey: readOwnVkey(dataDir) }) : made.proof;
  if (output !== undefined) write(output, text);
  if (readGlobalOptions(command).json) {
    const answer = output === undefined ? { seq, [html === true ? 'html' : 'proof']: text } : { seq, output };
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  } else if (output === undefined) {
    process.stdout.write(text);
  } else {
    process.stderr.write(`Wrote the proof of position ${seq} to ${output}.\n`);
  }
}

function positionIn(record: string): number | undefined {
  return /^\d{1,15}$/.test(record) ? Number(record) : undefined;
}

function readOwnVkey(dataDir: string): string {
  return readFileSync(join(dataDir, 'keys', 'signing.vkey'), 'utf8').trim();
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new AuditError('unavailable', `the proof cannot be written to ${file}`, { cause });
  }
}
