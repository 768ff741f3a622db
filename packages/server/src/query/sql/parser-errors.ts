// DuckDB's refusals to parse, in words for the user: what is not SQL keeps the parser's own message, and what is SQL
// but no question of the log says so.

import { type EngineError, headlineOf } from './engine-error.ts';
import { textError } from './text-error.ts';

/** By what the parser says, what to say instead. */
const translations: readonly (readonly [RegExp, string])[] = [
  [/named and positional parameters/i, 'Not allowed: $name together with ? or $1; give all parameters names'],
  [/memory exhausted|expression depth/i, 'Not allowed: a statement nested this deeply; write it with WITH'],
  [/NOT IMPLEMENTED/, 'Not allowed: a name or an escape of a form that DuckDB does not read'],
  [/grouping set count/i, 'Not allowed: this many grouping sets; a CUBE doubles them with each column'],
];

export function parserError(text: string, error: EngineError): Error {
  const { type, message, position } = error;
  const [, translated] = translations.find(([pattern]) => pattern.test(message)) ?? [];
  if (translated !== undefined) return textError(text, translated, position);
  switch (type) {
    case 'Not implemented': {
      const start = Buffer.byteLength(text.slice(0, text.search(/\S/)));
      return textError(text, 'Not allowed: only SELECT, over system.audit_log; the log cannot be changed here', start);
    }
    case 'Serialization':
      return textError(
        text,
        'Not allowed: a type with a size or values of its own; use VARCHAR, BIGINT, DOUBLE or JSON',
      );
    default:
      return textError(text, message.startsWith('syntax error') ? `S${message.slice(1)}` : headlineOf(error), position);
  }
}
