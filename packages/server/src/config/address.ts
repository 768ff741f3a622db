// Addresses to listen on and the PostgreSQL to forward to, read from the forms in which people write them.

import { textOf } from './raw.ts';
import type { Kind } from './schema.ts';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** A PostgreSQL server: over TCP, or by the folder of its Unix socket. */
export type Upstream =
  | { readonly host: string; readonly port: number }
  | { readonly socketDir: string; readonly port: number };

const postgresPort = 5432;

function parseListenAddress(text: string): ListenAddress | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]/@]+)):(\d{1,5})$/i.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || port > 65_535 ? undefined : { host, port };
}

export function formatListenAddress({ host, port }: ListenAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** `postgres://host:port`, or `postgres:///?host=/folder/of/the/socket`. User, password and database are not used. */
export function parseUpstream(text: string): Upstream | undefined {
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const host = decodeHost(url.hostname) || url.searchParams.get('host') || '127.0.0.1';
  const port = Number(url.port || url.searchParams.get('port') || postgresPort);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return undefined;
  return host.startsWith('/') ? { socketDir: host, port } : { host, port };
}

/** Whether the address demands an encrypted connection, which there is none of yet. */
export function demandsTls(text: string): boolean {
  return (
    URL.canParse(text) && /^(require|verify-ca|verify-full)$/.test(new URL(text).searchParams.get('sslmode') ?? '')
  );
}

function decodeHost(hostname: string): string {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  try {
    return decodeURIComponent(bare);
  } catch {
    return bare;
  }
}

/** The URL without the password in it. */
export function maskUpstream(text: string): string {
  return text.replace(/^(postgres(?:ql)?:\/\/[^/?#@:]*):.*@/, '$1:***@').replace(/([?&]password=)[^&]*/, '$1***');
}

export const listenAddress: Kind<ListenAddress> = {
  name: 'host:port',
  read(raw, report) {
    const address = parseListenAddress(textOf(raw) ?? '');
    const message = 'is not host:port, such as 127.0.0.1:6432 or [::1]:6432';
    if (address === undefined) report({ path: [], at: 'value', found: raw, message });
    return address;
  },
  write: formatListenAddress,
};

/** Kept as text, so that it can be shown as it was written; `parseUpstream` gives what is in it. */
export const upstreamUrl: Kind<string> = {
  name: 'postgres URL',
  read(raw, report) {
    const text = textOf(raw) ?? '';
    if (parseUpstream(text) !== undefined) return text;
    // The URL may hold a password, so it is not repeated.
    const form = 'postgres://db.example.com:5432, or postgres:///?host=/run/postgresql for a socket';
    report({ path: [], at: 'value', message: `the value is not the address of a PostgreSQL server: write ${form}` });
    return undefined;
  },
  write: (text) => text,
  mask: maskUpstream,
};
