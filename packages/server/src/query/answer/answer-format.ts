// The text forms of an answer: JSON, JSON lines and CSV, written piece by piece. A table is for the terminal, and made
// there.

import { cellOf, type Plain } from './plain-value.ts';

export type Row = readonly Plain[];

export interface AnswerFormat {
  begin(columns: readonly string[]): string;
  rows(rows: readonly Row[]): string;
  end(): string;
}

export const answerFormats = ['table', 'json', 'ndjson', 'csv', 'parquet'] as const;
export type AnswerFormatName = (typeof answerFormats)[number];

/** One object a line. Columns of the same name get a number behind it, so that none is lost. */
export function ndjsonFormat(): AnswerFormat {
  let names: readonly string[] = [];
  return {
    begin(columns) {
      names = distinct(columns);
      return '';
    },
    rows: (rows) => rows.map((row) => `${jsonObject(names, row)}\n`).join(''),
    end: () => '',
  };
}

/** One array of objects. */
export function jsonFormat(): AnswerFormat {
  let names: readonly string[] = [];
  let isFirst = true;
  return {
    begin(columns) {
      names = distinct(columns);
      return '[';
    },
    rows(rows) {
      const text = rows.map((row) => `\n${jsonObject(names, row)}`).join(',');
      const separator = isFirst || rows.length === 0 ? '' : ',';
      isFirst &&= rows.length === 0;
      return `${separator}${text}`;
    },
    end: () => '\n]\n',
  };
}

/** RFC 4180, with a heading. */
export function csvFormat(): AnswerFormat {
  return {
    begin: (columns) => csvLine(columns),
    rows: (rows) => rows.map((row) => csvLine(row.map(cellOf))).join(''),
    end: () => '',
  };
}

function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`;
}

function jsonObject(names: readonly string[], row: Row): string {
  return JSON.stringify(Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])));
}

function distinct(columns: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return columns.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}_${count}`;
  });
}
