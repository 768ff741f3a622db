// `init` makes what `serve` would make by itself, and tells of it: the log with its key, the pin of the key in the
// user's configuration folder, and a commented indelible.yaml.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { AuditError, formatSigningKey, generateSigningKey, openLog, readHead } from '@indelible/log';
import { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { defaultFileName } from '../config/config-file.ts';
import { starterFile } from '../config/docs.ts';
import { knownLogsFile, pinFirstKey } from '../config/known-logs.ts';
import { loadConfig } from '../config/load-config.ts';
import { logOptions } from '../config/log-options.ts';
import { configInputs, globalOptions, readGlobalOptions } from './global-options.ts';

export function initCommand(): Command {
  return globalOptions(new Command('init').description('make a log, its key and a commented indelible.yaml'))
    .option(
      '--origin <name>',
      "the log's name for ever, such as audit.example.com/orders (default: indelible.local/<random>)",
    )
    .addHelpText(
      'after',
      `
What is there already is left as it is.
Examples:
  $ indelible init
  $ indelible init --data /var/lib/indelible --origin audit.example.com/orders`,
    )
    .action((options: { origin?: string }, command: Command) => init(options.origin, command));
}

async function init(origin: string | undefined, command: Command): Promise<void> {
  const { config: named, json } = readGlobalOptions(command);
  const file = resolve(named ?? defaultFileName);
  const wroteFile = writeStarterFile(file);
  const inputs = configInputs(command);
  const config = loadConfig({ ...inputs, ...(wroteFile && { file }) });
  const madeKey = config.log.keyFile !== undefined && makeKey(config.log.keyFile);
  const madeLog = readHead(config.log.dataDir) === undefined;
  const { vkey, name } = await openOnce(config, origin);
  const { pinned, added } = pinFirstKey(vkey);
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ data: config.log.dataDir, origin: name, vkey, created: madeLog, pinned: added })}\n`,
    );
    return;
  }
  const done = (made: boolean) => (made ? 'made' : 'found');
  const ownKey = `${config.log.dataDir}/keys/signing.key`;
  const key = config.log.keyFile ?? ownKey;
  process.stdout.write(
    [
      `${done(madeLog)}  log            ${config.log.dataDir}/log`,
      `       origin         ${name}`,
      `${done(config.log.keyFile === undefined ? madeLog : madeKey)}  signing key    ${key}`,
      `       public key     ${vkey}`,
      `${added ? 'pinned' : 'known '} the public key in ${knownLogsFile()}`,
      `${wroteFile ? 'wrote' : 'found'}  configuration  ${file}`,
      '',
      ...(pinned.includes(vkey)
        ? []
        : ['warning: another key is pinned for this log; `indelible verify` follows its rotations from there', '']),
      ...(config.log.keyFile === undefined ? keyAdvice : []),
      'Next:',
      '  indelible serve    start recording',
      '  indelible head     print the checkpoint: keep it elsewhere, and nobody can shorten the log unseen',
      '  indelible drill    see what tampering would look like',
      '',
    ].join('\n'),
  );
}

const keyAdvice = [
  'A key beside its log protects little: who can change the log can read the key too. Set',
  'audit.security.signing.key_file to another place, or keep checkpoints elsewhere (`indelible head`).',
  '',
];

/** Opening makes the log where there is none, and closing seals it. */
async function openOnce(config: Config, origin: string | undefined): Promise<{ vkey: string; name: string }> {
  const log = await openLog({ ...logOptions(config), ...(origin !== undefined && { origin }) });
  await log.close();
  return { vkey: log.vkey, name: log.origin };
}

function writeStarterFile(file: string): boolean {
  if (existsSync(file)) return false;
  try {
    writeFileSync(file, starterFile(), { flag: 'wx', mode: 0o644 });
    return true;
  } catch (cause) {
    throw new AuditError('unavailable', `${file} cannot be written`, { cause });
  }
}

function makeKey(keyFile: string): boolean {
  if (existsSync(keyFile)) return false;
  try {
    mkdirSync(dirname(keyFile), { recursive: true, mode: 0o700 });
    writeFileSync(keyFile, formatSigningKey(generateSigningKey()), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (cause) {
    throw new AuditError('unavailable', `the signing key ${keyFile} cannot be made`, { cause });
  }
}
