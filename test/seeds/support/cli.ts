// Runs the built program as a user would: its own process, in a scratch folder that is also its home.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

const program = path.resolve(import.meta.dirname, '../../../packages/server/bin/indelible.js');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Scratch {
  readonly dir: string;
  /** Writes a file below the folder, with the folders that it needs; returns its path. */
  write(name: string, content: string): string;
  start(args: readonly string[]): ChildProcessWithoutNullStreams;
  run(args: readonly string[], input?: string): Promise<Finished>;
  remove(): void;
}

export function createScratch(): Scratch {
  const dir = mkdtempSync(path.join(tmpdir(), 'indelible-seed-'));
  chmodSync(dir, 0o755);
  const { INDELIBLE_DEBUG: _, ...inherited } = process.env;
  const env = { ...inherited, HOME: dir, XDG_CONFIG_HOME: path.join(dir, '.config'), NO_COLOR: '1' };
  const start = (args: readonly string[]) => spawn(process.execPath, [program, ...args], { cwd: dir, env });
  return {
    dir,
    write(name, content) {
      const file = path.resolve(dir, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
    start,
    async run(args, input = '') {
      const child = start(args);
      child.stdin.on('error', () => undefined).end(input);
      return finished(child);
    },
    remove() {
      // As root the embedded PostgreSQL lives elsewhere, behind a link.
      for (const data of ['indelible-data', 'data']) removeTarget(path.join(dir, data, 'postgres'));
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function removeTarget(link: string): void {
  try {
    rmSync(realpathSync(link), { recursive: true, force: true });
  } catch {
    // There was no server in this folder.
  }
}

/** A scratch folder that goes with the case. */
export function scratchForTest(): Scratch {
  const scratch = createScratch();
  onTestFinished(scratch.remove);
  return scratch;
}

export function finished(child: ChildProcessWithoutNullStreams): Promise<Finished> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
    });
  });
}
