// Takes secrets out of texts without parsing them. It knows nothing of the language, so it rather takes out too much:
// where a sensitive name is mentioned, every literal goes.

import { mask } from './mask.ts';

// PASSWORD is what the commands that set one call it, whatever the configuration names.
const alwaysSensitive = 'password';

// Where quotes may not mean what they seem: escapes, comments, dollar quotes. There, no literal's end can be trusted.
const ambiguous = /\\|--|\/\*|\/\/|#|\$(?!\d)/;
const firstLiteral = /['"`]|--|\/\*|\/\/|#|\$(?!\d)|(?<![\p{L}\p{N}_$])\d/u;
const literals = /'[^']*(?:'|$)|"[^"]*(?:"|$)|`[^`]*(?:`|$)|(?<![\p{L}\p{N}_$])\d[\p{L}\p{N}_.]*/gu;

/** Returns a text as it is, or, if it names a sensitive field as a whole word, without its literals. */
export type RedactText = (text: string) => string;

export function createRedactText(sensitive: ReadonlySet<string>): RedactText {
  const names = [alwaysSensitive, ...sensitive]
    .filter((name) => name !== '')
    .map(asPattern)
    .join('|');
  const mention = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${names})(?![\\p{L}\\p{N}_])`, 'iu');
  return (text) => (mention.test(text) ? withoutLiterals(text) : text);
}

function asPattern(name: string): string {
  return name.replace(/[^\p{L}\p{N}_]/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`);
}

function withoutLiterals(text: string): string {
  if (!ambiguous.test(text)) return text.replace(literals, (literal) => maskedLiteral(literal));
  const start = text.search(firstLiteral);
  return start === -1 ? text : `${text.slice(0, start)}${mask}`;
}

function maskedLiteral(literal: string): string {
  const quote = literal.charAt(0);
  return quote === "'" || quote === '"' || quote === '`' ? `${quote}${mask}${quote}` : mask;
}

// No pattern may run past its own opening sign: messages are as long as a client likes.
const quoted = /"[^"]*"|'[^']*'|«[^«»]*»|„[^„“”]*[“”]/g;
const keyDetail = /\(([^()]*)\)+=\(.*\)/gs;

/**
 * A database's own words about a statement can repeat its literals. All that is quoted goes where the statement could
 * not be read; `Key (ssn)=(…)` goes where it names a sensitive column.
 */
export function redactMessage(message: string, sensitive: ReadonlySet<string>, statementUnread: boolean): string {
  const withoutKeys = message.replace(keyDetail, (whole, columns: string) => {
    const names = columns.toLowerCase().split(/[^\p{L}\p{N}_]+/u);
    return names.some((name) => sensitive.has(name)) ? `${whole.slice(0, whole.indexOf('=('))}=(${mask})` : whole;
  });
  return statementUnread ? withoutKeys.replace(quoted, `"${mask}"`) : withoutKeys;
}
