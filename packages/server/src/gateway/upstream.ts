// The PostgreSQL server behind the gateway: how its address is written and how it is reached.

import net, { type Socket } from 'node:net';
import { AuditError } from '@indelible/log';

/** `socketDir` is the folder of the server's unix socket. */
export type UpstreamTarget =
  | { readonly host: string; readonly port: number }
  | { readonly socketDir: string; readonly port: number };

/**
 * Reads `postgres://host:port`, or `postgres:///?host=/run/postgresql&port=5432` for a unix socket. User, password and
 * database in it are not used: each client brings its own.
 * @throws AuditError `invalid_argument`, `not_available_yet` for a URL that demands TLS.
 */
export function parseUpstream(text: string): UpstreamTarget {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw new AuditError('invalid_argument', `--upstream is no URL such as postgres://127.0.0.1:5432: ${text}`, {
      cause,
    });
  }
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') {
    throw new AuditError(
      'invalid_argument',
      `--upstream starts with postgres:// or postgresql://, not ${url.protocol}//`,
    );
  }
  if (/^(require|verify-ca|verify-full)$/.test(url.searchParams.get('sslmode') ?? '')) {
    throw new AuditError('not_available_yet', 'TLS to the upstream is not yet available; leave out sslmode');
  }
  const port = Number(url.port || url.searchParams.get('port') || 5432);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new AuditError('invalid_argument', `--upstream has no valid port: ${text}`);
  }
  const host = decodeURIComponent(url.hostname) || url.searchParams.get('host') || '127.0.0.1';
  return host.startsWith('/') ? { socketDir: host, port } : { host: host.replace(/^\[(.*)\]$/, '$1'), port };
}

export function describeUpstream(target: UpstreamTarget): string {
  return 'host' in target ? `${target.host}:${target.port}` : `${target.socketDir}/.s.PGSQL.${target.port}`;
}

/** A socket that is being connected. The caller listens for `connect` and `error`. */
export function connectUpstream(target: UpstreamTarget): Socket {
  const options = 'host' in target ? { host: target.host, port: target.port } : { path: describeUpstream(target) };
  return net.connect({ ...options, allowHalfOpen: true, noDelay: true, keepAlive: true });
}
