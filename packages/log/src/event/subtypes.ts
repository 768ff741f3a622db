// The vocabulary as data: every event type, every subtype with its one-sentence meaning and default severity. The
// schema, the levels and docs/events.md are all made from these tables.

export const severities = ['info', 'warning', 'error', 'critical'] as const;
export type Severity = (typeof severities)[number];

export interface SubtypeEntry {
  readonly means: string;
  /** `info` where absent. */
  readonly severity?: Severity;
  /** The log's own evidence: no level, switch or exclusion keeps it out of the log. */
  readonly evidence?: true;
  /** Part of the log's structure: only the log itself may write it, a source that tries is refused. */
  readonly reserved?: true;
}

interface TypeEntry {
  readonly means: string;
  readonly subtypes: Readonly<Record<string, SubtypeEntry>>;
}

const authentication = {
  login_success: { means: 'Somebody logged in.' },
  login_failure: { means: 'A login attempt failed.', severity: 'warning' },
  logout: { means: 'A session ended because its user or client ended it.' },
  session_expired: { means: 'A session ended because its time was over.' },
  mfa_challenge: { means: 'A second factor was asked for.' },
  mfa_success: { means: 'The second factor was right.' },
  mfa_failure: { means: 'The second factor was wrong or did not come.', severity: 'warning' },
  token_issued: { means: 'An API token was made.' },
  token_revoked: { means: 'An API token was revoked.' },
} as const satisfies Record<string, SubtypeEntry>;

const authorization = {
  access_granted: { means: 'A permission check passed.' },
  access_denied: { means: 'A permission check failed and the act did not happen.', severity: 'warning' },
  permission_granted: { means: 'A permission was given to a user or role.' },
  permission_revoked: { means: 'A permission was taken from a user or role.' },
  role_assigned: { means: 'A role was given to a user or role.' },
  role_removed: { means: 'A role was taken from a user or role.' },
  rls_applied: { means: 'Row-level security decided which rows were seen.' },
} as const satisfies Record<string, SubtypeEntry>;

const dataAccess = {
  query_executed: { means: 'A statement that reads was executed.' },
  data_exported: { means: 'Data left in bulk.' },
  report_generated: { means: 'A report was made.' },
  aggregation_computed: { means: 'An aggregate over data was computed.' },
  audit_log_read: { means: 'Somebody read the audit log itself.', evidence: true },
} as const satisfies Record<string, SubtypeEntry>;

const dataModification = {
  node_created: { means: 'A node (a row of a table) was inserted.' },
  node_updated: { means: 'Properties of a node (columns of a row) were changed.' },
  node_deleted: { means: 'A node (a row of a table) was removed.' },
  relationship_created: { means: 'A relationship was inserted.' },
  relationship_updated: { means: 'Properties of a relationship were changed.' },
  relationship_deleted: { means: 'A relationship was removed.' },
  bulk_insert: { means: 'Many nodes or rows were inserted by one act.' },
  bulk_delete: { means: 'Many nodes or rows were removed by one act.' },
  code_executed: { means: 'A procedure or code block was run whose effect its text does not tell.' },
  unaudited_write: { means: 'Data changed in a transaction that passed by the gateway.', severity: 'error' },
} as const satisfies Record<string, SubtypeEntry>;

const schemaChange = {
  graph_created: { means: 'A graph (a schema) was created.' },
  graph_dropped: { means: 'A graph (a schema) was removed.' },
  constraint_created: { means: 'A constraint was created.' },
  constraint_dropped: { means: 'A constraint was removed.' },
  index_created: { means: 'An index was created.' },
  index_dropped: { means: 'An index was removed.' },
  policy_created: { means: 'A row-level security policy was added.' },
  policy_modified: { means: 'A row-level security policy was changed.' },
  policy_dropped: { means: 'A row-level security policy was removed.' },
  table_created: { means: 'A table was created.' },
  table_altered: { means: 'The definition of a table was changed.' },
  table_dropped: { means: 'A table was removed.' },
  object_created: { means: 'Another object was created: a view, function, type, extension or database.' },
  object_altered: { means: 'The definition of another object was changed.' },
  object_dropped: { means: 'Another object was removed.' },
} as const satisfies Record<string, SubtypeEntry>;

const adminAction = {
  user_created: { means: 'A user account or role was created.' },
  user_modified: { means: 'Properties of a user account or role were changed.' },
  user_deleted: { means: 'A user account or role was removed.' },
  user_disabled: { means: 'A user account may no longer log in.' },
  user_enabled: { means: 'A user account may log in again.' },
  password_changed: { means: 'A password was set or changed.' },
  config_changed: { means: 'The configuration of the audited server was changed.' },
  backup_created: { means: 'A backup was started; its outcome is a second record with the same correlation_id.' },
  backup_restored: { means: 'A backup was restored.' },
  maintenance_started: { means: 'Maintenance began; its outcome is a second record with the same correlation_id.' },
} as const satisfies Record<string, SubtypeEntry>;

const system = {
  log_created: { means: 'The log was created: its first record, with origin and key.', evidence: true, reserved: true },
  sealed: {
    means: 'A commit ended; holds the signed checkpoint over all lines before.',
    evidence: true,
    reserved: true,
  },
  heartbeat: {
    means: 'Nothing happened for a while, and the log was there to see it.',
    evidence: true,
    reserved: true,
  },
  log_recovered: {
    means: 'The log was opened after a crash; says what was set aside as never acknowledged.',
    severity: 'warning',
    evidence: true,
    reserved: true,
  },
  log_stopped: { means: 'The log stopped after a failed write or sync.', severity: 'critical', evidence: true },
  log_reopened: { means: 'The log was opened anew after it had stopped.', severity: 'warning', evidence: true },
  key_rotated: { means: 'The key of the log was replaced.', severity: 'critical', evidence: true, reserved: true },
  events_dropped: { means: 'Events were lost before they could be recorded.', severity: 'error', evidence: true },
  events_excluded: { means: 'Events were left out by a rule of the configuration.', evidence: true },
  purged: { means: 'Lines past their retention were removed.', severity: 'warning', evidence: true, reserved: true },
  archived: { means: 'Segments were copied to an archive.', evidence: true },
  restored: { means: 'Segments were brought back from an archive.', evidence: true },
  disk_space_low: { means: 'The disk of the log is nearly full.', severity: 'warning', evidence: true },
  disk_full: { means: 'The disk of the log is full.', severity: 'critical', evidence: true },
  clock_stepped: { means: 'The wall clock was moved.', severity: 'warning', evidence: true },
  config_changed: { means: 'What the audit log records, or how, was configured.', evidence: true },
  auditing_enabled: { means: 'Auditing was switched on.', evidence: true },
  auditing_disabled: { means: 'Auditing was switched off.', severity: 'critical', evidence: true },
  verification_completed: { means: 'The log was verified.', evidence: true },
  tampering_found: { means: 'Verification found the log changed.', severity: 'critical', evidence: true },
  server_started: { means: 'A server started.', evidence: true },
  server_stopped: { means: 'A server stopped in order.', evidence: true },
  source_connected: { means: 'A source of events began to deliver.', evidence: true },
  source_disconnected: { means: 'A source of events stopped delivering.', severity: 'warning', evidence: true },
  sink_stalled: { means: 'A sink does not take what it is given.', severity: 'error', evidence: true },
  sink_recovered: { means: 'A sink that had stalled goes on.', evidence: true },
  alert_fired: { means: 'An alert rule or a detector fired.', severity: 'warning', evidence: true },
  internal_error: { means: 'A part of the server failed.', severity: 'error' },
  resource_exhausted: { means: 'A limit was reached: connections, memory, descriptors.', severity: 'error' },
  upstream_unavailable: { means: 'The audited server does not answer.', severity: 'error' },
  connection_opened: { means: 'A client connected.' },
  connection_closed: { means: 'A client is gone.' },
  segment_opened: { means: 'The log went on in a new segment.' },
  index_built: { means: 'The search index was built anew.' },
  metrics: { means: 'Figures of the server: events a second, commit latency, lag of each cursor.' },
} as const satisfies Record<string, SubtypeEntry>;

export const vocabulary = {
  authentication: { means: 'Who came in, who tried to, who left.', subtypes: authentication },
  authorization: { means: 'What was allowed and refused, and who was given or lost a right.', subtypes: authorization },
  data_access: { means: 'What was read.', subtypes: dataAccess },
  data_modification: { means: 'What was created, changed or removed.', subtypes: dataModification },
  schema_change: { means: 'How the shape of the data changed.', subtypes: schemaChange },
  admin_action: { means: 'What administrators did to accounts, configuration and the server.', subtypes: adminAction },
  system: { means: 'What happened to the servers and to the log itself.', subtypes: system },
  memory_operation: {
    means: 'What an AI memory did: `operation.type` is STORE, RECALL, FORGET, COMPACT, EXPORT or IMPORT; any subtype.',
    subtypes: {},
  },
} as const satisfies Record<string, TypeEntry>;

export type EventType = keyof typeof vocabulary;
export type SystemSubtype = keyof typeof system;

export const eventTypes: readonly [EventType, ...EventType[]] = [
  'authentication',
  'authorization',
  'data_access',
  'data_modification',
  'schema_change',
  'admin_action',
  'system',
  'memory_operation',
];

const entriesByType = new Map<string, ReadonlyMap<string, SubtypeEntry>>(
  Object.entries<TypeEntry>(vocabulary).map(([type, { subtypes }]) => [type, new Map(Object.entries(subtypes))]),
);

/** The subtypes of a type, in the order of the docs. Empty for `memory_operation`, which takes any. */
export function subtypesOf(type: EventType): readonly string[] {
  return Object.keys(vocabulary[type].subtypes);
}

/** What the vocabulary says of a subtype; undefined if it knows none of that name under that type. */
export function subtypeEntry(type: string, subtype: string | undefined): SubtypeEntry | undefined {
  return subtype === undefined ? undefined : entriesByType.get(type)?.get(subtype);
}
