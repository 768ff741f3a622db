import type { DuckDBConnection } from '@duckdb/node-api';
import { AuditError } from '@indelible/log';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { explainError } from './explain-error.ts';
import { prepareStatement } from './prepare-statement.ts';
import { hostileStatements } from './testing/hostile-statements.ts';
import { investigatorStatements } from './testing/investigator-statements.ts';
import { now, openSmallLog } from './testing/small-log.ts';

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await openSmallLog();
  await connection.run('SET lock_configuration = true');
});

/** Only what passes is run; only an AuditError comes out of either. Returns whether it passed. */
async function survives(text: string): Promise<boolean> {
  const request = { text, parameters: new Map<string, string>(), now };
  const prepared = await prepareStatement(connection, request).catch((error: unknown) => {
    expect(error, text).toBeInstanceOf(AuditError);
  });
  if (prepared === undefined) return false;
  await connection.runAndReadUntil(prepared.sql, 100).catch((error: unknown) => {
    expect(explainError(request, prepared, error).message, text).not.toBe('');
  });
  return true;
}

const statements = [...investigatorStatements, ...Object.values(hostileStatements).flat()];
const word = fc.constantFrom(...new Set(statements.flatMap((text) => text.match(/\w+|[^\s\w]+/g) ?? [])));

it('survives arbitrary text', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (text) => {
      await survives(text);
    }),
    { numRuns: 500 },
  );
}, 60_000);

it('survives the words of statements in any order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 12 }), async (words) => {
      await survives(`SELECT ${words.join(' ')}`);
    }),
    { numRuns: 1_000 },
  );
}, 60_000);

const mutation = fc.record({
  at: fc.nat(),
  remove: fc.nat({ max: 12 }),
  insert: fc.oneof(word, fc.string({ maxLength: 3 })),
});

it('survives statements with pieces cut out and put in', async () => {
  let passed = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...statements),
      fc.array(mutation, { minLength: 1, maxLength: 3 }),
      async (text, mutations) => {
        const mutated = mutations.reduce((current, { at, remove, insert }) => {
          const start = at % (current.length + 1);
          return `${current.slice(0, start)}${insert}${current.slice(start + remove)}`;
        }, text);
        if (await survives(mutated)) passed++;
      },
    ),
    { numRuns: 1_500 },
  );
  expect(passed).toBeGreaterThan(20);
}, 60_000);

it('keeps the engine as it was', async () => {
  const tables = await connection.runAndReadAll('SELECT table_name FROM duckdb_tables() ORDER BY 1');
  expect(tables.getRowsJson()).toEqual([['records']]);
  expect((await connection.runAndReadAll('SELECT count(*) FROM audit_log')).getRowsJson()).toEqual([['5']]);
});
