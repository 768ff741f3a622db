// CEF, for security information systems: one event a line. It has room for what such a system asks, not for all of a
// record; the position and the leaf hash lead back to the record itself.
//
//   CEF:0|Indelible|indelible|1|<event_type>/<subtype>|<subtype in words>|<severity 0–10>|<extension>
//
//   rt       timestamp, milliseconds        externalId  event_id          cat     event_type
//   suser    actor.user_id                  spriv       actor.roles       act     operation.type
//   src      actor.ip_address, IPv4         c6a2        the same, IPv6    shost   the same, anything else
//   requestClientApplication  user_agent    outcome     result.status     reason  result.error_code
//   msg      result.error_message           out         bytes_transferred destinationServiceName  operation.graph
//   cn1      rows returned or affected      cn2         seq               cfp1    duration_ms
//   cs1      session_id                     cs2         query             cs3     labels accessed, or target.label
//   cs4      transaction_id                 cs5         details, as JSON  cs6     leaf hash, in base64
//
// The version is that of this mapping: it changes when the mapping does, not with every release.

import { isIPv4, isIPv6 } from 'node:net';
import { hashToBase64, leafHash, type RecordLine } from '@indelible/log';
import { type Members, membersOf, parseRecord } from './parse-record.ts';
import type { TextFormat } from './text-format.ts';

const mappingVersion = '1';
const severityNumbers: Readonly<Record<string, number>> = { info: 3, warning: 6, error: 8, critical: 10 };
const unknownSeverity = 5;

export const cefFormat: TextFormat = {
  name: 'cef',
  head: '',
  rowEnd: '\n',
  isArray: false,
  hasQuotes: false,
  row: cefLine,
  foot: () => '',
};

function cefLine(recordLine: RecordLine): string {
  const record = parseRecord(recordLine);
  const type = textOf(record.event_type);
  const subtype = textOf(record.subtype);
  const header = [
    'CEF:0',
    'Indelible',
    'indelible',
    mappingVersion,
    subtype === '' ? type : `${type}/${subtype}`,
    (subtype || type).replaceAll('_', ' '),
    String(severityNumbers[textOf(record.severity)] ?? unknownSeverity),
  ];
  const extension = extensionOf(recordLine, record)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key}=${escapeValue(value)}`);
  return `${header.map(escapeHeader).join('|')}|${extension.join(' ')}`;
}

type Pair = readonly [key: string, value: string];

function extensionOf({ seq, line }: RecordLine, record: Members): Pair[] {
  const actor = membersOf(record.actor);
  const operation = membersOf(record.operation);
  const result = membersOf(record.result);
  const rows = operation.rows_returned ?? operation.rows_affected;
  const labels = textOf(operation.labels_accessed) || textOf(membersOf(operation.target).label);
  return [
    ['rt', timeOf(record.timestamp)],
    ['externalId', textOf(record.event_id)],
    ['cat', textOf(record.event_type)],
    ['suser', textOf(actor.user_id)],
    ['spriv', textOf(actor.roles)],
    ...addressOf(textOf(actor.ip_address)),
    ['requestClientApplication', textOf(actor.user_agent)],
    ['act', textOf(operation.type)],
    ['outcome', textOf(result.status)],
    ['reason', textOf(result.error_code)],
    ['msg', textOf(result.error_message)],
    ['out', textOf(operation.bytes_transferred)],
    ['destinationServiceName', textOf(operation.graph)],
    ...labelled('cn1', 'rows', textOf(rows)),
    ...labelled('cn2', 'seq', String(seq)),
    ...labelled('cfp1', 'durationMs', textOf(operation.duration_ms)),
    ...labelled('cs1', 'sessionId', textOf(actor.session_id)),
    ...labelled('cs2', 'query', textOf(operation.query)),
    ...labelled('cs3', 'labels', labels),
    ...labelled('cs4', 'transactionId', textOf(membersOf(record.context).transaction_id)),
    ...labelled('cs5', 'details', textOf(record.details)),
    ...labelled('cs6', 'leafHash', hashToBase64(leafHash(line))),
  ];
}

function labelled(key: string, label: string, value: string): Pair[] {
  if (value === '') return [];
  return [
    [key, value],
    [`${key}Label`, label],
  ];
}

/** `src` takes IPv4 only; a collector drops a line with anything else in it. */
function addressOf(address: string): Pair[] {
  if (isIPv4(address)) return [['src', address]];
  return isIPv6(address) ? labelled('c6a2', 'Source IPv6 Address', address) : [['shost', address]];
}

function timeOf(timestamp: unknown): string {
  const milliseconds = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN;
  return Number.isNaN(milliseconds) ? '' : String(milliseconds);
}

/** A list of texts is joined with commas; what else is no plain value is JSON. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(',');
  return JSON.stringify(value);
}

/** A header cannot hold an end of line, not even escaped. */
function escapeHeader(text: string): string {
  return text.replace(/[\\|]/g, '\\$&').replace(/[\r\n]+/g, ' ');
}

function escapeValue(text: string): string {
  return text.replace(/[\\=]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}
