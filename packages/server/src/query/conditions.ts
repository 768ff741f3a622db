// The conditions of a search in SQL, over the columns of the log. Every record that answers the search fulfils them;
// the other way round too, except for statements: their letters are folded in ASCII alone here, and whoever asks looks
// at the line.

import { quoteText } from './columns.ts';

/** Times t with `from` ≤ t < `before`, in canonical form. */
interface Times {
  readonly from?: string;
  readonly before?: string;
}

/** All hold together; of a list any value will do. */
export interface Conditions {
  readonly eventIds?: readonly string[];
  readonly eventTypes?: readonly string[];
  readonly subtypes?: readonly string[];
  readonly severities?: readonly string[];
  readonly users?: readonly string[];
  readonly addresses?: readonly string[];
  readonly sessions?: readonly string[];
  readonly statuses?: readonly string[];
  readonly errorCodes?: readonly string[];
  readonly transactions?: readonly string[];
  readonly traces?: readonly string[];
  readonly labels?: readonly string[];
  readonly properties?: readonly string[];
  readonly statements?: readonly string[];
  readonly occurred?: Times;
  readonly recorded?: Times;
  /** Positions, both excluded. */
  readonly after?: number;
  readonly before?: number;
}

/** An expression for WHERE; `true` where there is nothing to fulfil. */
export function conditionsOf(query: Conditions): string {
  const conditions = [
    ...isWithin('"timestamp"', query.occurred),
    ...isWithin('recorded_at', query.recorded),
    ...(query.after === undefined ? [] : [`seq > ${query.after}`]),
    ...(query.before === undefined ? [] : [`seq < ${query.before}`]),
    ...isAmong('event_id', query.eventIds),
    ...isAmong('event_type', query.eventTypes),
    ...isAmong('subtype', query.subtypes),
    ...isAmong('severity', query.severities),
    ...isAmong('actor.user_id', query.users),
    ...isAmong('actor.ip_address', query.addresses),
    ...isAmong('actor.session_id', query.sessions),
    ...isAmong('result.status', query.statuses),
    ...isAmong('result.error_code', query.errorCodes),
    ...isAmong('context.transaction_id', query.transactions),
    ...isAmong('context.trace_id', query.traces),
    ...hasLabel(query.labels),
    ...(query.properties === undefined ? [] : [listNames('operation.properties_accessed', query.properties)]),
    ...statementHasAny(query.statements),
  ];
  return conditions.length === 0 ? 'true' : conditions.join(' AND ');
}

function isWithin(column: string, { from, before }: Times = {}): string[] {
  return [
    ...(from === undefined ? [] : [`${column} >= TIMESTAMPTZ ${quoteText(from)}`]),
    ...(before === undefined ? [] : [`${column} < TIMESTAMPTZ ${quoteText(before)}`]),
  ];
}

function isAmong(column: string, values: readonly string[] | undefined): string[] {
  return values === undefined ? [] : [`${column} IN (${values.map(quoteText).join(', ')})`];
}

function hasLabel(labels: readonly string[] | undefined): string[] {
  if (labels === undefined) return [];
  return [`(${listNames('operation.labels_accessed', labels)} OR ${isNamed('operation.target.label', labels)})`];
}

function listNames(column: string, names: readonly string[]): string {
  return `len(list_filter(${column}, lambda name: ${isNamed('name', names)})) > 0`;
}

/** The whole name, or what follows one of its dots. */
function isNamed(value: string, names: readonly string[]): string {
  return `(${names
    .map((name) => `${value} = ${quoteText(name)} OR ends_with(${value}, ${quoteText(`.${name}`)})`)
    .join(' OR ')})`;
}

/** A statement that was cut stands in its column as the JSON of what was kept; the line says what is in it. */
const isCut = `starts_with(operation.query, '{"truncated":true,')`;

function statementHasAny(texts: readonly string[] | undefined): string[] {
  if (texts === undefined) return [];
  const alternatives = texts.map((text) => asciiParts(text).map(isInStatement));
  if (alternatives.some((parts) => parts.length === 0)) return [];
  return [`(${[isCut, ...alternatives.map((parts) => parts.join(' AND '))].join(' OR ')})`];
}

// DuckDB and JavaScript do not agree on the small letters of every alphabet.
function asciiParts(text: string): string[] {
  return (
    text
      .toLowerCase()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII begins with them.
      .split(/[^\u0001-\u007f]+/)
      .filter((part) => part !== '')
  );
}

function isInStatement(part: string): string {
  return `contains(lower(operation.query), ${quoteText(part)})`;
}
