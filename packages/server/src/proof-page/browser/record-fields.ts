// What a person wants to read of a record, in the order in which they would ask: when, who, from where, what, and how
// it ended. Values are the record's own and not yet safe to show. Runs in the page and in the program that makes it.

export interface Field {
  readonly label: string;
  readonly value: string;
  /** A statement or JSON, whose blanks and line breaks matter. */
  readonly isCode?: boolean;
}

/** The fields that a line has. For one that is no JSON object there are none: it can only be shown as it stands. */
export function fieldsOf(line: string): Field[] {
  const record = parse(line);
  const [actor, operation, result, context] = ['actor', 'operation', 'result', 'context'].map((name) =>
    members(record[name]),
  );
  const { rows_returned: returned, rows_affected: affected, duration_ms: duration } = operation ?? {};
  const fields: Field[] = [
    { label: 'Time', value: readableTime(text(record.timestamp)) },
    { label: 'Kind', value: joined(' / ', record.event_type, record.subtype) },
    { label: 'Severity', value: text(record.severity) },
    { label: 'Who', value: joined(', ', actor?.user_id, labelled('roles', actor?.roles)) },
    { label: 'From', value: joined(', ', actor?.ip_address, actor?.user_agent) },
    { label: 'Session', value: joined(', ', actor?.session_id, labelled('by', actor?.auth_method)) },
    { label: 'What', value: joined(' in ', operation?.type, operation?.graph) },
    { label: 'Statement', value: text(operation?.query), isCode: true },
    { label: 'Parameters', value: json(operation?.parameters), isCode: true },
    { label: 'Tables', value: text(operation?.labels_accessed) || text(members(operation?.target).label) },
    { label: 'Target', value: text(members(operation?.target).id) },
    { label: 'Columns', value: text(operation?.properties_accessed) },
    { label: 'Entries', value: text(operation?.entry_ids) },
    { label: 'Changes', value: json(operation?.changes), isCode: true },
    { label: 'Rows', value: joined(', ', counted(returned, 'returned'), counted(affected, 'affected')) },
    { label: 'Outcome', value: joined(': ', joined(' ', result?.status, result?.error_code), result?.error_message) },
    { label: 'Duration', value: counted(duration, 'ms') },
    { label: 'Transaction', value: text(context?.transaction_id) },
    { label: 'Request', value: text(context?.request_id) },
    { label: 'Source', value: text(context?.source) },
    { label: 'Details', value: json(record.details), isCode: true },
    { label: 'Event ID', value: text(record.event_id) },
  ];
  return fields.filter(({ value }) => value !== '');
}

type Members = Readonly<Record<string, unknown>>;

function parse(line: string): Members {
  try {
    return members(JSON.parse(line));
  } catch {
    return {};
  }
}

function members(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

/** A value as text; of one that was cut for its size, what was kept of its beginning and end. */
function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map(text).join(', ');
  const { truncated, head, tail } = members(value);
  return truncated === true ? `${text(head)} … ${text(tail)}` : '';
}

/** On one line where it is short. */
function json(value: unknown): string {
  if (value === undefined || value === null) return '';
  const compact = JSON.stringify(value);
  return compact.length <= 60 ? compact : JSON.stringify(value, undefined, 2);
}

function joined(separator: string, ...values: readonly unknown[]): string {
  return values
    .map(text)
    .filter((value) => value !== '')
    .join(separator);
}

function labelled(label: string, value: unknown): string {
  return text(value) === '' ? '' : `${label} ${text(value)}`;
}

function counted(value: unknown, unit: string): string {
  return typeof value === 'number' ? `${value} ${unit}` : '';
}

function readableTime(timestamp: string): string {
  return timestamp.replace(/^(\d{4}-\d\d-\d\d)T([\d:.]+)Z$/, '$1 $2 UTC');
}
