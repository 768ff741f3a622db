// PostgreSQL's parser as a WebAssembly instance of our own. A text can make it run out of stack or memory; what it had
// allocated then stays allocated, so the instance is thrown away and a new one takes over.

import type { ParseResult, ScanResult } from 'libpg-query';
import instantiate, { type PgQueryModule } from 'libpg-query/wasm/libpg-query.js';

export interface PgQuery {
  /** @throws if the text does not parse. */
  parse(text: string): ParseResult;
  /** The tokens with their places in bytes. @throws if the text cannot be cut into tokens. */
  scan(text: string): ScanResult;
  /** The tree of a PL/pgSQL function or DO block. @throws if it does not parse. */
  parsePlPgSql(text: string): unknown;
}

const errorOffset = 8;

export async function createPgQuery(): Promise<PgQuery> {
  const quiet = { print: () => undefined, printErr: () => undefined };
  let module: PgQueryModule = await instantiate(quiet);
  let spare: PgQueryModule | undefined = await instantiate(quiet);
  let failedAgain = false;

  /** The spare takes over at once; a failure while the next one is being made has to wait for it, some 20 ms. */
  function replace(): void {
    failedAgain = spare === undefined;
    if (spare === undefined) return;
    module = spare;
    spare = undefined;
    makeSpare();
  }

  function makeSpare(): void {
    instantiate(quiet).then(
      (next) => {
        spare = next;
        if (failedAgain) replace();
      },
      () => undefined,
    );
  }

  function call(text: string, run: (module: PgQueryModule, pointer: number) => string): string {
    const current = module;
    const room = current.lengthBytesUTF8(text) + 1;
    let pointer = 0;
    try {
      pointer = current._malloc(room);
      current.stringToUTF8(text, pointer, room);
      return run(current, pointer);
    } catch (error) {
      if (!(error instanceof SyntaxError)) replace();
      throw error;
    } finally {
      if (pointer !== 0) current._free(pointer);
    }
  }

  const asText =
    (run: (module: PgQueryModule, pointer: number) => number) => (current: PgQueryModule, pointer: number) => {
      const result = run(current, pointer);
      try {
        return current.UTF8ToString(result);
      } finally {
        if (result !== 0) current._wasm_free_string(result);
      }
    };

  return {
    parse: (text) => JSON.parse(call(text, parseToJson)),
    scan: (text) =>
      JSON.parse(
        call(
          text,
          asText((current, pointer) => current._wasm_scan(pointer)),
        ),
      ),
    parsePlPgSql: (text) =>
      JSON.parse(
        call(
          text,
          asText((current, pointer) => current._wasm_parse_plpgsql(pointer)),
        ),
      ),
  };
}

/** The result is a struct of three pointers: the tree as JSON, what was written to stderr, and the error. */
function parseToJson(current: PgQueryModule, pointer: number): string {
  const result = current._wasm_parse_query_raw(pointer);
  try {
    const error = current.getValue(result + errorOffset, 'i32');
    if (error === 0) return current.UTF8ToString(current.getValue(result, 'i32'));
    const message = current.UTF8ToString(current.getValue(error, 'i32'));
    throw new SyntaxError(message);
  } finally {
    if (result !== 0) current._wasm_free_parse_result(result);
  }
}
