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

/** A table of records that are there already: as wide as they need. */
export function createRecordTable(screen: Screen, timeZone: string): RecordTable {
  return recordTable(screen, timeZone, { event: 0, who: 0, from: 0, what: 0, tables: 0, rows: 0 }, false);
}

/** A table of records that are still to come: its columns stand where they are, and each row has its mark. */
export function createLiveTable(screen: Screen, timeZone: string): RecordTable {
  // What is left of the terminal goes to the statement; too much is taken back from the widest.
  const what = screen.isTerminal ? screen.width : 60;
  return recordTable(screen, timeZone, { event: 30, who: 10, from: 15, what, tables: 18, rows: 6 }, true);
}

type Widths = Readonly<Record<'event' | 'who' | 'from' | 'what' | 'tables' | 'rows', number>>;

function recordTable(screen: Screen, timeZone: string, widths: Widths, hasMarks: boolean): RecordTable {
  let shown: readonly RecordRow[] = [];
  const byRow = (style: RowStyle) => (cell: string, colours: Colours, index: number) => {
    const row = shown[index];
    return row === undefined ? cell : style(row, cell, colours);
  };
  const columns: Column[] = [
    { header: 'time', widthMin: 23, style: (cell, colours) => colours.dim(cell) },
    { header: 'event', widthMin: widths.event, flexible: true, style: byRow(colourBySeverity) },
    { header: 'who', widthMin: widths.who, flexible: true },
    { header: 'from', widthMin: widths.from, flexible: true },
    { header: 'what', widthMin: widths.what, flexible: true },
    { header: 'tables', widthMin: widths.tables, flexible: true },
    { header: 'rows', widthMin: widths.rows, align: 'right' },
    { header: 'status', widthMin: 7, style: byRow(colourByStatus) },
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
