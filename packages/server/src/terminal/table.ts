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
  /** Colours a cell after it was cut and padded. */
  readonly style?: (cell: string, colours: Colours, rowIndex: number) => string;
}

const gap = '  ';
const flexibleWidthMin = 8;

/** The table as text, each line ended by a newline. Cells are made safe here; callers pass them as they are. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[], screen: Screen): string {
  const cells = rows.map((row) => columns.map((_, index) => sanitize(row[index] ?? '')));
  const widths = fitWidths(columns, naturalWidths(columns, cells), screen.width);
  const header = columns.map((column) => column.header);
  const lines = [renderRow(columns, header, widths, (cell) => screen.colours.dim(cell))];
  for (const [rowIndex, row] of cells.entries()) {
    lines.push(
      renderRow(columns, row, widths, (cell, column) => column.style?.(cell, screen.colours, rowIndex) ?? cell),
    );
  }
  return `${lines.join('\n')}\n`;
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

function naturalWidths(columns: readonly Column[], cells: readonly (readonly string[])[]): number[] {
  return columns.map((column, index) =>
    cells.reduce((widest, row) => Math.max(widest, stringWidth(row[index] ?? '')), stringWidth(column.header)),
  );
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
