// JSON: one array of the records, each its stored line byte for byte on a row of its own.

import { parseRecord } from './parse-record.ts';
import type { TextFormat } from './text-format.ts';

export const jsonFormat: TextFormat = {
  name: 'json',
  head: '[\n',
  rowEnd: '\n',
  isArray: true,
  hasQuotes: false,
  row(record) {
    // One line that is no JSON would make the whole file unreadable.
    parseRecord(record);
    return record.line;
  },
  foot: () => ']\n',
};
