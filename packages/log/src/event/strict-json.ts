// JSON as it comes from outside, read so that nothing is lost without a word: RFC 8259, but a key given twice, an
// integer that a double would change and nesting without end are refused. The scanner here checks the text and knows
// where a mistake is; the values come from JSON.parse.

import { AuditError } from '../base/errors.ts';
import { jsonDepthMax } from './pinned-json.ts';

/**
 * Parses one JSON text.
 * @throws AuditError `invalid_json` with line and column (both from 1, columns in UTF-16 units) of the first mistake.
 */
export function parseStrictJson(text: string, depthMax: number = jsonDepthMax): unknown {
  const scanner = new Scanner(text, depthMax);
  scanner.scanValue(0);
  scanner.expectEnd();
  return JSON.parse(text);
}

const quote = 0x22;
const backslash = 0x5c;
const escapeSequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const numberLiteral = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const word = /true|false|null/y;

class Scanner {
  readonly #text: string;
  readonly #depthMax: number;
  #index = 0;

  constructor(text: string, depthMax: number) {
    this.#text = text;
    this.#depthMax = depthMax;
  }

  scanValue(depth: number): void {
    this.#skipBlanks();
    const start = this.#text.charAt(this.#index);
    if (start === '"') this.#scanString();
    else if (start === '{') this.#scanObject(depth + 1);
    else if (start === '[') this.#scanArray(depth + 1);
    else if (this.#take(word) === undefined) this.#scanNumber();
    this.#skipBlanks();
  }

  expectEnd(): void {
    if (this.#index < this.#text.length) throw this.#refuse('there is something after the JSON value');
  }

  #scanObject(depth: number): void {
    this.#enter(depth);
    if (this.#takeCharacter('}')) return;
    const keys = new Set<string>();
    do {
      this.#skipBlanks();
      this.#scanKey(keys);
      this.#skipBlanks();
      if (!this.#takeCharacter(':')) throw this.#refuse("a ':' must follow the key");
      this.scanValue(depth);
    } while (this.#takeCharacter(','));
    if (!this.#takeCharacter('}')) throw this.#refuse("a ',' or '}' must follow here");
  }

  #scanArray(depth: number): void {
    this.#enter(depth);
    if (this.#takeCharacter(']')) return;
    do this.scanValue(depth);
    while (this.#takeCharacter(','));
    if (!this.#takeCharacter(']')) throw this.#refuse("a ',' or ']' must follow here");
  }

  #enter(depth: number): void {
    if (depth > this.#depthMax) throw this.#refuse(`nesting is deeper than ${this.#depthMax} levels`);
    this.#index++;
    this.#skipBlanks();
  }

  #scanKey(keys: Set<string>): void {
    const start = this.#index;
    if (this.#text.charAt(start) !== '"') throw this.#refuse('a key in double quotes must stand here');
    this.#scanString();
    const literal = this.#text.slice(start, this.#index);
    // `"a"` and `"\u0061"` are the same key.
    const key = literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1);
    if (keys.has(key)) throw this.#refuse(`the key ${shorten(JSON.stringify(key))} is there twice`, start);
    keys.add(key);
  }

  #scanString(): void {
    const text = this.#text;
    let index = this.#index + 1;
    // Character by character, because here is where the time goes when a stream of events is read.
    for (let code = text.charCodeAt(index); code !== quote; code = text.charCodeAt(index)) {
      if (code >= 0x20 && code !== backslash) {
        index++;
        continue;
      }
      this.#index = index;
      if (index >= text.length) throw this.#refuse('the text ends within a string');
      if (code !== backslash) throw this.#refuse('a control character in a string must be escaped');
      if (this.#take(escapeSequence) === undefined) throw this.#refuse('no such escape sequence');
      index = this.#index;
    }
    this.#index = index + 1;
  }

  #scanNumber(): void {
    const start = this.#index;
    numberLiteral.lastIndex = start;
    const match = numberLiteral.exec(this.#text);
    if (match === null) {
      throw this.#refuse(start < this.#text.length ? 'no JSON value starts like this' : 'the text ends too early');
    }
    const [literal, fraction, exponent] = match;
    if (fraction === undefined && exponent === undefined) {
      if (!isKeptExactly(literal)) {
        throw this.#refuse(`the integer ${shorten(literal)} is too large to be kept exactly; give it as a string`);
      }
    } else if (!Number.isFinite(Number(literal))) {
      throw this.#refuse(`the number ${shorten(literal)} is too large`);
    }
    this.#index += literal.length;
  }

  #takeCharacter(character: string): boolean {
    if (this.#text.charAt(this.#index) !== character) return false;
    this.#index++;
    return true;
  }

  #skipBlanks(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#index);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#index++;
    }
  }

  /** Moves past what the pattern matches here; undefined if it does not match. */
  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#index;
    const matched = pattern.exec(this.#text)?.[0];
    this.#index += matched?.length ?? 0;
    return matched;
  }

  #refuse(what: string, index: number = this.#index): AuditError {
    const before = this.#text.slice(0, index);
    const line = before.split('\n').length;
    const column = index - (before.lastIndexOf('\n') + 1) + 1;
    return new AuditError('invalid_json', `Line ${line}, column ${column}: ${what}.`, { details: { line, column } });
  }
}

const surelyExactDigits = 15;

// Kept exactly means: the line would hold the same digits. Those of 2^64 are not kept, though a double holds its value.
function isKeptExactly(literal: string): boolean {
  return literal.length <= surelyExactDigits || String(Number(literal)) === literal;
}

function shorten(literal: string): string {
  return literal.length > 60 ? `${literal.slice(0, 57)}...` : literal;
}
