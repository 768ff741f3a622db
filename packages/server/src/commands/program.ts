// The command line: all verbs, and what they have in common. Each verb is a file beside this one.

import { Command } from 'commander';
import { nearestWord } from '../text/nearest.ts';
import { configCommand } from './config.ts';
import { drillCommand } from './drill.ts';
import { exportCommand } from './export.ts';
import { globalOptions } from './global-options.ts';
import { headCommand } from './head.ts';
import { initCommand } from './init.ts';
import { keyCommand } from './key.ts';
import { proofCommand } from './proof.ts';
import { recordCommand } from './record.ts';
import { recoverCommand } from './recover.ts';
import { searchCommand } from './search.ts';
import { serveCommand } from './serve.ts';
import { sqlCommand } from './sql.ts';
import { statsCommand } from './stats.ts';
import { summaryCommand } from './summary.ts';
import { tailCommand } from './tail.ts';
import { verifyCommand } from './verify.ts';
import { readVersion } from './version.ts';

/** In the order of `--help`: the order in which one meets them. */
const verbs: readonly (() => Command)[] = [
  initCommand,
  serveCommand,
  tailCommand,
  searchCommand,
  sqlCommand,
  summaryCommand,
  statsCommand,
  exportCommand,
  verifyCommand,
  headCommand,
  proofCommand,
  drillCommand,
  keyCommand,
  recordCommand,
  recoverCommand,
  configCommand,
];

const examples = `
Examples:
  $ indelible serve                 record what passes through the PostgreSQL gateway
  $ indelible tail                  watch it, in another terminal
  $ indelible search --since=1h     find what happened
  $ indelible sql "SELECT …"         ask the log in SQL
  $ indelible verify                prove that nothing was changed
  $ indelible config show           what is in effect, and where each value came from

Every verb explains itself: indelible <verb> --help. "indelible audit <verb>" is the same verb.
`;

export function buildProgram(): Command {
  const program = new Command('indelible')
    .description('The audit trail that can be proved.')
    .version(readVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'explain a verb')
    .addHelpText('after', examples)
    // So that options before the verb are the program's, and those after it the verb's.
    .enablePositionalOptions();
  globalOptions(program);
  const audit = globalOptions(
    new Command('audit').description('The same verbs, by their long names.').enablePositionalOptions(),
  );
  for (const verb of verbs) {
    program.addCommand(verb());
    audit.addCommand(verb());
  }
  program.addCommand(audit, { hidden: true });
  prepare(program);
  return program;
}

/** What holds for each command: a wrong call is an error to the caller, and its message says where help is. */
function prepare(command: Command): void {
  command
    .exitOverride()
    .showHelpAfterError('(--help explains what is possible)')
    .configureOutput({ outputError: (text, write) => write(`${text}${suggestFlag(command, text)}`) });
  for (const child of command.commands) prepare(child);
}

/** Commander takes `--flag=value` for one word, and so finds no flag that is near to it. */
function suggestFlag(command: Command, message: string): string {
  const typed = /unknown option '(--[^=']+)=/.exec(message)?.[1];
  if (typed === undefined || message.includes('Did you mean')) return '';
  const meant = nearestWord(
    typed,
    command.options.flatMap(({ long }) => long ?? []),
  );
  return meant === undefined ? '' : `(Did you mean ${meant}?)\n`;
}
