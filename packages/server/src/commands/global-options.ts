// The options that every verb takes, and the way from them to the configuration.

import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { type ConfigInputs, loadConfig } from '../config/load-config.ts';

export interface GlobalOptions {
  /** `--config FILE` */
  readonly config?: string;
  /** `--data DIR` */
  readonly data?: string;
  readonly json: boolean;
}

/** Adds `--config`, `--data` and `--json` to a verb. No defaults: what is absent may stand before the verb. */
export function globalOptions(command: Command): Command {
  return command
    .option('--config <file>', 'read this configuration (default: indelible.yaml, if it is there)')
    .option('--data <dir>', 'the data folder (default: ./indelible-data)')
    .option('--json', 'print for machines');
}

/** The options of a verb, whether they stood before or after its name. */
export function readGlobalOptions(command: Command): GlobalOptions {
  const given: Record<string, unknown> = command.optsWithGlobals();
  return {
    ...(typeof given.config === 'string' && { config: given.config }),
    ...(typeof given.data === 'string' && { data: given.data }),
    json: given.json === true,
  };
}

/** Where the log is when nobody says otherwise; commands that are printed leave `--data` out for it. */
export function defaultDataDir(): string {
  return resolve('indelible-data');
}

/** What `loadConfig` needs from the command line; `flags` are the verb's own options of the schema, by flag name. */
export function configInputs(command: Command, flags: ReadonlyMap<string, string> = new Map()): ConfigInputs {
  const { config, data } = readGlobalOptions(command);
  const all = data === undefined ? flags : new Map([...flags, ['data', data]]);
  return { ...(config !== undefined && { file: config }), flags: all };
}

/**
 * The configuration for a verb that has no configuration flags of its own.
 * @throws AuditError as `loadConfig`
 */
export function configFor(command: Command): Config {
  return loadConfig(configInputs(command));
}
