// What is recorded, how, and how it is protected: the `audit:` section, whose keys are those of the seeds.

import { levels } from '@indelible/log';
import { boolean, duration, integer, listOf, oneOf, path, text } from '../kinds.ts';
import { option, section } from '../schema.ts';
import { categories, switchesFromList } from './categories.ts';
import { excludeRule } from './exclude-rule.ts';
import { alertOptions, anomalyOptions, complianceOptions, notifierOptions } from './monitor-options.ts';
import { outputOptions, streamOptions } from './output-options.ts';
import { accessOptions, encryptionOptions, retentionOptions, storageOptions } from './storage-options.ts';

const policies = oneOf(['block', 'spool']);

const category = (key: keyof typeof categories) =>
  option({ kind: boolean, default: true, aliases: categories[key].aliases, help: categories[key].help });

const failurePolicy = (key: keyof typeof categories) =>
  option({
    kind: policies,
    aliases: categories[key].aliases,
    example: key === 'data_access' ? 'spool' : 'block',
    help: `What an event of ${key} does while it cannot be recorded.`,
  });

const alwaysTrue = (help: string, reason: string) =>
  option({ kind: boolean, default: true, help, refuse: (value) => (value ? undefined : reason) });

const events = section(
  {
    flag: 'audit-events',
    shorthand: switchesFromList,
    help: 'The categories of events to record. A list stands for those named and no others.',
  },
  {
    authentication: category('authentication'),
    authorization: category('authorization'),
    data_access: category('data_access'),
    data_modification: category('data_modification'),
    schema_changes: category('schema_changes'),
    admin_actions: category('admin_actions'),
    system_events: category('system_events'),
    memory_operation: category('memory_operation'),
  },
);

const failurePolicies = section(
  {
    help:
      'What happens while an event cannot be made durable. `block`: the act waits and fails with it. `spool`: the act goes on, ' +
      'the event waits in a bounded buffer, and what is dropped is counted in the log. Stronger than `async`.',
  },
  {
    authentication: failurePolicy('authentication'),
    authorization: failurePolicy('authorization'),
    data_access: failurePolicy('data_access'),
    data_modification: failurePolicy('data_modification'),
    schema_changes: failurePolicy('schema_changes'),
    admin_actions: failurePolicy('admin_actions'),
    system_events: failurePolicy('system_events'),
    memory_operation: failurePolicy('memory_operation'),
  },
);

const signing = section(
  {
    shorthand: (raw, report) => {
      if (raw === true || raw === 'true') return { enabled: true };
      if (raw === false || raw === 'false') return { enabled: false };
      report({
        path: [],
        at: 'value',
        found: raw,
        message: 'is not true, nor a mapping with enabled, algorithm, key_file',
      });
      return undefined;
    },
    help: 'Every commit ends with a signed seal. `true` stands for the mapping with its defaults.',
  },
  {
    enabled: alwaysTrue(
      'Signing cannot be switched off.',
      'cannot be false: every commit ends with a signed seal, and a log without it proves nothing',
    ),
    algorithm: option({ kind: oneOf(['ed25519']), default: 'ed25519', help: 'The algorithm of the signature.' }),
    key_file: option({
      kind: path,
      example: '/etc/indelible/keys/audit-signing.key',
      help: 'The signing key. Without it the log makes its own beside itself; `indelible init` makes a missing one.',
    }),
  },
);

const security = section(
  { help: 'How the log is protected.' },
  {
    encryption: encryptionOptions,
    signing,
    immutable: alwaysTrue(
      'Records are never changed.',
      'cannot be false: a record that was sealed is never changed; nothing here can switch that off',
    ),
    append_only: alwaysTrue(
      'Records are only ever added.',
      'cannot be false: the log only ever grows; nothing here can switch that off',
    ),
    access: accessOptions,
  },
);

export const auditOptions = section(
  { help: 'What is recorded, and how.' },
  {
    enabled: option({
      kind: boolean,
      default: true,
      flag: 'audit-enabled',
      help: 'Whether sources are recorded. While this is false statements pass unrecorded, and the log says so.',
    }),
    level: option({
      kind: oneOf(levels),
      default: 'comprehensive',
      flag: 'audit-log-level',
      help: 'How much is recorded. Each level holds all of the one before it; an event needs its level and its category.',
    }),
    events,
    output: outputOptions,
    stream: streamOptions,
    include_query_parameters: option({
      kind: boolean,
      default: true,
      help: 'Record the values bound to a statement, masked where a field is sensitive.',
    }),
    include_result_data: option({
      kind: boolean,
      default: false,
      help: 'Keep the rows that a source gives in `details.result_data`; the gateway does not capture rows yet. Think twice.',
    }),
    include_before_after: option({
      kind: boolean,
      default: true,
      help: 'Record values before and after a modification, where the source knows them.',
    }),
    mask_sensitive_fields: option({
      kind: listOf(text),
      default: ['password', 'ssn', 'credit_card'],
      help: 'Fields whose values are replaced by `***`: by whole name, in any case, at any depth, and in statements.',
    }),
    exclude: option({
      kind: listOf(excludeRule),
      default: [],
      example: [{ event_type: 'data_access', 'operation.query': 'SELECT 1' }],
      help: 'Events that are not recorded. Items are OR, the keys in one are AND, values are compared exactly.',
    }),
    async: option({
      kind: boolean,
      example: false,
      help: '`true` is `spool` for every category, `false` is `block`; absent, each category has its own default.',
    }),
    buffer_size: option({ kind: integer(1, 10_000_000), default: 10_000, help: 'How many events the spool holds.' }),
    flush_interval: option({
      kind: duration,
      default: 200,
      help: 'The longest that a spooled event waits; an event that blocks never waits.',
      refuse: (ms) => (ms >= 1 ? undefined : 'must be at least 1ms'),
    }),
    batch_writes: option({
      kind: boolean,
      default: true,
      help: 'Events that wait together share one seal; with `false` each has its own.',
    }),
    failure_policy: failurePolicies,
    security,
    access: accessOptions,
    retention_days: option({
      kind: integer(1, 1_000_000),
      example: 2555,
      help: 'Keep records for at least so many days. Nothing is removed yet, so that every minimum is met.',
    }),
    retention: retentionOptions,
    alerts: alertOptions,
    anomaly_detection: anomalyOptions,
    compliance: complianceOptions,
    notifiers: notifierOptions,
    storage: storageOptions,
    timezone: option({ kind: text, later: 'alerting', help: 'The IANA name of the time zone of rules and checks.' }),
  },
);
