// Makes the cluster of the embedded PostgreSQL: initdb, then roles and the demonstration database, written by a server
// in single-user mode that nobody can connect to. A cluster appears under its name only when it is complete.

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { AuditError } from '@indelible/log';
import type { PostgresBinaries } from './binaries.ts';
import { clusterStatements, demoDatabase, demoStatements } from './demo.ts';
import type { OsUser } from './os-user.ts';

export async function createCluster(root: string, binaries: PostgresBinaries, osUser: OsUser): Promise<void> {
  const partial = path.join(root, 'data.partial');
  fs.rmSync(partial, { recursive: true, force: true });
  const passwordFile = path.join(root, 'superuser');
  fs.writeFileSync(passwordFile, `${randomBytes(18).toString('base64url')}\n`, { mode: 0o600 });
  osUser.own(passwordFile);

  const run = (program: string, programArguments: string[], input = '') =>
    runProgram(program, programArguments, input, { cwd: root, env: binaries.env, ...osUser.ids });
  await run(binaries.initdb, [
    `--pgdata=${partial}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth-local=scram-sha-256',
    '--auth-host=reject',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
  ]);
  const singleUser = (database: string) => ['--single', '-j', '-D', partial, database];
  await run(binaries.postgres, singleUser('postgres'), asSingleUserInput(clusterStatements));
  await run(binaries.postgres, singleUser(demoDatabase), asSingleUserInput(demoStatements));
  fs.renameSync(partial, path.join(root, 'data'));
}

/** With -j a statement ends at a semicolon and an empty line. */
function asSingleUserInput(statements: readonly string[]): string {
  return statements.map((statement) => `${statement};\n\n`).join('');
}

interface RunOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
}

function runProgram(program: string, programArguments: string[], input: string, options: RunOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, programArguments, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk: Buffer) => {
      output = `${output}${chunk.toString()}`.slice(-4000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', reject);
    child.once('close', (code) => {
      // Single-user mode goes on after an error and ends with 0.
      if (code === 0 && !/^.*\b(ERROR|FATAL|PANIC):/m.test(output)) resolve();
      else reject(new AuditError('unavailable', `${path.basename(program)} failed (${code}):\n${output.trim()}`));
    });
    child.stdin.end(input);
  });
}
