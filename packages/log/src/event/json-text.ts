// Sizes and slices of text as it will stand in a line: in UTF-8 bytes of its JSON form, never splitting a character.

/** Bytes of a value's JSON in UTF-8. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** The longest start of a well-formed string whose JSON form, without quotes, has at most `bytesMax` bytes. */
export function takeStart(text: string, bytesMax: number): string {
  let left = bytesMax;
  let index = 0;
  while (index < text.length) {
    const code = text.charCodeAt(index);
    left -= escapedBytes(code);
    if (left < 0) break;
    index += isHighSurrogate(code) ? 2 : 1;
  }
  return text.slice(0, index);
}

/** The longest end of a well-formed string whose JSON form, without quotes, has at most `bytesMax` bytes. */
export function takeEnd(text: string, bytesMax: number): string {
  let left = bytesMax;
  let index = text.length;
  while (index > 0) {
    const code = text.charCodeAt(index - 1);
    left -= escapedBytes(code);
    if (left < 0) break;
    index -= isLowSurrogate(code) ? 2 : 1;
  }
  return text.slice(index);
}

// A surrogate counts for its whole pair.
function escapedBytes(code: number): number {
  if (code === 0x22 || code === 0x5c) return 2;
  if (code < 0x20) return code === 8 || code === 9 || code === 10 || code === 12 || code === 13 ? 2 : 6;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code >= 0xd800 && code <= 0xdfff ? 4 : 3;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
