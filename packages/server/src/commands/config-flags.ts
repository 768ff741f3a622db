// The flags that come from the option schema: `serve` takes them, and `config show` and `config check`, so that one can
// see what they would do.

import { type Command, Option } from 'commander';
import { entries } from '../config/options/schema-root.ts';

// `--data` is on every verb already.
const flagged = entries.filter(({ node }) => node.flag !== undefined && node.flag !== 'data');

export function configFlags(command: Command): Command {
  for (const { node, later } of flagged) {
    const isSwitch = node.node === 'option' && node.kind.name === 'true or false';
    const value = isSwitch ? '[true|false]' : `<${valueName(node)}>`;
    const flag = new Option(
      `--${node.flag} ${value}`,
      later === undefined ? node.help : `not yet available: comes with ${later}`,
    );
    command.addOption(flag);
  }
  return command;
}

/** The text of each configuration flag that was given, by the flag's name. */
export function readConfigFlags(command: Command): Map<string, string> {
  const given: Record<string, unknown> = command.opts();
  const flags = new Map<string, string>();
  for (const option of command.options) {
    // A switch without its value is `true`.
    const value = given[option.attributeName()] === true ? 'true' : given[option.attributeName()];
    const name = option.long?.slice(2);
    if (typeof value === 'string' && flagged.some(({ node }) => node.flag === name)) flags.set(name ?? '', value);
  }
  return flags;
}

function valueName(node: (typeof flagged)[number]['node']): string {
  if (node.node === 'section') return 'list';
  const words = /^one of (.*)$/.exec(node.kind.name)?.[1];
  return words?.replaceAll(', ', '|') ?? node.kind.name.replaceAll(' ', '-');
}
