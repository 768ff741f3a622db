// Where a parameter stands in a statement, for errors about it: DuckDB's tree does not say.

const quotedOrComment = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g;

export interface ParameterPlace {
  readonly byteOffset: number;
  /** Written as `?`. */
  readonly isUnnamed: boolean;
}

export function findParameter(text: string, name: string): ParameterPlace | undefined {
  const code = text.replace(quotedOrComment, (found) => ' '.repeat(found.length));
  const wanted = `$${name.toLowerCase()}`;
  const names = [...code.matchAll(/\$[\p{L}\p{N}_]+/gu)];
  const named = names.find(([found]) => found.toLowerCase() === wanted)?.index ?? -1;
  const at = named >= 0 ? named : code.indexOf('?');
  return at < 0 ? undefined : { byteOffset: Buffer.byteLength(text.slice(0, at)), isUnnamed: named < 0 };
}
