// `serve` runs the gateway until it is told to stop.

import { Command } from 'commander';
import { loadConfig } from '../config/load-config.ts';
import type { System } from '../system.ts';
import { configFlags, readConfigFlags } from './config-flags.ts';
import { configInputs, globalOptions, readGlobalOptions } from './global-options.ts';
import { serveBanner } from './serve-banner.ts';
import { readVersion } from './version.ts';

export function serveCommand(): Command {
  return globalOptions(configFlags(new Command('serve').description('record what passes through the gateway')))
    .addHelpText(
      'after',
      `
Every option is a key of indelible.yaml too; "indelible config show" says what is in effect.
Examples:
  $ indelible serve                                           an embedded demo database
  $ indelible serve --upstream postgres://db.example.com:5432
  $ indelible serve --audit-log-level=compliance
  $ indelible serve --audit-events=authentication,authorization,admin`,
    )
    .action((_, command: Command) => serve(command));
}

async function serve(command: Command): Promise<void> {
  const config = loadConfig(configInputs(command, readConfigFlags(command)));
  // Loaded here, because the SQL parser and the gateway are of no use to any other verb.
  const { startSystem } = await import('../system.ts');
  const version = readVersion();
  const stopped = stopRequested();
  const system = await startSystem(config, { version, tell });
  const { json } = readGlobalOptions(command);
  process.stdout.write(json ? `${JSON.stringify(readyReport(system))}\n` : serveBanner(system, config, version));
  if (!config.policy.enabled) tell('auditing is off: statements pass unrecorded');
  const end = await Promise.race([stopped, system.failed]);
  if (end instanceof Error) {
    await system.stop('failed');
    throw end;
  }
  tell(`${end}: stopping`);
  await system.stop(end);
  tell('stopped');
}

function readyReport({ log, gatewayAddress, healthAddress, embedded }: System): Record<string, unknown> {
  return {
    gateway: gatewayAddress,
    health: healthAddress,
    data: log.dataDir,
    origin: log.origin,
    vkey: log.vkey,
    embedded: embedded !== undefined,
  };
}

/** Later signals within this time are the same request: npm passes on what the terminal has sent already. */
const sameRequestMs = 1000;

/** Resolves with the signal that asks for the end; a second one after a while ends the process at once. */
function stopRequested(): Promise<string> {
  return new Promise((resolve) => {
    let firstAtMs: number | undefined;
    const onSignal = (signal: string): void => {
      const nowMs = performance.now();
      firstAtMs ??= nowMs;
      if (nowMs - firstAtMs > sameRequestMs) process.exit(forcedExitCode);
      resolve(signal);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
    // A terminal that is closed must not leave the embedded database behind.
    process.on('SIGHUP', onSignal);
  });
}

/** As shells say of a program that was interrupted. */
const forcedExitCode = 130;

function tell(message: string): void {
  process.stderr.write(`indelible: ${message}\n`);
}
