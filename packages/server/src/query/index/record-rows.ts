// The statement that makes rows of the lines that a cut has written. A value that does not fit its column is NULL in
// it; a line that is no JSON gives no row.

import { lineBytesMax } from '@indelible/log';
import { auditLogColumns, quoteName, quoteText, typeInSql } from '../columns.ts';

const columns = Object.entries(auditLogColumns);
const names = columns.map(([name]) => quoteName(name)).join(', ');
const types = columns.map(([name, type]) => `${quoteName(name)}: ${quoteText(typeInSql(type))}`).join(', ');

/** A SELECT of all columns over the file that `cutStretch` wrote. */
export function selectRecords(path: string): string {
  const options = [
    "format = 'newline_delimited'",
    `columns = {${types}}`,
    'ignore_errors = true',
    `maximum_object_size = ${2 * lineBytesMax}`,
  ];
  return `SELECT ${names} FROM read_json(${quoteText(path)}, ${options.join(', ')}) WHERE seq IS NOT NULL`;
}

/** The columns of the table, without a row. */
export const emptyTable = `SELECT ${columns.map(([name, type]) => `NULL::${typeInSql(type)} AS ${quoteName(name)}`).join(', ')} LIMIT 0`;
