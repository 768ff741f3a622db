import { hashToBase64, leafHash } from '@indelible/log';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyRecord, hostileRecords, hostileTexts, recordAt, textOf } from '../testing/records.ts';
import { cefFormat } from './cef-format.ts';

/** Reads a line as a collector does: seven headers, then keys whose values reach up to the next key. */
function parseCef(line: string) {
  const headers: string[] = [];
  let at = 0;
  for (let header = ''; headers.length < 7; at += 1) {
    if (line[at] === '\\') header += line[++at];
    else if (line[at] === '|') {
      headers.push(header);
      header = '';
    } else header += line[at];
  }
  const found = [...line.slice(at).matchAll(/(?:^| )([A-Za-z0-9]+)=((?:\\.|[^\\=])*?)(?= [A-Za-z0-9]+=|$)/gs)];
  const plain = (text: string) => text.replace(/\\(.)/gs, (_, c) => ({ n: '\n', r: '\r' })[String(c)] ?? c);
  const extension = new Map(found.map(([, key = '', value = '']) => [key, plain(value)]));
  expect(found.map(([text]) => text).join('')).toBe(line.slice(at));
  return { headers, extension };
}

const lineOf = (more: Record<string, unknown>) => textOf(cefFormat, [recordAt(4, more)]);

test('a record becomes one line with the standard keys', async () => {
  const record = recordAt(4, {
    severity: 'warning',
    actor: { user_id: 'ana', session_id: 's1', roles: ['a', 'b'], ip_address: '10.0.0.7', user_agent: 'psql' },
    operation: { type: 'SELECT', query: 'SELECT 1', rows_returned: 0, bytes_transferred: 12, duration_ms: 0.5 },
    result: { status: 'failure', error_code: '42501', error_message: 'no' },
    context: { transaction_id: '77' },
    details: { a: 1 },
  });
  const text = await textOf(cefFormat, [record]);
  const { headers, extension } = parseCef(text.slice(0, -1));
  const kind = 'data_access/query_executed';
  expect(headers).toEqual(['CEF:0', 'Indelible', 'indelible', '1', kind, 'query executed', '6']);
  expect(Object.fromEntries(extension)).toEqual({
    rt: String(Date.parse('2026-01-28T10:15:23.456Z')),
    externalId: 'evt_4',
    cat: 'data_access',
    suser: 'ana',
    spriv: 'a,b',
    src: '10.0.0.7',
    requestClientApplication: 'psql',
    act: 'SELECT',
    outcome: 'failure',
    reason: '42501',
    msg: 'no',
    out: '12',
    ...{ cn1: '0', cn1Label: 'rows', cn2: '4', cn2Label: 'seq', cfp1: '0.5', cfp1Label: 'durationMs' },
    ...{ cs1: 's1', cs1Label: 'sessionId', cs2: 'SELECT 1', cs2Label: 'query', cs4: '77', cs4Label: 'transactionId' },
    ...{ cs5: '{"a":1}', cs5Label: 'details', cs6: hashToBase64(leafHash(record.line)), cs6Label: 'leafHash' },
  });
});

test.each(hostileTexts)('a collector reads back %j', async (text) => {
  const line = await lineOf({ actor: { user_id: text }, operation: { query: text }, result: { error_message: text } });
  const { extension } = parseCef(line.slice(0, -1));
  expect([extension.get('suser') ?? '', extension.get('cs2') ?? '', extension.get('msg') ?? '']).toEqual([
    text,
    text,
    text,
  ]);
});

test('a header cannot be left through what a source says of itself', async () => {
  const line = await lineOf({ event_type: 'memory_operation', subtype: 'a|b\\c\nd' });
  expect(parseCef(line.slice(0, -1)).headers.slice(4, 6)).toEqual(['memory_operation/a|b\\c d', 'a|b\\c d']);
});

test('an address goes where its kind belongs', async () => {
  expect(await lineOf({ actor: { ip_address: '10.0.0.7' } })).toContain(' src=10.0.0.7 ');
  expect(await lineOf({ actor: { ip_address: '::1' } })).toContain(' c6a2=::1 c6a2Label=Source IPv6 Address ');
  expect(await lineOf({ actor: { ip_address: 'db.local' } })).toContain(' shost=db.local ');
});

test.each([
  ['info', '3'],
  ['warning', '6'],
  ['error', '8'],
  ['critical', '10'],
])('%s is severity %s', async (severity, number) => {
  expect(parseCef((await lineOf({ severity })).slice(0, -1)).headers[6]).toBe(number);
});

test('every record is one line, whatever it holds', async () => {
  const lines = (await textOf(cefFormat, hostileRecords)).split('\n');
  expect(lines).toHaveLength(hostileRecords.length + 1);
  expect(lines.slice(0, -1).every((line) => line.startsWith('CEF:0|Indelible|indelible|1|'))).toBe(true);
  await fc.assert(
    fc.asyncProperty(anyRecord, async (record) => {
      const text = await textOf(cefFormat, [record]);
      expect(text.match(/[\r\n]/g)).toEqual(['\n']);
      expect(parseCef(text.slice(0, -1)).extension.get('cn2')).toBe('7');
    }),
  );
});
