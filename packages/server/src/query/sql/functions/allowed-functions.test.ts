import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import { allowedFunctions } from './allowed-functions.ts';
import { presentFunctions } from './times.ts';

/** What the parser knows, or what is replaced before the engine looks for it. */
const syntax = ['->', 'unnest', 'current_timestamp', 'localtimestamp'];

async function functionsOfDuckDb(): Promise<Map<string, string[]>> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const answer = await connection.runAndReadAll(
    'SELECT lower(function_name), list(DISTINCT function_type) FROM duckdb_functions() GROUP BY ALL',
  );
  return new Map(
    answer.getRowsJson().map(([name, types]) => [String(name), Array.isArray(types) ? types.map(String) : []]),
  );
}

it('names only functions that there are', async () => {
  const known = await functionsOfDuckDb();
  const names = [...allowedFunctions, ...Object.keys(presentFunctions)];
  const unknown = names.filter((name) => !known.has(name) && !syntax.includes(name));
  expect(unknown).toEqual([]);
});

it('names none that makes a table, but unnest', async () => {
  const known = await functionsOfDuckDb();
  const tables = [...allowedFunctions].filter((name) => known.get(name)?.some((type) => type.includes('table')));
  expect(tables.filter((name) => name !== 'unnest')).toEqual(['histogram']);
});

it.each([
  'random',
  'nextval',
  'getvariable',
  'current_setting',
  'read_text',
  'query',
  'repeat',
  'sleep_ms',
  'write_log',
])('does not name %s', (name) => {
  expect(allowedFunctions.has(name)).toBe(false);
});
