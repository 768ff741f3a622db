// Copies of the log for other programs. Every part of it comes later: the keys are known, so that a slip is told from a
// part that is not there yet, and setting one is refused.

import { boolean, duration, integer, listOf, oneOf, path, secret, size, text, url } from '../kinds.ts';
import { option, section } from '../schema.ts';

const batchSize = option({ kind: integer(1, 100_000), default: 100, help: 'The most records in one delivery.' });
const flushInterval = option({ kind: duration, default: 5000, help: 'The longest that a record waits for others.' });

const file = section(
  { later: 'the file output', help: 'A full copy of the log in one file, for programs that follow a file.' },
  {
    path: option({
      kind: path,
      flag: 'audit-log-file',
      example: '/var/log/indelible/audit.log',
      help: 'Where the copy is written.',
    }),
    format: option({
      kind: oneOf(['json', 'syslog', 'cef']),
      default: 'json',
      flag: 'audit-log-format',
      help: 'The form of a record in the copy.',
    }),
    seals: option({ kind: boolean, default: true, help: 'Keep all seals in a json copy.' }),
    mode: option({ kind: text, example: '0640', help: 'The permissions of the copy.' }),
    group: option({ kind: text, example: 'splunk', help: 'The group of the copy.' }),
    rotation: section(
      { help: 'When a new copy is begun. The log itself is never rotated.' },
      {
        max_size: option({
          kind: size,
          default: 100e6,
          flag: 'audit-log-max-size',
          help: 'The size at which one ends.',
        }),
        max_files: option({
          kind: integer(1, 100_000),
          default: 30,
          flag: 'audit-log-max-files',
          help: 'How many ended ones are kept.',
        }),
        compress: option({
          kind: boolean,
          default: true,
          flag: 'audit-log-compress',
          help: 'Whether ended ones are gzip.',
        }),
      },
    ),
  },
);

export const streamOptions = section(
  { later: 'streaming', help: 'Records sent to an HTTP endpoint, in order, at least once.' },
  {
    enabled: option({ kind: boolean, default: true, help: 'Whether records are sent.' }),
    endpoint: option({ kind: url, example: 'https://siem.example.com/collect', help: 'Where they are sent.' }),
    batch_size: batchSize,
    flush_interval: flushInterval,
    token: option({ kind: secret, help: 'Sent as a bearer token.' }),
  },
);

const kafka = section(
  { later: 'streaming', help: 'Records sent to Kafka, in order, at least once.' },
  {
    enabled: option({ kind: boolean, default: true, help: 'Whether records are sent.' }),
    brokers: option({ kind: listOf(text), example: ['kafka1:9092', 'kafka2:9092'], help: 'Where to connect first.' }),
    topic: option({ kind: text, example: 'indelible-audit-events', help: 'The topic.' }),
    compression: option({
      kind: oneOf(['none', 'gzip', 'snappy', 'lz4', 'zstd']),
      default: 'none',
      help: 'How batches are compressed.',
    }),
    batch_size: batchSize,
    flush_interval: flushInterval,
    security: section(
      { help: 'How to be let in.' },
      {
        protocol: option({
          kind: oneOf(['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL']),
          default: 'PLAINTEXT',
          help: 'TLS, SASL, both or none.',
        }),
        sasl_mechanism: option({
          kind: oneOf(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']),
          default: 'PLAIN',
          help: 'The SASL mechanism.',
        }),
        username: option({ kind: secret, example: '${KAFKA_USERNAME}', help: 'The user.' }),
        password: option({ kind: secret, example: '${KAFKA_PASSWORD}', help: 'The password.' }),
      },
    ),
  },
);

export const outputOptions = section(
  { help: 'Copies of the log for other programs.' },
  { file, stream: streamOptions, kafka },
);
