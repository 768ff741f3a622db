import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import type { StatementAnalyzer } from './analysis.ts';
import { createStatementAnalyzer } from './analyzer.ts';

let analyzer: StatementAnalyzer;
beforeAll(async () => {
  analyzer = await createStatementAnalyzer();
});

const sensitive = new Set(['ssn', 'password']);
const canary = 'c4n4ry';

const blank = fc.constantFrom(' ', '\n', '\t', ' /* é😀 */ ', ' -- x\n');
const name = fc.constantFrom('ssn', 'SSN', '"ssn"', 't.ssn', 'public.t.Ssn', 'password');
const quoted = fc.constantFrom(
  `'${canary}'`,
  `E'${canary}\\n'`,
  `'it''s ${canary}'`,
  `$$${canary}$$`,
  `$a$${canary}$a$`,
  `'😀${canary}'`,
  `U&'${canary}\\0061'`,
  `'${canary}'::text`,
  `CAST('${canary}' AS text)`,
  `('${canary}')`,
  `lower('${canary}')`,
  `'a' || '${canary}'`,
  `N'${canary}'`,
);
const comparison = fc.constantFrom('=', '<>', '<', '>=', 'LIKE', 'ILIKE', '~', 'IS DISTINCT FROM', 'SIMILAR TO');
const decoy = fc.constantFrom("a = 'é'", 'b IN (1, 2)', 'c IS NULL', "d LIKE '😀%'", 'EXISTS (SELECT 1 FROM u)');

const condition = fc.oneof(
  fc.tuple(name, blank, comparison, blank, quoted).map((parts) => parts.join('')),
  fc.tuple(quoted, blank, fc.constantFrom('=', '<>'), blank, name).map((parts) => parts.join('')),
  fc.tuple(name, quoted, quoted).map(([column, a, b]) => `${column} IN (${a}, ${b})`),
  fc.tuple(name, quoted, quoted).map(([column, a, b]) => `${column} BETWEEN ${a} AND ${b}`),
  fc.tuple(name, quoted).map(([column, a]) => `${column} = ANY (ARRAY[${a}])`),
  fc.tuple(name, quoted).map(([column, a]) => `coalesce(${column}, ${a}) IS NOT NULL`),
);
const conditions = fc
  .tuple(
    fc.array(decoy, { maxLength: 3 }),
    condition,
    fc.array(decoy, { maxLength: 3 }),
    fc.constantFrom(' AND ', ' OR ', ' AND NOT '),
  )
  .map(([before, secret, after, connective]) => [...before, secret, ...after].join(connective));

const column = fc.constantFrom('ssn', 'SSN', '"ssn"', 'password');
const statement = fc.oneof(
  conditions.map((where) => `SELECT a, 'ü' FROM t WHERE ${where}`),
  conditions.map((where) => `DELETE FROM t WHERE ${where}`),
  fc.tuple(column, quoted).map(([target, value]) => `UPDATE t SET a = 'ß', ${target} = ${value} WHERE id = 1`),
  fc.tuple(column, quoted).map(([target, value]) => `INSERT INTO t (a, ${target}) VALUES ('é', ${value})`),
  fc.tuple(column, quoted).map(([target, value]) => `INSERT INTO t (${target}, a) SELECT ${value}, 'é'`),
  quoted.map((value) => `INSERT INTO t VALUES (1, ${value})`),
  conditions.map((where) => `SELECT x FROM (SELECT a AS x FROM t WHERE ${where}) s UNION SELECT 'é'`),
  conditions.map((where) => `WITH w AS (SELECT a FROM t WHERE ${where}) SELECT a FROM w`),
  conditions.map((where) => `SELECT a FROM u JOIN t ON ${where}`),
  conditions.map((where) => `SELECT CASE WHEN ${where} THEN 1 ELSE 2 END FROM t`),
  fc.constantFrom(`'${canary}'`, `$$${canary}$$`).map((value) => `ALTER ROLE "é" PASSWORD ${value}`),
);

it('never lets a literal in a sensitive place survive, in any statement of a text', () => {
  fc.assert(
    fc.property(fc.array(statement, { minLength: 1, maxLength: 3 }), (statements) => {
      const text = statements.join(' ; ');
      const analyses = analyzer.analyze(text);
      expect(analyses.every(({ parsed }) => parsed)).toBe(true);
      for (const part of [text, ...analyses.map((analysis) => analysis.text)]) {
        const redacted = analyzer.redact(part, sensitive);
        expect(redacted.unparsed).toBeUndefined();
        expect(redacted.text).not.toContain(canary);
      }
    }),
    { numRuns: 400 },
  );
});

it('gives back text that parses again, with the decoys untouched', () => {
  fc.assert(
    fc.property(conditions, (where) => {
      const { text = '' } = analyzer.redact(`SELECT 'ü' FROM t WHERE ${where}`, sensitive);
      expect(text.startsWith("SELECT 'ü' FROM t WHERE ")).toBe(true);
      expect(analyzer.analyze(text)[0]?.parsed).toBe(true);
    }),
    { numRuns: 300 },
  );
});

const fragment = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    'SELECT ',
    "'",
    '"',
    '$$',
    '$1',
    '(',
    ')',
    ';',
    '/*',
    '*/',
    '--',
    'ssn',
    ' = ',
    'INSERT INTO t VALUES (',
    'PASSWORD ',
    "E'\\",
    'U&"',
    '\0',
    '\ud800',
    '1e',
    'DO $$ BEGIN ',
    ' END $$',
  ),
);

it('survives arbitrary text', () => {
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 12 }), (fragments) => {
      const text = fragments.join('');
      for (const analysis of analyzer.analyze(text)) expect(analysis.subtype).not.toBe('');
      const { unparsed, text: redacted } = analyzer.redact(text, sensitive);
      expect(unparsed === true || typeof redacted === 'string').toBe(true);
    }),
    { numRuns: 1_000 },
  );
});
