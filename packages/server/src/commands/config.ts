// `config show` prints the configuration in effect, `config check` all that is wrong or unwise in it.

import { Command } from 'commander';
import { formatFinding } from '../config/finding.ts';
import { checkConfig, configOf } from '../config/load-config.ts';
import { showResolved, showYaml } from '../config/show.ts';
import { configFlags, readConfigFlags } from './config-flags.ts';
import { configInputs, globalOptions, readGlobalOptions } from './global-options.ts';

export function configCommand(): Command {
  const show = globalOptions(
    configFlags(new Command('show').description('print what is in effect, and where it came from')),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ indelible config show
  $ indelible config show | grep events
  $ indelible config show --json | jq .audit.level`,
    )
    .action((_, command: Command) => showConfig(command));
  const check = globalOptions(configFlags(new Command('check').description('say all that is wrong or unwise')))
    .addHelpText(
      'after',
      `
Exit code 0: it can be used; 1: it cannot, and each line says where and why.
Examples:
  $ indelible config check
  $ indelible config check --config /etc/indelible/indelible.yaml`,
    )
    .action((_, command: Command) => checkFile(command));
  return new Command('config')
    .description('print and check the configuration')
    .enablePositionalOptions()
    .addCommand(show)
    .addCommand(check);
}

function showConfig(command: Command): void {
  const check = checkConfig(configInputs(command, readConfigFlags(command)));
  configOf(check);
  const { json } = readGlobalOptions(command);
  process.stdout.write(json ? `${JSON.stringify(showResolved(check.settings))}\n` : showYaml(check.settings));
}

function checkFile(command: Command): void {
  const { findings, file } = checkConfig(configInputs(command, readConfigFlags(command)));
  const ok = findings.every(({ severity }) => severity !== 'error');
  if (readGlobalOptions(command).json) {
    process.stdout.write(`${JSON.stringify({ ok, file: file ?? null, findings })}\n`);
  } else {
    for (const finding of findings) process.stdout.write(`${formatFinding(finding)}\n`);
    if (ok) process.stdout.write(`${file ?? 'The default configuration'} is right.\n`);
  }
  if (!ok) process.exitCode = 1;
}
