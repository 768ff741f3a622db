// The logs that this user trusts: one vkey a line in the user's configuration folder, apart from the logs themselves.
// Who rewrites a log under a key of their own does not change this file too, so `verify` finds it.

import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { AuditError, parseVkey } from '@indelible/log';

type Environment = Readonly<Record<string, string | undefined>>;

/** `INDELIBLE_CONFIG_HOME`, else `indelible` in `XDG_CONFIG_HOME` or `~/.config`. */
export function userConfigDir(environment: Environment = process.env): string {
  if (environment.INDELIBLE_CONFIG_HOME) return environment.INDELIBLE_CONFIG_HOME;
  // A relative XDG folder is to be ignored, says its specification.
  const xdg = environment.XDG_CONFIG_HOME?.startsWith('/') ? environment.XDG_CONFIG_HOME : undefined;
  return join(xdg ?? join(homedir(), '.config'), 'indelible');
}

export function knownLogsFile(environment: Environment = process.env): string {
  return join(userConfigDir(environment), 'known_logs');
}

/** The vkeys pinned for a log, oldest first. Empty if this user never saw it. */
export function pinnedKeys(origin: string, environment: Environment = process.env): string[] {
  return readKnownLogs(environment).filter((vkey) => vkey.startsWith(`${origin}+`));
}

/**
 * Trusts a log's key when none is pinned for its origin yet; a key that was pinned is never replaced by this.
 * Returns what is pinned now, and whether this call did it.
 * @throws AuditError `invalid_key` for what is no vkey, `unavailable` if the file cannot be read or written.
 */
export function pinFirstKey(
  vkey: string,
  environment: Environment = process.env,
): { pinned: string[]; added: boolean } {
  const { name } = parseVkey(vkey);
  const pinned = pinnedKeys(name, environment);
  if (pinned.length > 0) return { pinned, added: false };
  appendKey(vkey, environment);
  return { pinned: [vkey], added: true };
}

/**
 * Trusts the key that this user has just put in the place of one: both are pinned from now on, because the lines before
 * the rotation are under the old one. Returns whether it was not pinned yet.
 * @throws AuditError as `pinFirstKey`
 */
export function pinRotatedKey(vkey: string, environment: Environment = process.env): boolean {
  if (pinnedKeys(parseVkey(vkey).name, environment).includes(vkey)) return false;
  appendKey(vkey, environment);
  return true;
}

function appendKey(vkey: string, environment: Environment): void {
  const file = knownLogsFile(environment);
  try {
    mkdirSync(userConfigDir(environment), { recursive: true, mode: 0o700 });
    appendFileSync(file, `${vkey}\n`, { mode: 0o600 });
  } catch (cause) {
    throw new AuditError('unavailable', `the key cannot be pinned in ${file}`, { cause });
  }
}

function readKnownLogs(environment: Environment): string[] {
  const file = knownLogsFile(environment);
  if (!existsSync(file)) return [];
  try {
    const lines = readFileSync(file, 'utf8').split('\n');
    return lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  } catch (cause) {
    throw new AuditError('unavailable', `the pinned keys in ${file} cannot be read`, { cause });
  }
}
