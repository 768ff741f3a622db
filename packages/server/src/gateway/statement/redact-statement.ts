// Takes secrets out of statement text: the literals that are compared with, assigned to or inserted into a sensitive
// column, and passwords that commands carry. What cannot be read with certainty is given up rather than shown.

import type { ScanToken } from 'libpg-query';
import { createSecretWords, type SecretWords } from './secret-words.ts';
import { findSensitiveLiterals } from './sensitive-literals.ts';
import type { ParsedText, StatementParser } from './statement-parser.ts';

/** The text without its secrets, or the word that it could not be read and must not be stored as it is. */
export type RedactedStatement =
  | {
      readonly text: string;
      /** The numbers n of the bind parameters `$n` that are tied to a sensitive column, ascending. */
      readonly sensitiveParameters: readonly number[];
      readonly unparsed?: never;
    }
  | { readonly unparsed: true; readonly text?: never; readonly sensitiveParameters?: never };

interface Replacement {
  /** In bytes. */
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

const mask = `'***'`;
/** Statements that can hide a secret without naming it, or that name it in another spelling. */
const needsLook = /\b(?:insert|merge|execute)\b|u&["']/i;

type Redact = (text: string, sensitive: ReadonlySet<string>) => RedactedStatement;

export function createRedactor(parser: StatementParser): Redact {
  const wordsOf = remember((sensitive: ReadonlySet<string>) => createSecretWords(sensitive));
  const results = new WeakMap<ParsedText, { sensitive: ReadonlySet<string>; result: RedactedStatement }>();
  return (text, sensitive) => {
    try {
      const parsed = parser.parse(text);
      if (parsed === undefined) return { unparsed: true };
      const known = results.get(parsed);
      if (known?.sensitive === sensitive) return known.result;
      const result = redactParsed(text, parsed, {
        parser,
        words: wordsOf(sensitive),
        anySensitive: sensitive.size > 0,
      });
      results.set(parsed, { sensitive, result });
      return result;
    } catch {
      // Whatever goes wrong here, a text that was not looked through is not stored as it is.
      return { unparsed: true };
    }
  };
}

interface Context {
  readonly parser: StatementParser;
  readonly words: SecretWords;
  readonly anySensitive: boolean;
}

function redactParsed(text: string, parsed: ParsedText, context: Context): RedactedStatement {
  const mentions = context.words.mentions(text);
  if (!mentions && !needsLook.test(text)) return { text, sensitiveParameters: [] };
  const trees = parsed.statements.map(({ node }) => node);
  const { constants, options, parameters } = findSensitiveLiterals(trees, context);
  const sensitiveParameters = [...parameters].sort((a, b) => a - b);
  if (!mentions && constants.size === 0 && options.size === 0) return { text, sensitiveParameters };
  const tokens = context.parser.scan(text);
  const indexes = new Map(tokens.map(({ start }, index) => [start, index]));
  const from = (location: number, count: number) => {
    const index = indexes.get(location - parsed.origin) ?? tokens.length;
    return tokens.slice(index, index + count);
  };
  const replacements = [
    ...[...constants].map((location) => replaceConstant(from(location, 3))),
    ...[...options].map((location) => replaceOption(from(location, 6))),
  ];
  const taken = new Set(replacements.map(({ end }) => end));
  for (const token of tokens) {
    const by = taken.has(token.end) ? undefined : redactToken(token.text, context);
    if (by !== undefined) replacements.push({ start: token.start, end: token.end, by });
  }
  return { text: applyReplacements(text, replacements), sensitiveParameters };
}

/** The constant at a location, with its sign. Throws if there is none: then the tree and the tokens do not agree. */
function replaceConstant([first, ...next]: readonly ScanToken[]): Replacement {
  if (first === undefined) throw new RangeError('a constant of the tree is no token');
  // A sign, or the word of a typed constant such as `N'…'`, may stand before it; a setting's value may be a bare word.
  const constant = isConstant(first) ? first : (next.find(isConstant) ?? first);
  return { start: first.start, end: constant.end, by: mask };
}

const optionWords = /^(?:=|encrypted|unencrypted|password)$/i;

function replaceOption([, ...next]: readonly ScanToken[]): Replacement {
  // ALTER … OPTIONS (SET password '…') is located at SET, so a string is looked for before anything else.
  const value = next.find(isConstant) ?? next.find(({ text }) => !optionWords.test(text));
  if (value === undefined) throw new RangeError('an option of the tree has no value');
  return { start: value.start, end: value.end, by: mask };
}

function isConstant({ text }: ScanToken): boolean {
  return /^(?:[ebxn]|u&)?'|^\$(?!\d)|^\.?\d|^(?:true|false)$/i.test(text);
}

/** Literals, bodies and comments that hold a secret word with its value; undefined if there is nothing to hide. */
function redactToken(token: string, { parser, words }: Context): string | undefined {
  if (token.startsWith('--') || token.startsWith('/*')) return words.holdsValue(token) ? '/* *** */' : undefined;
  const tag = /^\$(?!\d)[^$]*\$/.exec(token)?.[0];
  if (tag !== undefined) {
    const body = token.slice(tag.length, -tag.length);
    return words.mentions(body) ? `${tag}${redactBody(body, parser)}${tag}` : undefined;
  }
  const literal = /^(?:[en]|u&)?'(.*)'$/is.exec(token)?.[1];
  return literal !== undefined && words.holdsValue(literal) ? mask : undefined;
}

/** Code in another language cannot be parsed here; where it mentions a secret word, all its literals go. */
function redactBody(body: string, parser: StatementParser): string {
  try {
    const literals = parser.scan(body).filter((token) => isConstant(token) || /^["-]-?.|^\/\*/.test(token.text));
    const hidden = literals.filter(({ text }) => text !== '-' && text !== '->' && text !== '->>');
    return applyReplacements(
      body,
      hidden.map(({ start, end, text }) => ({ start, end, by: byKind(text) })),
    );
  } catch {
    return ' *** ';
  }
}

function byKind(literal: string): string {
  if (literal.startsWith('"')) return '"***"';
  return literal.startsWith('--') || literal.startsWith('/*') ? '/* *** */' : mask;
}

function applyReplacements(text: string, replacements: readonly Replacement[]): string {
  const bytes = Buffer.from(text);
  const parts: string[] = [];
  let position = 0;
  for (const { start, end, by } of [...replacements].sort((a, b) => a.start - b.start)) {
    // Two findings may overlap: a sign and its number, a typed constant and its word.
    if (end <= position) continue;
    parts.push(bytes.toString('utf8', position, Math.max(start, position)), by);
    position = end;
  }
  return parts.join('') + bytes.toString('utf8', position);
}

function remember<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new WeakMap<Key, Value>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}
