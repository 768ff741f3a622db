// What `serve` says when it is ready: how to connect, where the log is, what to do next.

import { formatListenAddress } from '../config/address.ts';
import type { Config } from '../config/config.ts';
import type { System } from '../system.ts';
import { defaultDataDir } from './global-options.ts';

export function serveBanner(system: System, config: Config, version: string): string {
  const { log, embedded } = system;
  const gateway = formatListenAddress(system.gatewayAddress);
  const [first, ...others] = embedded?.roles ?? [];
  const connect =
    first === undefined
      ? `postgres://<user>@${gateway}/<database>`
      : `postgres://${first.user}:${first.password}@${gateway}/${embedded?.database}`;
  const data = config.log.dataDir === defaultDataDir() ? '' : ` --data ${quoteForShell(config.log.dataDir)}`;
  return [
    `Indelible ${version} records what passes through it.`,
    '',
    ...(embedded === undefined
      ? []
      : ['  DEMO DATABASE  an embedded PostgreSQL to try things with; --upstream postgres://… for your own']),
    `  connect        psql ${quoteForShell(connect)}`,
    ...others.map(({ user, password, means }) => `                 or as ${user}, password ${password}: ${means}`),
    `  log            ${log.dataDir}/log`,
    `  origin         ${log.origin}`,
    `  public key     ${log.vkey}`,
    `  health         http://${formatListenAddress(system.healthAddress)}/health`,
    ...(config.policy.enabled ? [] : ['  AUDITING IS OFF: statements pass unrecorded']),
    '',
    'In another terminal:',
    `  npx indelible tail${data}                 watch what happens`,
    `  npx indelible search${data} --since=1h    find what happened`,
    `  npx indelible verify${data}               prove that nothing was changed`,
    '',
    'Ctrl-C stops it.',
    '',
  ].join('\n');
}

/** As it can be pasted into a shell. */
function quoteForShell(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
