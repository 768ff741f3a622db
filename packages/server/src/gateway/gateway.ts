// The gateway: listens where clients think their PostgreSQL is, and gives each connection its own `Connection`.

import net, { type AddressInfo } from 'node:net';
import { Connection, type ConnectionLimits, type ConnectionOptions } from './connection.ts';
import { doorEvent } from './session/session-event.ts';
import { fatalError } from './wire/answer.ts';

export interface GatewayLimits extends ConnectionLimits {
  readonly connectionsMax: number;
}

export interface GatewayOptions extends Omit<ConnectionOptions, 'limits'> {
  readonly listen: { readonly host: string; readonly port: number };
  readonly limits?: Partial<GatewayLimits>;
}

export interface Gateway {
  /** Where it listens; the port is the real one when 0 was asked for. */
  readonly address: { readonly host: string; readonly port: number };
  /** How many clients are connected. */
  readonly connections: number;
  /**
   * Takes no more clients, lets statements that are under way finish for `graceMs`, tells each client, and resolves
   * when every record of every connection is settled.
   */
  close(graceMs?: number): Promise<void>;
}

const defaultLimits: GatewayLimits = {
  connectionsMax: 500,
  loginTimeoutMs: 60_000,
  messageBytesMax: 64 * 1024 * 1024,
  openRecordsMax: 1_000,
  pendingRequestsMax: 100_000,
};

/** Rejects with the error of `listen` (EADDRINUSE and the like). */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const limits = { ...defaultLimits, ...options.limits };
  const connections = new Set<Connection>();
  let isFull = false;

  const server = net.createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true }, (client) => {
    if (connections.size >= limits.connectionsMax) {
      if (!isFull) recordFull(options, limits.connectionsMax, client.remoteAddress);
      isFull = true;
      client.on('error', () => client.destroy());
      client.end(fatalError('53300', `the audit gateway has its ${limits.connectionsMax} connections already`));
      client.destroySoon();
      return;
    }
    isFull = false;
    const connection = new Connection(client, { ...options, limits });
    connections.add(connection);
    connection.over.then(() => connections.delete(connection));
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.listen.port, options.listen.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;

  return {
    address: { host: address.address, port: address.port },
    get connections() {
      return connections.size;
    },
    async close(graceMs = 5_000) {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const connection of connections) connection.shutDown();
      const deadline = setTimeout(() => {
        const message = 'terminating connection due to administrator command';
        for (const connection of connections) connection.abort('57P01', message, 'gateway_closed');
      }, graceMs);
      await Promise.all([...connections].map(({ over }) => over));
      clearTimeout(deadline);
      await closed;
    },
  };
}

/** Told of once for each time the limit is reached, not for each client that is turned away. */
function recordFull({ recorder, listen }: GatewayOptions, connectionsMax: number, remoteAddress = ''): void {
  const message = `${connectionsMax} connections at ${listen.host}:${listen.port}`;
  const event = doorEvent('resource_exhausted', remoteAddress, '', 'connections_max', message);
  // A log that cannot be written is noticed and told of by every connection.
  recorder.record(event).catch(() => undefined);
}
