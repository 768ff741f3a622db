// What a person wants to see of a record at a glance: when, what kind, who, from where, what was done, to which tables,
// how many rows, how it ended. Values are plain text, not yet safe for a terminal: whoever prints them sees to that.

export interface RecordRow {
  readonly timestamp: string;
  /** `authentication/login_success`; the type alone where there is no subtype. */
  readonly kind: string;
  readonly who: string;
  readonly from: string;
  readonly what: string;
  readonly tables: string;
  readonly rows: number | undefined;
  readonly status: string;
  readonly severity: string;
}

/** Reads a stored line. One that is no JSON object is shown as it stands: `verify` says what is wrong with it. */
export function rowOf(line: string): RecordRow {
  const record = parse(line);
  const actor = members(record.actor);
  const operation = members(record.operation);
  const result = members(record.result);
  const subtype = text(record.subtype);
  return {
    timestamp: text(record.timestamp),
    kind: subtype === '' ? text(record.event_type) : `${text(record.event_type)}/${subtype}`,
    who: text(actor.user_id),
    from: text(actor.ip_address),
    what: record.event_type === undefined ? line : whatHappened(operation, result, members(record.details)),
    tables: tablesOf(operation),
    rows: largest(operation.rows_returned, operation.rows_affected),
    status: text(result.status),
    severity: text(record.severity),
  };
}

type Members = Readonly<Record<string, unknown>>;

function whatHappened(operation: Members, result: Members, details: Members): string {
  const error = text(result.error_message);
  const act =
    text(operation.query) || [text(operation.type), listed(operation.entry_ids)].join(' ').trim() || briefly(details);
  return error === '' ? act : [act, `→ ${error}`].join(' ').trim();
}

function tablesOf(operation: Members): string {
  return listed(operation.labels_accessed) || text(members(operation.target).label);
}

/** `key=value` for the plain values of an object. */
function briefly(details: Members): string {
  return Object.entries(details)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
}

function listed(value: unknown): string {
  return Array.isArray(value) ? value.map(text).join(', ') : text(value);
}

/** A value as text; of one that was cut for its size, what was kept of its beginning. */
function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const { truncated, head } = members(value);
  return truncated === true && typeof head === 'string' ? `${head}…` : '';
}

/** A modification returns no rows but touches some, a read the other way round. */
function largest(...values: unknown[]): number | undefined {
  const numbers = values.filter((value) => typeof value === 'number');
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}

function members(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function parse(line: string): Members {
  try {
    return members(JSON.parse(line));
  } catch {
    return {};
  }
}
