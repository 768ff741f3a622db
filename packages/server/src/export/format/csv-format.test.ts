import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyRecord, columns, hostileRecords, hostileTexts, recordAt, textOf } from '../testing/records.ts';
import { createCsvFormat } from './csv-format.ts';

const csv = createCsvFormat(columns);

/** RFC 4180, one character after the other. A cell in quotes is told from one without. */
function parseCsv(text: string): (string | undefined)[][] {
  const rows: (string | undefined)[][] = [];
  let row: (string | undefined)[] = [];
  for (let at = 0; at < text.length; ) {
    let cell: string | undefined;
    if (text[at] === '"') {
      cell = '';
      for (at += 1; text[at] !== '"' || text[at + 1] === '"'; at += text[at] === '"' ? 2 : 1) cell += text[at];
      at += 1;
    } else {
      const start = at;
      while (at < text.length && text[at] !== ',' && text[at] !== '\r') at += 1;
      cell = text.slice(start, at) || undefined;
    }
    row.push(cell);
    if (text[at] === ',') {
      at += 1;
      if (text[at] === '\r') row.push(undefined);
    }
    if (text[at] === '\r') {
      expect(text[at + 1]).toBe('\n');
      at += 2;
      rows.push(row);
      row = [];
    }
  }
  expect(row).toEqual([]);
  return rows;
}

/** What the guard against formulas put before a text is taken away again. */
const unguarded = (cell: string) => (/^'+[=+\-@\t\r\n＝＋－＠]/.test(cell) ? cell.slice(1) : cell);

/** The record that a row tells of. */
function recordOf(header: readonly string[], row: readonly (string | undefined)[]): Record<string, unknown> {
  const cells = new Map(header.map((name, index) => [name, row[index]]));
  const value = (path: string, type: string): unknown => {
    const cell = cells.get(path);
    if (cell === undefined) return undefined;
    if (type === 'BIGINT' || type === 'DOUBLE') return Number(cell);
    return type === 'JSON' || type === 'VARCHAR[]' ? JSON.parse(unguarded(cell)) : unguarded(cell);
  };
  const build = (of: typeof columns, above: string): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(of).map(([name, type]) => {
        const path = `${above}${name}`;
        return [name, typeof type === 'string' ? value(path, type) : build(type.struct, `${path}.`)];
      }),
    );
  return merge(build(columns, ''), value('other', 'JSON'));
}

function merge(record: Record<string, unknown>, other: unknown): Record<string, unknown> {
  const merged = new Map(Object.entries(record));
  for (const [name, value] of Object.entries(Object(other))) {
    const standing = merged.get(name);
    const isBoth = typeof standing === 'object' && standing !== null && !Array.isArray(standing);
    merged.set(
      name,
      isBoth && Object(value) === value && !Array.isArray(value) ? merge({ ...standing }, value) : value,
    );
  }
  return Object.fromEntries(merged);
}

/** Absent, null and an object of nothing are one empty cell. */
function withoutNothing(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value)
    .map(([name, member]) => [name, withoutNothing(member)] as const)
    .filter(([, member]) => member !== undefined && member !== null && JSON.stringify(member) !== '{}');
  return Object.fromEntries(members);
}

test('the header names nested fields by their path, in the order of the schema', async () => {
  expect(await textOf(csv, [])).toBe(
    'seq,event_id,timestamp,event_type,subtype,severity,actor.user_id,actor.roles,actor.ip_address,operation.type,' +
      'operation.query,operation.target.label,operation.target.id,operation.rows_returned,operation.duration_ms,' +
      'details,other\r\n',
  );
});

test('a parser gets back every value of hostile records', async () => {
  const [header = [], ...rows] = parseCsv(await textOf(csv, hostileRecords));
  expect(rows).toHaveLength(hostileRecords.length);
  for (const [index, row] of rows.entries()) {
    expect(row).toHaveLength(header.length);
    const record = recordOf(header.map(String), row);
    expect(withoutNothing(record)).toEqual(withoutNothing(JSON.parse(hostileRecords[index]!.line)));
  }
});

test('a parser gets back every value of any record', async () => {
  await fc.assert(
    fc.asyncProperty(anyRecord, async (record) => {
      const [header = [], row = [], ...more] = parseCsv(await textOf(csv, [record]));
      expect(more).toEqual([]);
      expect(withoutNothing(recordOf(header.map(String), row))).toEqual(withoutNothing(JSON.parse(record.line)));
    }),
  );
});

test('no cell can be taken for a formula, except a number', async () => {
  const records = hostileTexts.map((text, seq) =>
    recordAt(seq, { actor: { user_id: text }, operation: { query: text } }),
  );
  const cells = parseCsv(await textOf(csv, records)).flat();
  expect(cells.filter((cell) => cell !== undefined && /^[=+\-@\t\r\n＝＋－＠]/.test(cell))).toEqual([]);
});

test('the guard can be undone: a text that has an apostrophe of its own gets another', async () => {
  const texts = ['=1', "'=1", "''=1", "'plain", '-1'];
  const records = texts.map((text, seq) => recordAt(seq, { actor: { user_id: text } }));
  const rows = parseCsv(await textOf(csv, records)).slice(1);
  expect(rows.map((row) => row[6])).toEqual(["'=1", "''=1", "'''=1", "'plain", "'-1"]);
  expect(rows.map((row) => unguarded(row[6]!))).toEqual(texts);
});

test('an empty text differs from none', async () => {
  const records = [recordAt(0, { actor: { user_id: '' } }), recordAt(1, { actor: { user_id: null } })];
  const [, empty = '', none = ''] = (await textOf(csv, records)).split('\r\n');
  expect(empty).toContain(',info,"",');
  expect(none).toContain(',info,,');
});

test('what has no column, or was cut, stands in the last column', async () => {
  const query = { truncated: true, head: 'SELECT' };
  const record = recordAt(0, { actor: { user_id: 'ana', department: 'sales' }, operation: { type: 'SELECT', query } });
  const [, row = []] = parseCsv(await textOf(csv, [record]));
  expect(JSON.parse(row.at(-1)!)).toEqual({ actor: { department: 'sales' }, operation: { query } });
});
