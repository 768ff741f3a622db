// A small table with a title: the rows of one of a summary's rankings, its columns chosen by name.

import { cellOf, type Plain } from '../query/answer/plain-value.ts';
import type { AnswerRow } from '../query/ask-period.ts';
import { formatCount, formatDuration } from '../terminal/format.ts';
import type { Screen } from '../terminal/screen.ts';
import { type Column, renderTable } from '../terminal/table.ts';

const headers = {
  event: 'event',
  operation: 'operation',
  user_id: 'who',
  ip_address: 'from',
  label: 'table or label',
  events: 'events',
  failures: 'failures',
  latest: 'latest',
  timestamp: 'time',
  duration_ms: 'took',
  query: 'statement',
} as const;

export type RankingColumn = keyof typeof headers;

/** Empty for no rows. Text is made safe here. */
export function renderRanking(
  title: string,
  rows: readonly AnswerRow[],
  names: readonly RankingColumn[],
  screen: Screen,
): string {
  if (rows.length === 0) return '';
  const cells = rows.map((row) => names.map((name) => showCell(name, row[name] ?? null)));
  return `${screen.colours.bold(title)}\n${renderTable(names.map(columnOf), cells, screen)}`;
}

function columnOf(name: RankingColumn): Column {
  const isNumber = name === 'events' || name === 'failures' || name === 'duration_ms';
  return { header: headers[name], ...(isNumber ? { align: 'right' } : { flexible: true }) };
}

function showCell(name: RankingColumn, value: Plain): string {
  if (typeof value === 'number') return name === 'duration_ms' ? formatDuration(value) : formatCount(value);
  if (name === 'latest' || name === 'timestamp') return cellOf(value).slice(0, 23).replace('T', ' ');
  return cellOf(value);
}
