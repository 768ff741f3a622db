// Takes out of an event what must not be stored: values of sensitive fields, secrets in statement text, and whole
// members that the policy leaves out. If a part cannot be redacted, that part goes and the event stays, and says so.

import { createHash } from 'node:crypto';
import { randomNonce } from '../base/random-text.ts';
import type { AuditEvent } from '../event/event.ts';
import { PlainEvent } from '../event/plain-event.ts';
import { createMask, type Mask, mask } from './mask.ts';
import type { RecorderPolicy } from './policy.ts';
import { createRedactText, type RedactText, redactMessage } from './redact-text.ts';

/**
 * Reads a PostgreSQL statement and takes the secrets out. `sensitiveParameters` are the numbers n of the `$n` that are
 * tied to a sensitive column. `sensitive` holds names in lower case and is the same set at every call.
 */
export type RedactStatement = (
  text: string,
  sensitive: ReadonlySet<string>,
) =>
  | { readonly text: string; readonly sensitiveParameters?: readonly number[]; readonly unparsed?: never }
  | { readonly unparsed: true };

/** Events with this `context.source` hold PostgreSQL statements; those of other sources may be in any language. */
const statementSource = 'postgres';

export type Redact = (event: AuditEvent) => AuditEvent;

type RedactionPolicy = Pick<
  RecorderPolicy,
  'maskSensitiveFields' | 'includeQueryParameters' | 'includeResultData' | 'includeBeforeAfter'
>;

/** @throws AuditError `invalid_event`, from the function returned, for what JSON cannot hold. */
export function createRedact(policy: RedactionPolicy, redactStatement?: RedactStatement): Redact {
  const sensitive: ReadonlySet<string> = new Set(policy.maskSensitiveFields.map((name) => name.toLowerCase()));
  const maskFields = createMask(sensitive);
  const redactText = createRedactText(sensitive);
  return (given) => {
    const event = new PlainEvent(given);
    const failed: string[] = [];
    leaveOut(event, policy);
    redactStatements(event, { sensitive, redactText, redactStatement, failed });
    maskMembers(event, maskFields, failed);
    if (failed.length > 0) event.details = { ...event.details, redaction_failed: failed };
    return event;
  };
}

function leaveOut(event: AuditEvent, policy: RedactionPolicy): void {
  const { operation, details } = event;
  if (operation !== undefined) {
    if (!policy.includeQueryParameters && operation.parameters !== undefined) {
      const { parameters: _, ...rest } = operation;
      event.operation = rest;
    }
    if (!policy.includeBeforeAfter && operation.changes !== undefined) {
      const { changes: _, ...rest } = event.operation ?? operation;
      event.operation = rest;
    }
  }
  if (details !== undefined && !policy.includeResultData && 'result_data' in details) {
    const { result_data: _, ...rest } = details;
    event.details = rest;
  }
}

const members = ['actor', 'operation', 'result', 'context', 'details'] as const;

function maskMembers(event: AuditEvent, maskFields: Mask, failed: string[]): void {
  for (const name of members) {
    const member = event[name];
    if (member === undefined) continue;
    try {
      const masked = maskFields(member);
      if (masked !== member) Object.assign(event, { [name]: masked });
    } catch {
      failed.push(name);
      Object.assign(event, { [name]: { redacted: mask } });
    }
  }
}

interface StatementContext {
  readonly sensitive: ReadonlySet<string>;
  readonly redactText: RedactText;
  readonly redactStatement: RedactStatement | undefined;
  readonly failed: string[];
}

function redactStatements(event: AuditEvent, context: StatementContext): void {
  const { operation, details, result } = event;
  const query = operation?.query;
  const definition = details?.definition;
  const message = result?.error_message;
  let unread = false;
  if (typeof query === 'string') {
    const redacted = redactOne(query, 'operation.query', event, context);
    unread = redacted.unread;
    const parameters = maskParameters(operation?.parameters, redacted.sensitiveParameters);
    if (redacted.text !== query || parameters !== operation?.parameters) {
      event.operation = { ...operation, query: redacted.text, ...(parameters == null ? {} : { parameters }) };
    }
  }
  if (typeof definition === 'string') {
    const { text } = redactOne(definition, 'details.definition', event, context);
    if (text !== definition) event.details = { ...details, definition: text };
  }
  if (typeof message === 'string') {
    const redacted = redactMessage(message, context.sensitive, unread);
    if (redacted !== message) event.result = { ...result, error_message: redacted };
  }
}

interface RedactedText {
  readonly text: string;
  readonly sensitiveParameters: readonly number[];
  /** It is not known which of its literals are secret, so what others say of it may repeat them. */
  readonly unread: boolean;
}

function redactOne(text: string, path: string, event: AuditEvent, context: StatementContext): RedactedText {
  const { sensitive, redactText, redactStatement, failed } = context;
  try {
    if (redactStatement === undefined || event.context?.source !== statementSource) {
      const redacted = redactText(text);
      return { text: redacted, sensitiveParameters: [], unread: redacted !== text };
    }
    const answer = redactStatement(text, sensitive);
    if (answer.unparsed) return { text: hashed(text), sensitiveParameters: [], unread: true };
    return { text: answer.text, sensitiveParameters: answer.sensitiveParameters ?? [], unread: false };
  } catch {
    failed.push(path);
    return { text: hashed(text), sensitiveParameters: [], unread: true };
  }
}

// Salted, because a short statement could be guessed from its plain hash. The hash is over the salt's text, then the
// statement's, as for values that are too long for a line.
function hashed(text: string): string {
  const salt = randomNonce();
  const digest = createHash('sha256').update(salt).update(text).digest('hex');
  return `sha256:${digest} salt:${salt} (unparsed, ${Buffer.byteLength(text)} bytes)`;
}

type Parameters = NonNullable<AuditEvent['operation']>['parameters'];

function maskParameters(parameters: Parameters, numbers: readonly number[]): Parameters {
  if (parameters == null || numbers.length === 0) return parameters;
  const isSensitive = (name: string): boolean => numbers.includes(Number(name.replace(/^\$/, '')));
  if (Array.isArray(parameters)) {
    return parameters.map((value, index) => (numbers.includes(index + 1) ? mask : value));
  }
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, isSensitive(name) ? mask : value]),
  );
}
