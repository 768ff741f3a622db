// PostgreSQL's own parser, compiled to WebAssembly, behind a cache on the exact text. A text that it refuses, that is
// too long or that exhausts its memory is simply not parsed; nothing here throws after loading.

import type { Node, ScanToken } from 'libpg-query';
import { createPgQuery, type PgQuery } from './pg-query.ts';

/** A longer text would hold up all other sessions while it is parsed (about 20 ms for 100 kB). */
const textLengthMax = 256 * 1024;
/** Trees take some thirty times the room of their text, so only short texts are kept. */
const cachedLengthMax = 8 * 1024;
const cachedLengthTotalMax = 512 * 1024;
/** From here on, a text is looked at before it is parsed. */
const checkedLengthMin = 1000;
/** What a tree may grow to by repeated rows, in characters of the text. */
const repeatedLengthMax = 2_000_000;

export interface ParsedStatement {
  readonly node: Node;
  /** The statement without its semicolon and the blanks around it; comments stay. */
  readonly text: string;
}

export interface ParsedText {
  readonly statements: readonly ParsedStatement[];
  /** Locations in the trees, which are in bytes, count from here: `location - origin` is an offset into this text. */
  readonly origin: number;
}

export interface StatementParser {
  /** Undefined if the text could not be parsed. */
  parse(text: string): ParsedText | undefined;
  /** @throws if the text cannot be cut into tokens. */
  scan(text: string): readonly ScanToken[];
  /** The SQL statements and expressions in a DO block or PL/pgSQL function. @throws if it cannot be read. */
  parsePlPgSql(text: string): unknown;
}

export async function createStatementParser(): Promise<StatementParser> {
  const query = await createPgQuery();
  const cache = createCache();
  return {
    parse(text) {
      const cached = cache.get(text);
      if (cached !== undefined) return cached;
      const parsed = parseText(query, text);
      if (parsed === undefined) return undefined;
      cache.set(text, parsed);
      for (const { statement, origin } of parsed.slices) {
        // The recorder asks for each statement again, by its own text.
        if (statement.text !== text) cache.set(statement.text, { statements: [statement], origin });
      }
      return parsed;
    },
    scan: (text) => query.scan(text).tokens,
    parsePlPgSql: (text) => query.parsePlPgSql(text),
  };
}

function parseText(query: PgQuery, text: string) {
  // The parser takes C strings: it would silently see nothing past a NUL, and something else for a lone surrogate.
  if (text.length > textLengthMax || text.includes('\0') || /\p{Surrogate}/u.test(text)) return undefined;
  if (text === '') return { statements: [], slices: [], origin: 0 };
  try {
    if (text.length > checkedLengthMin && multipliesRows(query.scan(text).tokens, text.length)) return undefined;
    const { stmts = [] } = query.parse(text);
    const bytes = Buffer.from(text);
    let end = 0;
    const slices = stmts.flatMap(({ stmt, stmt_location: location = 0, stmt_len: length }) => {
      if (stmt === undefined) return [];
      // The parser leaves out the comments before a statement; they belong to what was sent.
      const start = end;
      end = length === undefined ? bytes.length : location + length;
      const raw = bytes.toString('utf8', start, end);
      const [separators = ''] = /^[\s;]*/.exec(raw) ?? [];
      const statement: ParsedStatement = { node: stmt, text: raw.slice(separators.length).trimEnd() };
      return [{ statement, origin: start + Buffer.byteLength(separators) }];
    });
    return { statements: slices.map(({ statement }) => statement), slices, origin: 0 };
  } catch {
    // A syntax error, `memory exhausted`, or a stack that was not deep enough: the parser goes on with the next text.
    return undefined;
  }
}

/**
 * `SET (a, b, c) = (row)` puts the whole row into the tree once for each column: with a thousand columns it takes
 * seconds, with four thousand a gigabyte.
 */
function multipliesRows(tokens: readonly ScanToken[], length: number): boolean {
  const words = tokens.filter(({ text }) => !text.startsWith('--') && !text.startsWith('/*'));
  let columns = 0;
  for (const [index, { text }] of words.entries()) {
    if (text === '(') columns = 1;
    else if (text === ',') columns += 1;
    else if (text === ')' && words[index + 1]?.text === '=' && columns * length > repeatedLengthMax) return true;
  }
  return false;
}

function createCache() {
  const entries = new Map<string, ParsedText>();
  let lengthTotal = 0;
  return {
    get(text: string): ParsedText | undefined {
      const entry = entries.get(text);
      if (entry !== undefined) {
        entries.delete(text);
        entries.set(text, entry);
      }
      return entry;
    },
    set(text: string, parsed: ParsedText): void {
      if (text.length > cachedLengthMax || entries.has(text)) return;
      entries.set(text, parsed);
      lengthTotal += text.length + 64;
      for (const oldest of entries.keys()) {
        if (lengthTotal <= cachedLengthTotalMax) break;
        entries.delete(oldest);
        lengthTotal -= oldest.length + 64;
      }
    },
  };
}
