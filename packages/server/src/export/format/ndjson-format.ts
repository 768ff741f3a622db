// NDJSON: the stored lines, byte for byte, so that what `sha256sum` and a proof say of a line holds for the export too.

import type { TextFormat } from './text-format.ts';

export const ndjsonFormat: TextFormat = {
  name: 'ndjson',
  head: '',
  rowEnd: '\n',
  isArray: false,
  hasQuotes: false,
  row: ({ line }) => line,
  foot: () => '',
};
