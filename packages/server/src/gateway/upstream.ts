// The PostgreSQL server behind the gateway: how it is reached.

import net, { type Socket } from 'node:net';

/** `socketDir` is the folder of the server's unix socket. */
export type UpstreamTarget =
  | { readonly host: string; readonly port: number }
  | { readonly socketDir: string; readonly port: number };

export function describeUpstream(target: UpstreamTarget): string {
  return 'host' in target ? `${target.host}:${target.port}` : `${target.socketDir}/.s.PGSQL.${target.port}`;
}

/** A socket that is being connected. The caller listens for `connect` and `error`. */
export function connectUpstream(target: UpstreamTarget): Socket {
  const options = 'host' in target ? { host: target.host, port: target.port } : { path: describeUpstream(target) };
  return net.connect({ ...options, allowHalfOpen: true, noDelay: true, keepAlive: true });
}
