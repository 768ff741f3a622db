// Takes secrets out of texts without parsing them. It knows nothing of the language, so it rather takes out too much:
// where a sensitive name is mentioned, every literal goes.

import { mask } from './mask.ts';

// PASSWORD is what the commands that set one call it, whatever the configuration names.
const alwaysSensitive = 'password';

const words = /[\p{L}_][\p{L}\p{N}_]*/gu;
const singleWord = /^[\p{L}_][\p{L}\p{N}_]*$/u;
// Where quotes may not mean what they seem: escapes, comments, dollar quotes. There, no literal's end can be trusted.
const ambiguous = /\\|--|\/\*|\/\/|#|\$(?!\d)/;
const firstLiteral = /['"`]|--|\/\*|\/\/|#|\$(?!\d)|(?<![\p{L}\p{N}_$])\d/u;
const literals = /'[^']*(?:'|$)|"[^"]*(?:"|$)|`[^`]*(?:`|$)|(?<![\p{L}\p{N}_$])\d[\p{L}\p{N}_.]*/gu;

/** The text as it is, or, if it names a sensitive field, without its literals. */
export function redactText(text: string, sensitive: ReadonlySet<string>): string {
  if (!mentions(text, sensitive)) return text;
  if (!ambiguous.test(text)) return text.replace(literals, (literal) => maskedLiteral(literal));
  const start = text.search(firstLiteral);
  return start === -1 ? text : `${text.slice(0, start)}${mask}`;
}

function mentions(text: string, sensitive: ReadonlySet<string>): boolean {
  for (const [word] of text.matchAll(words)) {
    const name = word.toLowerCase();
    if (name === alwaysSensitive || sensitive.has(name)) return true;
  }
  // Names that are no single word, such as `credit-card`, are looked for as they stand.
  const compound = [...sensitive].filter((name) => !singleWord.test(name));
  if (compound.length === 0) return false;
  const lower = text.toLowerCase();
  return compound.some((name) => lower.includes(name));
}

function maskedLiteral(literal: string): string {
  const quote = literal.charAt(0);
  return quote === "'" || quote === '"' || quote === '`' ? `${quote}${mask}${quote}` : mask;
}

const quoted = /"[^"]*"|'[^']*'|«[^»]*»|„[^“”]*[“”]/g;
const keyDetail = /\(([^)]*)\)=\((.*)\)/gs;

/**
 * A database's own words about a statement can repeat its literals. All that is quoted goes where the statement could
 * not be read; `Key (ssn)=(…)` goes where it names a sensitive column.
 */
export function redactMessage(message: string, sensitive: ReadonlySet<string>, statementUnread: boolean): string {
  const withoutKeys = message.replace(keyDetail, (whole, columns: string) => {
    const names = columns.toLowerCase().split(/[^\p{L}\p{N}_]+/u);
    return names.some((name) => sensitive.has(name)) ? `(${columns})=(${mask})` : whole;
  });
  return statementUnread ? withoutKeys.replace(quoted, `"${mask}"`) : withoutKeys;
}
