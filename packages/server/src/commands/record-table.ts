// Records as rows for a person: the same columns in `search` and `tail`.

import { type RecordRow, rowOf } from '../search/record-row.ts';
import { formatCount } from '../terminal/format.ts';
import type { Colours, Screen } from '../terminal/screen.ts';
import { type Column, createTable } from '../terminal/table.ts';

export type Mark = 'pending' | 'sealed';

export interface RecordTable {
  /** Rows for stored lines; the first call puts the heading before them. */
  render(lines: readonly string[], mark?: Mark): string;
}

type RowStyle = (row: RecordRow, cell: string, colours: Colours) => string;

const markSigns = { pending: '…', sealed: '✓' };

/** With `hasMarks` each row begins with whether its record is sealed yet. */
export function createRecordTable(screen: Screen, timeZone: string, hasMarks = false): RecordTable {
  let shown: readonly RecordRow[] = [];
  const byRow = (style: RowStyle) => (cell: string, colours: Colours, index: number) => {
    const row = shown[index];
    return row === undefined ? cell : style(row, cell, colours);
  };
  const columns: Column[] = [
    { header: 'time', widthMin: 23, style: (cell, colours) => colours.dim(cell) },
    { header: 'event', flexible: true, style: byRow(colourBySeverity) },
    { header: 'who', flexible: true },
    { header: 'from', flexible: true },
    { header: 'what', flexible: true },
    { header: 'tables', flexible: true },
    { header: 'rows', align: 'right' },
    { header: 'status', style: byRow(colourByStatus) },
  ];
  if (hasMarks) columns.unshift({ header: ' ', style: (cell, c) => (cell === '✓' ? c.green(cell) : c.yellow(cell)) });
  const table = createTable(columns, screen);
  const showTime = timeShower(timeZone);

  return {
    render(lines, mark = 'sealed') {
      shown = lines.map(rowOf);
      return table.render(
        shown.map((row) => [
          ...(hasMarks ? [markSigns[mark]] : []),
          showTime(row.timestamp),
          row.kind,
          row.who,
          row.from,
          row.what,
          row.tables,
          row.rows === undefined ? '' : formatCount(row.rows),
          row.status,
        ]),
      );
    },
  };
}

function colourBySeverity(row: RecordRow, cell: string, colours: Colours): string {
  if (row.severity === 'critical') return colours.bold(colours.red(cell));
  if (row.severity === 'error') return colours.red(cell);
  return row.severity === 'warning' ? colours.yellow(cell) : cell;
}

function colourByStatus(row: RecordRow, cell: string, colours: Colours): string {
  return row.status === 'failure' ? colours.red(cell) : colours.green(cell);
}

/** `2026-01-28 10:15:23.456` in a zone, from a canonical timestamp. */
function timeShower(timeZone: string): (timestamp: string) => string {
  if (timeZone === 'UTC') return (timestamp) => timestamp.slice(0, 23).replace('T', ' ');
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return (timestamp) => {
    const at = Date.parse(timestamp);
    return Number.isNaN(at) ? timestamp : `${format.format(at)}${timestamp.slice(19, 23)}`;
  };
}
