// Where the log lies, what the gateway forwards to and the ports that are listened on: the sections beside `audit:`.

import { demandsTls, listenAddress, upstreamUrl } from '../address.ts';
import { boolean, duration, integer, listOf, path, record, secret, size, text } from '../kinds.ts';
import { option, section } from '../schema.ts';

export const logOptions = section(
  { help: 'The sealed log on disk.' },
  {
    data: option({
      kind: path,
      default: './indelible-data',
      flag: 'data',
      help: 'The data folder.',
    }),
    origin: option({
      kind: text,
      example: 'audit.example.com/orders',
      help: "The log's name for ever: a URL without its scheme, fixed when the log is made. Default: indelible.local/<random>.",
      refuse: (name) =>
        /^[^\s+]{1,200}$/.test(name) ? undefined : 'must be at most 200 characters without blanks and "+"',
    }),
    segment_size: option({
      kind: size,
      default: 64 * 2 ** 20,
      help: 'The size at which a segment ends.',
      refuse: (bytes) => (bytes >= 2 ** 20 && bytes <= 2 ** 32 ? undefined : 'must be from 1MiB to 4GiB'),
    }),
    heartbeat: option({
      kind: duration,
      default: 60_000,
      help: 'How often an idle log seals a heartbeat, so that silence has a meaning.',
      refuse: (ms) => (ms >= 100 && ms <= 86_400_000 ? undefined : 'must be from 100ms to 1d'),
    }),
    known_head: option({
      kind: path,
      example: '/mnt/elsewhere/indelible.head',
      help: 'A file with a checkpoint that `indelible head` printed; `verify` tells when the log is shorter or another.',
    }),
  },
);

const tls = section(
  { later: 'TLS', help: 'Encrypted connections.' },
  {
    cert_file: option({ kind: path, help: 'The certificate.' }),
    key_file: option({ kind: path, help: 'Its key.' }),
    ca_file: option({ kind: path, help: 'Who signs the certificates of clients.' }),
  },
);

export const gatewayOptions = section(
  { help: 'The PostgreSQL gateway.' },
  {
    listen: option({
      kind: listenAddress,
      default: { host: '127.0.0.1', port: 6432 },
      flag: 'listen',
      help: 'Where clients connect. Port 0 takes a free one.',
    }),
    upstream: option({
      kind: upstreamUrl,
      flag: 'upstream',
      example: 'postgres://db.example.com:5432',
      help: 'The PostgreSQL to forward to. Without it an embedded demo database is started.',
      refuse: (url) => (demandsTls(url) ? 'TLS to the upstream is not yet available; leave out sslmode' : undefined),
    }),
    limits: section(
      { help: 'What clients may use up.' },
      {
        connections: option({ kind: integer(1, 100_000), default: 1000, help: 'The most connections at a time.' }),
      },
    ),
    tls,
  },
);

export const queryOptions = section(
  { help: 'Reading the log: search, sql, export, summary and statistics.' },
  {
    audit_reads: option({
      kind: boolean,
      default: true,
      help: 'Whether each reading of the log is itself a record (`data_access`, `audit_log_read`).',
    }),
    timeout: option({ kind: duration, default: 60_000, help: 'A statement that takes longer is ended.' }),
    memory_limit: option({
      kind: size,
      default: 2 ** 30,
      help: 'The memory that a statement may use; what does not fit goes to the temporary folder.',
      refuse: (bytes) => (bytes >= 2 ** 26 ? undefined : 'must be at least 64MiB'),
    }),
  },
);

const token = record(
  section(
    { help: 'Who may use the API.' },
    {
      name: option({ kind: text, help: 'Whose it is.' }),
      token: option({ kind: secret, help: 'The token.' }),
      roles: option({ kind: listOf(text), help: 'What it may do.' }),
    },
  ),
);

export const httpOptions = section(
  { help: 'What is served over HTTP.' },
  {
    health_listen: option({
      kind: listenAddress,
      default: { host: '127.0.0.1', port: 6480 },
      flag: 'health-listen',
      help: 'Where `GET /health` answers. Port 0 takes a free one.',
    }),
    listen: option({ kind: listenAddress, later: 'the HTTP API', help: 'Where the HTTP API listens.' }),
    tokens: option({ kind: listOf(token), later: 'the HTTP API', help: 'Who may use it.' }),
    tls,
  },
);
