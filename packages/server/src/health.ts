// Answers `GET /health` on a local port: whether the log takes records, and how far it is.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '@indelible/log';
import type { ListenAddress } from './config/address.ts';

export interface HealthEndpoint {
  readonly address: ListenAddress;
  close(): Promise<void>;
}

/** 200 while the log is open, 503 while it is not. Rejects with the error of `listen`. */
export async function startHealthEndpoint(
  listen: ListenAddress,
  log: Pick<Log, 'state' | 'size' | 'origin'>,
): Promise<HealthEndpoint> {
  const server = createServer((request, response) => {
    const found = (request.method === 'GET' || request.method === 'HEAD') && request.url === '/health';
    const ok = log.state === 'open';
    const body = found ? { status: ok ? 'ok' : log.state, size: log.size, origin: log.origin } : { error: 'not found' };
    const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
    response.writeHead(found ? (ok ? 200 : 503) : 404, headers).end(`${JSON.stringify(body)}\n`);
  });
  // Who only ever opens connections must not use them up.
  server.headersTimeout = 5000;
  server.maxConnections = 100;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen.port, listen.host, resolve);
  });
  const { address: host, port } = server.address() as AddressInfo;
  return {
    address: { host, port },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
