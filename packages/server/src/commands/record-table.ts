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
  return recordTable(screen, timeZone, {}, false);
}

/** A table of records that are still to come: its columns stand where they are, and each row has its mark. */
export function createLiveTable(screen: Screen, timeZone: string): RecordTable {
  // What is left of the terminal goes to the statement; too much is taken back from the widest.
  const what = screen.isTerminal ? screen.width : 60;
  const widths = { event: [18, 18], who: [8, 12], from: [9, 15], what: [what], tables: [14, 14], rows: [5] } as const;
  return recordTable(screen, timeZone, widths, true);
}

type ColumnName = 'event' | 'who' | 'from' | 'what' | 'tables' | 'rows';

/** Least and greatest width of a column. */
type Widths = { readonly [name in ColumnName]?: readonly [least: number, greatest?: number] };

function recordTable(screen: Screen, timeZone: string, widths: Widths, isLive: boolean): RecordTable {
  // On a terminal the statement needs the room: the subtype alone, and today's times without their date.
  const isBrief = screen.isTerminal;
  let shown: readonly RecordRow[] = [];
  const byRow = (style: RowStyle) => (cell: string, colours: Colours, index: number) => {
    const row = shown[index];
    return row === undefined ? cell : style(row, cell, colours);
  };
  const width = (name: ColumnName) => {
    const [widthMin = 0, widthMax = Number.POSITIVE_INFINITY] = widths[name] ?? [];
    return { widthMin, widthMax };
  };
  const columns: Column[] = [
    { header: 'time', widthMin: isBrief ? 12 : 23, style: (cell, colours) => colours.dim(cell) },
    // What happened is what one looks for: it is cut last.
    { header: 'event', ...width('event'), style: byRow(colourBySeverity) },
    { header: 'who', ...width('who'), flexible: true },
    { header: 'from', ...width('from'), flexible: true },
    { header: 'what', ...width('what'), flexible: true },
    { header: 'tables', ...width('tables'), flexible: true },
    { header: 'rows', ...width('rows'), align: 'right' },
    { header: 'status', widthMin: 7, style: byRow(colourByStatus) },
  ];
  if (isLive) columns.unshift({ header: ' ', style: (cell, c) => (cell === '✓' ? c.green(cell) : c.yellow(cell)) });
  const table = createTable(columns, screen);
  const showTime = timeShower(timeZone);

  return {
    render(lines, mark = 'sealed') {
      shown = lines.map(rowOf);
      return table.render(
        shown.map((row) => [
          ...(isLive ? [markSigns[mark]] : []),
          isBrief ? withoutToday(showTime(row.timestamp), showTime(new Date().toISOString())) : showTime(row.timestamp),
          isBrief ? row.kind.replace(/^.*\//, '') : row.kind,
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

function withoutToday(time: string, now: string): string {
  return time.slice(0, 10) === now.slice(0, 10) ? time.slice(11) : time;
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
