// Tables without lines: a heading, columns aligned by blanks, nothing wider than the terminal. In a pipe the same text,
// whole and without colour, so that `grep` and `awk` see every character.

import stringWidth from 'string-width';
import { sanitize } from './sanitize.ts';
import type { Colours, Screen } from './screen.ts';

export interface Column {
  readonly header: string;
  readonly align?: 'left' | 'right';
  /** May be cut to make the table fit. A table that still does not fit is cut in its other columns too. */
  readonly flexible?: boolean;
  /** Wide from the start, so that a table printed piece by piece stays straight. */
  readonly widthMin?: number;
  /** Cells that are wider are cut, on a terminal. */
  readonly widthMax?: number;
  /** Colours a cell after it was cut and padded. */
  readonly style?: (cell: string, colours: Colours, rowIndex: number) => string;
}

const gap = '  ';
const flexibleWidthMin = 8;

export interface Table {
  /** Rows as lines of text, each ended by a newline; the first call puts the heading before them. */
  render(rows: readonly (readonly string[])[]): string;
}

/** A table that is printed piece by piece: a column never gets narrower. Cells are made safe here. */
export function createTable(columns: readonly Column[], screen: Screen): Table {
  let natural = columns.map((column) => Math.max(column.widthMin ?? 0, stringWidth(column.header)));
  let isHeadingDue = true;
  return {
    render(rows) {
      const cells = rows.map((row) => columns.map((_, index) => sanitize(row[index] ?? '')));
      natural = natural.map((width, index) => widestCell(cells, index, width));
      const wanted = screen.isTerminal
        ? natural.map((width, i) => Math.min(width, columns[i]?.widthMax ?? width))
        : natural;
      const widths = fitWidths(columns, wanted, screen.width);
      const lines = cells.map((row, rowIndex) =>
        renderRow(columns, row, widths, (cell, column) => column.style?.(cell, screen.colours, rowIndex) ?? cell),
      );
      const header = columns.map((column) => column.header);
      if (isHeadingDue) lines.unshift(renderRow(columns, header, widths, (cell) => screen.colours.dim(cell)));
      isHeadingDue = false;
      return lines.map((line) => `${line}\n`).join('');
    },
  };
}

/** The table as text, each line ended by a newline. Cells are made safe here; callers pass them as they are. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[], screen: Screen): string {
  return createTable(columns, screen).render(rows);
}

/** Cuts text to a width in terminal columns, the last of them an ellipsis. */
export function cutToWidth(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let cut = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const segmentWidth = stringWidth(segment);
    if (used + segmentWidth > width - 1) break;
    cut += segment;
    used += segmentWidth;
  }
  return width > 0 ? `${cut}…` : '';
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

type Paint = (cell: string, column: Column) => string;

function renderRow(
  columns: readonly Column[],
  row: readonly string[],
  widths: readonly number[],
  paint: Paint,
): string {
  const last = columns.length - 1;
  const padded = columns.map((column, index) => {
    const text = cutToWidth(row[index] ?? '', widths[index] ?? 0);
    const blanks = ' '.repeat(Math.max(0, (widths[index] ?? 0) - stringWidth(text)));
    if (text === '') return index === last ? '' : blanks;
    if (column.align === 'right') return blanks + paint(text, column);
    return paint(text, column) + (index === last ? '' : blanks);
  });
  return padded.join(gap).trimEnd();
}

function widestCell(cells: readonly (readonly string[])[], index: number, widthMin: number): number {
  return cells.reduce((widest, row) => Math.max(widest, stringWidth(row[index] ?? '')), widthMin);
}

/** Takes columns off the widest flexible column until the table fits; when all are at their least, off any column. */
function fitWidths(columns: readonly Column[], natural: readonly number[], screenWidth: number): number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, width) => sum + width, gap.length * (columns.length - 1)) - screenWidth;
  while (excess > 0) {
    const index =
      widest(widths, (i) => columns[i]?.flexible === true && (widths[i] ?? 0) > flexibleWidthMin) ??
      widest(widths, (i) => (widths[i] ?? 0) > 1);
    if (index === undefined) break;
    widths[index] = (widths[index] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

function widest(widths: readonly number[], admits: (index: number) => boolean): number | undefined {
  let found: number | undefined;
  for (const [index, width] of widths.entries()) {
    if (admits(index) && (found === undefined || width > (widths[found] ?? 0))) found = index;
  }
  return found;
}
