// What the gateway's tests stand on: an embedded PostgreSQL in a folder of its own, a gateway before it, and a recorder
// that keeps events in memory and can be told to fail or to wait.

import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { AuditEvent, LogState } from '@indelible/log';
import pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded/embedded-postgres.ts';
import { type Gateway, type GatewayLimits, startGateway } from '../gateway.ts';
import { createStatementAnalyzer } from '../statement/analyzer.ts';

export class FakeRecorder {
  readonly events: AuditEvent[] = [];
  /** While set, every record waits for it. */
  barrier: Promise<void> | undefined;
  failure: Error | undefined;
  #watchers: (() => void)[] = [];

  async record(event: AuditEvent): Promise<void> {
    this.events.push(event);
    for (const watcher of this.#watchers.splice(0)) watcher();
    if (this.barrier !== undefined) await this.barrier;
    if (this.failure !== undefined) throw this.failure;
  }

  /** Statement records only: neither logins nor checks of privileges nor the system's own. */
  statements(): AuditEvent[] {
    return this.events.filter(({ event_type, subtype }) => {
      const isCheck = subtype === 'access_granted' || subtype === 'access_denied';
      return event_type !== 'authentication' && event_type !== 'system' && !isCheck;
    });
  }

  of(subtype: string): AuditEvent[] {
    return this.events.filter((event) => event.subtype === subtype);
  }

  /** Resolves with the first event that fits, now or later. */
  async next(fits: (event: AuditEvent) => boolean): Promise<AuditEvent> {
    for (;;) {
      const event = this.events.find(fits);
      if (event !== undefined) return event;
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
  }
}

export interface GatewayFixture {
  readonly gateway: Gateway;
  readonly recorder: FakeRecorder;
  readonly log: { state: LogState };
  client(config?: pg.ClientConfig): Promise<pg.Client>;
  socket(): Promise<net.Socket>;
  close(): Promise<void>;
}

/** A folder that the server's OS user can reach also when the tests run as root. */
export function makeServerFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'indelible-pg-'));
  fs.chmodSync(folder, 0o755);
  return folder;
}

export async function startServer(): Promise<EmbeddedPostgres & { remove(): Promise<void> }> {
  const folder = makeServerFolder();
  const server = await startEmbeddedPostgres({ dataDir: path.join(folder, 'postgres') });
  return {
    ...server,
    async remove() {
      await server.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function openGateway(
  upstream: { socketDir: string; port: number },
  limits: Partial<GatewayLimits> = {},
): Promise<GatewayFixture> {
  const recorder = new FakeRecorder();
  const log: { state: LogState } = { state: 'open' };
  const analyzer = await createStatementAnalyzer();
  const listen = { host: '127.0.0.1', port: 0 };
  const gateway = await startGateway({ listen, upstream, recorder, analyzer, log, limits });
  const { host, port } = gateway.address;
  return {
    gateway,
    recorder,
    log,
    async client(config = {}) {
      const client = new pg.Client({ host, port, user: 'demo', password: 'demo', database: 'demo', ...config });
      // Tests that end a connection from outside look at the outcome of their queries, not at this event.
      client.on('error', () => undefined);
      await client.connect();
      return client;
    },
    async socket() {
      const socket = net.connect(port, host);
      await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
      return socket;
    },
    close: () => gateway.close(0),
  };
}
