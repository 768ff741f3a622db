import type { DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { prepareStatement } from './prepare-statement.ts';
import { investigatorStatements } from './testing/investigator-statements.ts';
import { now, openSmallLog } from './testing/small-log.ts';

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await openSmallLog();
});

const prepare = (text: string, parameters: Readonly<Record<string, string>> = {}) =>
  prepareStatement(connection, { text, parameters: new Map(Object.entries(parameters)), now });

async function ask(text: string, parameters?: Readonly<Record<string, string>>) {
  const { sql } = await prepare(text, parameters);
  const answer = await connection.runAndReadAll(sql);
  return { headings: answer.columnNames(), rows: answer.getRowsJson() };
}

const seqs = async (text: string, parameters?: Readonly<Record<string, string>>) =>
  (await ask(text, parameters)).rows.map(([seq]) => Number(seq));

describe('the statements of the seed', () => {
  it('finds recent authentication failures', async () => {
    const found = await seqs(`-- Recent authentication failures
SELECT * FROM system.audit_log
WHERE event_type = 'authentication'
AND subtype = 'login_failure'
AND timestamp > current_timestamp() - INTERVAL '24 hours'
ORDER BY timestamp DESC;`);
    expect(found).toEqual([1]);
  });

  it('finds what a user read between two dates', async () => {
    const text = `-- Data access by specific user
SELECT timestamp, operation.query, operation.rows_returned
FROM system.audit_log
WHERE actor.user_id = 'analyst@example.com'
AND event_type = 'data_access'
AND timestamp BETWEEN $start_date AND $end_date;`;
    const { headings, rows } = await ask(text, { start_date: '2026-01-28', end_date: '2026-01-29' });
    expect(headings).toEqual(['timestamp', 'operation.query', 'operation.rows_returned']);
    expect(rows).toEqual([['2026-01-28 09:30:00.000003+00', "SELECT name FROM patient WHERE city = 'Łódź'", '120']]);
  });

  it('finds modifications of sensitive labels', async () => {
    const found = await seqs(`-- Modifications to sensitive labels
SELECT *
FROM system.audit_log
WHERE event_type = 'data_modification'
AND operation.target.label IN ('Customer', 'Payment', 'Account')
ORDER BY timestamp DESC
LIMIT 100;`);
    expect(found).toEqual([4]);
  });

  it('finds attempts at permissions', async () => {
    const found = await seqs(`-- Permission escalation attempts
SELECT *
FROM system.audit_log
WHERE event_type = 'authorization'
AND subtype = 'access_denied'
AND details.required_permission LIKE '%admin%'
ORDER BY timestamp DESC;`);
    expect(found).toEqual([3]);
  });

  it('gives the records of processing', async () => {
    const { headings, rows } = await ask(`SELECT DISTINCT actor.user_id, operation.type,
array_agg(DISTINCT operation.labels_accessed)
FROM system.audit_log
WHERE timestamp > current_timestamp() - INTERVAL '24 hours'
GROUP BY actor.user_id, operation.type
`);
    expect(headings.slice(0, 2)).toEqual(['actor.user_id', 'operation.type']);
    expect(rows).toContainEqual(['analyst@example.com', 'SELECT', [['Patient', 'Visit']]]);
    expect(rows).toHaveLength(4);
  });

  it('finds access to labels of a set', async () => {
    const found = await seqs(`SELECT * FROM system.audit_log
WHERE operation.labels_accessed && ARRAY['Patient', 'MedicalRecord']
AND timestamp > current_timestamp() - INTERVAL '24 hours'
`);
    expect(found).toEqual([2]);
  });
});

describe('what investigators write', () => {
  it('is a list of at least 60 statements', () => {
    expect(new Set(investigatorStatements).size).toBeGreaterThanOrEqual(60);
  });

  it.each(investigatorStatements)('runs: %s', async (text) => {
    const { headings } = await ask(text);
    expect(headings.length).toBeGreaterThan(0);
  });
});

describe('paths into JSON', () => {
  it('gives the text of a value, not its JSON', async () => {
    expect((await ask('SELECT details.method FROM audit_log WHERE seq = 0')).rows).toEqual([['scram']]);
  });

  it.each([
    ['details.attempts > 5', [1, 3]],
    ['5 < details.attempts', [1, 3]],
    ['details.attempts = 12', [1]],
    ['details.attempts BETWEEN 2 AND 10', [3]],
    ['details.attempts NOT IN (1, 12)', [3]],
    ['details.attempts * 2 = 24', [1]],
    ['details.attempts > seq + 8', [1]],
    ['details.mfa = true', [0]],
    ['NOT (details.mfa = false)', [0]],
    ["details.attempts = 'many'", [2]],
    ['details."odd key" = \'x\'', [1]],
    ['details."a""b" = \'quoted\'', [1]],
    ["details['deep'].er.est = 'found'", [2]],
    ["details.items[1].name = 'second'", [2]],
    ['operation.parameters."2" = \'7\'', [2]],
    ["operation.changes.after.email = 'b@x'", [4]],
    ["audit_log.details.method = 'scram'", [0, 1]],
    ["system.audit_log.details.method = 'scram'", [0, 1]],
  ])('compares as a reader expects: %s', async (condition, expected) => {
    expect(await seqs(`SELECT seq FROM audit_log WHERE ${condition} ORDER BY seq`)).toEqual(expected);
  });

  it('follows the column through WITH, subqueries and other names', async () => {
    const text = `WITH f AS (SELECT seq, details AS d, details.attempts AS n FROM audit_log)
      SELECT g.seq FROM (SELECT * FROM f) g WHERE g.d.method = 'scram' AND g.n > 5`;
    expect(await seqs(text)).toEqual([1]);
  });

  it('leaves alone what only has the name of a column', async () => {
    const text = "SELECT details.a, x.details.a FROM (SELECT {'a': 'mine'} AS details) x";
    expect((await ask(text)).rows).toEqual([['mine', 'mine']]);
  });

  it('leaves alone the parameter of a lambda', async () => {
    const text = "SELECT list_transform([{'method': 1}], lambda x: x.method) FROM audit_log LIMIT 1";
    expect((await ask(text)).rows).toEqual([[[1]]]);
    await expect(prepare(text.replaceAll(/\bx\b/g, 'details'))).rejects.toThrow('for it is a column; rename it');
  });

  it('takes a parameter that is a number as one where order matters', async () => {
    expect(await seqs('SELECT seq FROM audit_log WHERE details.attempts > $n ORDER BY seq', { n: '5' })).toEqual([
      1, 3,
    ]);
  });
});

describe('headings', () => {
  it.each([
    ['operation.query', 'operation.query'],
    ['a.actor.user_id', 'actor.user_id'],
    ['a.seq', 'seq'],
    ['details.items[0].name', 'details.items[0].name'],
    ['sum(details.attempts)', 'sum(details.attempts)'],
    ['now()', 'now()'],
    ['current_date', 'current_date'],
    ['$who', '$who'],
    ['operation.query AS q', 'q'],
  ])('%s is headed %s', async (item, heading) => {
    const parameters: Readonly<Record<string, string>> = item === '$who' ? { who: 'ana' } : {};
    expect((await ask(`SELECT ${item} FROM audit_log a`, parameters)).headings).toEqual([heading]);
  });

  it("keeps DuckDB's names within a statement", async () => {
    const text = 'SELECT query, method FROM (SELECT operation.query, details.method FROM audit_log)';
    expect((await ask(text)).headings).toEqual(['query', 'method']);
  });

  it('stays out of the way of ORDER BY over a UNION', async () => {
    const text = 'SELECT actor.user_id FROM audit_log UNION SELECT severity FROM audit_log ORDER BY user_id LIMIT 1';
    expect((await ask(text)).rows).toEqual([['ana']]);
  });
});

describe('the present', () => {
  it.each(['now()', 'current_timestamp', 'current_timestamp()', 'get_current_timestamp()', 'transaction_timestamp()'])(
    '%s is the time of the question',
    async (word) => {
      expect((await ask(`SELECT ${word}`)).rows).toEqual([['2026-01-28 12:00:00+00']]);
    },
  );

  it('is a date where a date is asked for', async () => {
    expect((await ask('SELECT current_date, today()')).rows).toEqual([['2026-01-28', '2026-01-28']]);
  });
});

describe('parameters', () => {
  it('count rows in LIMIT and OFFSET', async () => {
    const text = 'SELECT seq FROM audit_log ORDER BY seq LIMIT $count OFFSET $1';
    await expect(prepare(text, { count: '2', 1: '1' })).rejects.toThrow('give all parameters names');
    expect(await seqs(text.replace('$1', '$skip'), { count: '2', skip: '1' })).toEqual([1, 2]);
  });

  it('may be numbered', async () => {
    expect(await seqs('SELECT seq FROM audit_log WHERE actor.user_id = $1 AND seq > $2', { 1: 'ben', 2: '1' })).toEqual(
      [3],
    );
  });

  it('are values, whatever they contain', async () => {
    const value = '\'; DROP VIEW audit_log; -- $who " \\';
    expect((await ask('SELECT $who', { who: value })).rows).toEqual([[value]]);
  });

  it.each([
    ['SELECT $start_date', {}, 'no value for $start_date; give it with --param start_date=…'],
    ['SELECT $start_date', { start_date: '1', end_date: '2' }, 'the statement has no parameter $end_date'],
    ['SELECT $start_date', { start_dat: '1' }, 'no value for $start_date'],
    ['SELECT 1', { a: '1' }, 'it has none'],
    ['SELECT $user, $other', { usr: '1', user: '1', other: '2' }, 'did you mean "user"?'],
    ['SELECT seq FROM audit_log LIMIT $n', { n: 'ten' }, '$n is the number of rows here, and "ten" is not'],
    ['SELECT $a', { a: 'x\0y' }, 'the value of the parameter a is not text'],
  ])('%s with %o: %s', async (text, parameters, message) => {
    await expect(prepare(text, parameters as Readonly<Record<string, string>>)).rejects.toThrow(message);
  });

  it('are shown where they stand, and not where a text or a comment has the same', async () => {
    await expect(prepare("SELECT '$who', -- $who\n $who")).rejects.toThrow('LINE 2:  $who\n         ^');
  });
});

it('says whether a statement reads the log', async () => {
  expect((await prepare('SELECT 1')).readsLog).toBe(false);
  expect((await prepare('WITH audit_log AS (SELECT 1 AS a) SELECT * FROM audit_log')).readsLog).toBe(false);
  expect((await prepare('WITH audit_log AS (SELECT 1 AS a) SELECT * FROM system.audit_log')).readsLog).toBe(true);
});
