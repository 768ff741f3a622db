// A PostgreSQL server of our own, from the npm package's binaries: made once, started with us, stopped with us. It
// listens on a unix socket in a private folder and on no TCP port, so that nobody passes the gateway by.
//
//   <root>/data       the cluster            <root>/run        the socket, where its path is short enough
//   <root>/owner      who started it         <root>/superuser  password of the role postgres (0600)
//   <root>/postgres.log

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AuditError } from '@indelible/log';
import { findBinaries, type PostgresBinaries } from './binaries.ts';
import { createCluster } from './cluster.ts';
import { demoDatabase, demoRoles } from './demo.ts';
import { stopOrphan } from './orphan.ts';
import { findOsUser, type OsUser } from './os-user.ts';
import { findRoot } from './root-folder.ts';

export interface EmbeddedPostgresOptions {
  /**
   * Where it lives; made if missing. As root the server runs as another OS user: where that user cannot reach the
   * folder, it becomes a symbolic link to one under /var/lib/indelible.
   */
  readonly dataDir: string;
  readonly startTimeoutMs?: number;
}

export interface EmbeddedPostgres {
  /** Give this to `startGateway` as its upstream. */
  readonly socketDir: string;
  readonly port: number;
  readonly database: string;
  /** Roles that a person can try things with; passwords are no secret, the database is a demonstration. */
  readonly roles: readonly { readonly user: string; readonly password: string; readonly means: string }[];
  /** File with the password of the superuser `postgres`. */
  readonly superuserPasswordFile: string;
  readonly processId: number;
  /** Resolves when the server is gone; `expected` after `stop`. */
  readonly exited: Promise<{ readonly expected: boolean; readonly code: number | null }>;
  /** Ends sessions, writes everything, and resolves when the server is gone. Idempotent. */
  stop(): Promise<void>;
}

const port = 5432;
const socketPathBytesMax = 107;
const retryMs = 200;

/**
 * Call it while the log's lock is held: the lock keeps two of us from one folder.
 * @throws AuditError `unavailable` when there are no binaries for this machine, or the server does not start.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const osUser = await findOsUser();
  const root = findRoot(path.resolve(options.dataDir), osUser);
  const binaries = findBinaries(root, osUser);
  await stopOrphan(path.join(root, 'data'), path.join(root, 'owner'));
  if (!fs.existsSync(path.join(root, 'data', 'PG_VERSION'))) await createCluster(root, binaries, osUser);
  const socketDir = findSocketDir(root, osUser);
  const server = await startServer(root, socketDir, binaries, osUser, options.startTimeoutMs ?? 30_000);
  fs.writeFileSync(path.join(root, 'owner'), `${process.pid}\n`, { mode: 0o600 });

  let expected = false;
  const exited = new Promise<{ expected: boolean; code: number | null }>((resolve) => {
    server.once('exit', (code) => resolve({ expected, code }));
  });
  return {
    socketDir,
    port,
    database: demoDatabase,
    roles: demoRoles,
    superuserPasswordFile: path.join(root, 'superuser'),
    processId: server.pid!,
    exited,
    async stop() {
      expected = true;
      // SIGINT is "fast": sessions are ended, everything is written.
      if (server.exitCode === null && server.signalCode === null) server.kill('SIGINT');
      await exited;
      if (!socketDir.startsWith(root)) fs.rmSync(socketDir, { recursive: true, force: true });
    },
  };
}

/** Every start has a fresh folder where the path of the usual one would be too long for a socket. */
function findSocketDir(root: string, osUser: OsUser): string {
  const usual = path.join(root, 'run');
  const isShort = Buffer.byteLength(path.join(usual, `.s.PGSQL.${port}`)) <= socketPathBytesMax;
  const socketDir = isShort ? usual : fs.mkdtempSync(path.join(os.tmpdir(), 'indelible-'));
  fs.mkdirSync(socketDir, { recursive: true, mode: 0o700 });
  osUser.own(socketDir);
  return socketDir;
}

async function startServer(
  root: string,
  socketDir: string,
  binaries: PostgresBinaries,
  osUser: OsUser,
  timeoutMs: number,
): Promise<ChildProcess> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const server = spawnServer(root, socketDir, binaries, osUser);
    if (await becomesReady(server, path.join(root, 'data'), deadlineMs)) return server;
    // Children of a killed server may hold its shared memory for a moment longer.
    if (Date.now() + retryMs > deadlineMs) throw notStarted(root);
    await pause(retryMs);
    if (!isTransient(root)) throw notStarted(root);
  }
}

function spawnServer(root: string, socketDir: string, binaries: PostgresBinaries, osUser: OsUser): ChildProcess {
  const settings = {
    listen_addresses: '',
    port: String(port),
    unix_socket_directories: socketDir,
    unix_socket_permissions: '0700',
    // With the collector a server that is told to stop would wait for it.
    logging_collector: 'off',
    cluster_name: `indelible-${randomBytes(4).toString('hex')}`,
  };
  const log = fs.openSync(path.join(root, 'postgres.log'), 'a', 0o600);
  try {
    return spawn(
      binaries.postgres,
      [
        '-D',
        path.join(root, 'data'),
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      // Detached: Ctrl-C on a terminal is for us alone; we stop the server when its last session is recorded.
      { cwd: root, detached: true, stdio: ['ignore', log, log], env: binaries.env, ...osUser.ids },
    );
  } finally {
    fs.closeSync(log);
  }
}

/** The last line of postmaster.pid says `ready` once the server takes connections. */
async function becomesReady(server: ChildProcess, dataDir: string, deadlineMs: number): Promise<boolean> {
  let hasExited = false;
  server.once('error', () => {
    hasExited = true;
  });
  server.once('exit', () => {
    hasExited = true;
  });
  while (!hasExited) {
    const [pid, , , , , , , status] = readLines(path.join(dataDir, 'postmaster.pid'));
    if (Number(pid) === server.pid && status?.trim() === 'ready') return true;
    if (Date.now() > deadlineMs) {
      server.kill('SIGQUIT');
      return false;
    }
    await pause(20);
  }
  return false;
}

function isTransient(root: string): boolean {
  const lastWords = readLines(path.join(root, 'postgres.log')).slice(-6).join('\n');
  return /shared memory block|lock file|already in use/.test(lastWords);
}

function notStarted(root: string): AuditError {
  const log = path.join(root, 'postgres.log');
  const lastWords = readLines(log).slice(-6).join('\n').trim();
  return new AuditError('unavailable', `The embedded PostgreSQL did not start; see ${log}:\n${lastWords}`);
}

function readLines(file: string): string[] {
  try {
    return fs.readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
