// The formats of an export by their names.

import { axonFormat } from './axon-format.ts';
import { cefFormat } from './cef-format.ts';
import { createCsvFormat } from './csv-format.ts';
import type { ExportColumns } from './export-columns.ts';
import { jsonFormat } from './json-format.ts';
import { ndjsonFormat } from './ndjson-format.ts';
import type { TextFormat, TextFormatName } from './text-format.ts';

/** Parquet is the one that is not text. */
export type ExportFormatName = TextFormatName | 'parquet';

export const exportFormatNames: readonly ExportFormatName[] = ['json', 'ndjson', 'csv', 'parquet', 'cef', 'axon'];

export function isExportFormatName(name: unknown): name is ExportFormatName {
  return exportFormatNames.some((known) => known === name);
}

export function createTextFormat(name: TextFormatName, columns: ExportColumns): TextFormat {
  switch (name) {
    case 'json':
      return jsonFormat;
    case 'ndjson':
      return ndjsonFormat;
    case 'cef':
      return cefFormat;
    case 'axon':
      return axonFormat;
    case 'csv':
      return createCsvFormat(columns);
  }
}
