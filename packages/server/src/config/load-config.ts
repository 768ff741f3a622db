// Reads the configuration from flags, environment and file, and either gives it or says all that is wrong with it.

import { AuditError } from '@indelible/log';
import { adviseOn } from './advice.ts';
import { type Config, configFrom } from './config.ts';
import { readConfigFile } from './config-file.ts';
import { type ConfigFinding, formatFinding } from './finding.ts';
import { type Environment, layEnvironment, layFile, layFlags, Settings } from './settings.ts';
import { readYaml } from './yaml-file.ts';

export interface ConfigInputs {
  /** As given by `--config`; without it `indelible.yaml` in the working folder, if there is one. */
  readonly file?: string;
  /** The text of each flag given, by its name without dashes. */
  readonly flags?: ReadonlyMap<string, string>;
  /** Default: `process.env`. */
  readonly environment?: Environment;
  /** Default: `process.cwd()`. */
  readonly workingDir?: string;
}

export interface ConfigCheck {
  /** Undefined when a finding is an error. */
  readonly config?: Config;
  readonly settings: Settings;
  /** The file that was read, if there was one. */
  readonly file?: string;
  readonly findings: readonly ConfigFinding[];
}

/**
 * The effective configuration: flag before environment before file before default.
 * @throws AuditError `invalid_config` whose message has a line for each error found; `not_available_yet` when nothing
 * is wrong but that options of later parts are set; `not_found` and `unavailable` as `readConfigFile`.
 */
export function loadConfig(inputs: ConfigInputs = {}): Config {
  return configOf(checkConfig(inputs));
}

/** The configuration of a check. @throws AuditError as `loadConfig` */
export function configOf({ config, findings }: ConfigCheck): Config {
  if (config !== undefined) return config;
  const errors = findings.filter(({ severity }) => severity === 'error');
  const onlyLater = errors.every(({ kind }) => kind === 'not_available_yet');
  const message = errors.map(formatFinding).join('\n');
  throw new AuditError(onlyLater ? 'not_available_yet' : 'invalid_config', message, { details: { findings: errors } });
}

/** As `loadConfig`, with all findings as data, advice among them. */
export function checkConfig(inputs: ConfigInputs = {}): ConfigCheck {
  const environment = inputs.environment ?? process.env;
  const workingDir = inputs.workingDir ?? process.cwd();
  const settings = new Settings(workingDir);
  const file = readConfigFile(inputs.file ?? (environment.INDELIBLE_CONFIG || undefined), workingDir);
  const findings = [
    ...(file === undefined ? [] : layFile(settings, file, readYaml(file.text, environment))),
    ...layEnvironment(settings, environment, workingDir),
    ...layFlags(settings, inputs.flags ?? new Map(), workingDir),
    ...adviseOn(settings),
  ];
  const failed = findings.some(({ severity }) => severity === 'error');
  return {
    ...(!failed && { config: configFrom(settings, file?.path) }),
    settings,
    ...(file !== undefined && { file: file.name }),
    findings,
  };
}
