// Records for the tests of exports: ordinary ones, hostile ones, and any that JSON can express.

import type { RecordLine } from '@indelible/log';
import fc from 'fast-check';
import type { ExportColumns } from '../format/export-columns.ts';
import { formatRecords, type TextFormat } from '../format/text-format.ts';

export const columns: ExportColumns = {
  seq: 'BIGINT',
  event_id: 'VARCHAR',
  timestamp: 'TIMESTAMPTZ',
  event_type: 'VARCHAR',
  subtype: 'VARCHAR',
  severity: 'VARCHAR',
  actor: { struct: { user_id: 'VARCHAR', roles: 'VARCHAR[]', ip_address: 'VARCHAR' } },
  operation: {
    struct: {
      type: 'VARCHAR',
      query: 'VARCHAR',
      target: { struct: { label: 'VARCHAR', id: 'JSON' } },
      rows_returned: 'BIGINT',
      duration_ms: 'DOUBLE',
    },
  },
  details: 'JSON',
};

export const exportedAt = '2026-02-01T00:00:00.000000Z';

/** A record as the log writes it, with `more` in place of what is usual. */
export function recordAt(seq: number, more: Record<string, unknown> = {}): RecordLine {
  const usual = {
    seq,
    event_id: `evt_${seq}`,
    timestamp: '2026-01-28T10:15:23.456789Z',
    event_type: 'data_access',
    subtype: 'query_executed',
    severity: 'info',
  };
  return { seq, line: JSON.stringify({ ...usual, ...more }) };
}

export const hostileTexts: readonly string[] = [
  '',
  '=HYPERLINK("http://evil","click")',
  '+1',
  '-2+3',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  "'=1",
  "''",
  'a,b;"c"',
  'line\nbreak\r\nand\rmore\n',
  'pipe|equals=back\\slash\\n',
  'nul \u0000 bell \u0007 escape \u001b[31m',
  '👩‍💻 é ﷽ \u2028 \u2029 \ufeff',
  ' spaces ',
  '],',
  '{"seq":0,',
  'x'.repeat(60_000),
];

const cut = { truncated: true, bytes: 99_999, salt: 's', sha256: 'h', head: 'SELECT', tail: ';' };

export const hostileRecords: readonly RecordLine[] = [
  ...hostileTexts.map((text) => ({ actor: { user_id: text, roles: [text, 'b'] }, operation: { query: text } })),
  { details: Object.fromEntries(hostileTexts.map((text, i) => [`${text.slice(0, 20)}${i}`, text.slice(0, 100)])) },
  { actor: cut, operation: { query: cut, type: 'SELECT' }, details: cut },
  { actor: { roles: cut, department: 'sales', ip_address: null } },
  { operation: { rows_returned: 0, duration_ms: 1e-7, target: { label: 'public.t', id: 12 } } },
  { operation: { rows_returned: Number.MAX_SAFE_INTEGER, target: { label: null, id: 'a"b', odd: [1] } } },
  { actor: null, operation: null, subtype: undefined },
  { details: JSON.parse('{"__proto__":{"a":1},"constructor":2}'), nonce: '=n' },
].map((more, seq) => recordAt(seq, more));

const awkwardText = fc.string({
  unit: fc.constantFrom(...'|\\=\n\r\t",\'-+@ aé\u0000{}', '👩‍💻', '\u2028'),
});

/** Any member in any of the places, of any type. */
export const anyRecord = fc
  .record(
    {
      actor: fc.oneof(
        fc.record({ user_id: fc.jsonValue(), roles: fc.jsonValue(), more: fc.jsonValue() }),
        fc.jsonValue(),
      ),
      operation: fc.oneof(fc.record({ query: awkwardText, rows_returned: fc.jsonValue() }), fc.jsonValue()),
      details: fc.jsonValue(),
      subtype: awkwardText,
      odd: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  .map((more) => recordAt(7, more));

export async function* inBatches(records: readonly RecordLine[], size = 3): AsyncGenerator<readonly RecordLine[]> {
  for (let start = 0; start < records.length; start += size) yield records.slice(start, start + size);
}

export async function textOf(format: TextFormat, records: readonly RecordLine[]): Promise<string> {
  let text = '';
  for await (const piece of formatRecords(inBatches(records), format, exportedAt)) text += piece;
  return text;
}
