// What a statement may read: the log, what it makes itself by WITH or a subquery, and lists that it takes apart.

import { suggestion } from '../../text/nearest.ts';
import { tableName } from '../columns.ts';
import { notAllowed } from './not-allowed.ts';
import { nodeOf, type SqlNode, textOf } from './syntax-tree.ts';

const logSchemas: ReadonlySet<string> = new Set(['', 'main', 'system']);

/** Whether a table in FROM is the log: the name alone, unless WITH gives it another meaning, or in its schema. */
export function isLog(table: SqlNode, ctes: { has(name: string): boolean }): boolean {
  const name = textOf(table, 'table_name').toLowerCase();
  const schema = textOf(table, 'schema_name').toLowerCase();
  return name === tableName && logSchemas.has(schema) && (schema !== '' || !ctes.has(name));
}

export function checkTable(text: string, table: SqlNode, ctes: ReadonlySet<string>): void {
  switch (textOf(table, 'type')) {
    case 'BASE_TABLE':
      checkName(text, table, ctes);
      break;
    case 'TABLE_FUNCTION':
      checkTableFunction(text, table);
      break;
    case 'JOIN':
      if (joinsIn(table) > joinsMax) {
        throw notAllowed(text, table, `more than ${joinsMax} joins in one FROM; join step by step, with WITH`);
      }
      if (textOf(table, 'ref_type') === 'POSITIONAL') {
        throw notAllowed(text, table, 'POSITIONAL JOIN, whose pairs depend on chance; join by columns');
      }
  }
}

/** Planning many joins takes longer than running them. */
const joinsMax = 16;

function joinsIn(table: SqlNode | undefined): number {
  if (table === undefined || textOf(table, 'type') !== 'JOIN') return 0;
  return 1 + joinsIn(nodeOf(table, 'left')) + joinsIn(nodeOf(table, 'right'));
}

function checkName(text: string, table: SqlNode, ctes: ReadonlySet<string>): void {
  const name = textOf(table, 'table_name');
  const schema = textOf(table, 'schema_name');
  const isCte = schema === '' && ctes.has(name.toLowerCase());
  if (isCte || (isLog(table, ctes) && textOf(table, 'catalog_name') === '')) return;
  const written = [textOf(table, 'catalog_name'), schema, name].filter((part) => part !== '').join('.');
  const near = suggestion(written, [...ctes, `system.${tableName}`, tableName]);
  throw notAllowed(text, table, `to read from "${written}"; a statement reads system.${tableName}${near}`);
}

function checkTableFunction(text: string, table: SqlNode): void {
  const call = nodeOf(table, 'function') ?? {};
  const name = textOf(call, 'function_name').toLowerCase();
  if (name === 'unnest') return;
  throw notAllowed(
    text,
    call,
    `the table function ${name}(); a statement reads system.${tableName}, or unnest() of a list`,
  );
}

/** A name with a dot or a slash could be taken for a file by an engine that looks for it in the wrong place. */
export function checkCteName(text: string, entry: SqlNode): void {
  const name = textOf(entry, 'key');
  if (/^[\p{L}\p{N}_$ -]+$/u.test(name)) return;
  throw notAllowed(text, entry, `the name "${name}" in WITH; use letters, digits and _`);
}
