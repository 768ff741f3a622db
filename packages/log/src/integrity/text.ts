// What the texts of the C2SP formats have in common: which characters they may hold, and how a number is written.

/** A line may hold anything but ASCII control characters and halves of surrogate pairs, which UTF-8 cannot say. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const notAllowedInText = /[\0-\x09\x0b-\x1f]|\p{Surrogate}/u;

/** Whether a text is well-formed and free of control characters other than newline. */
export function isPlainText(text: string): boolean {
  return !notAllowedInText.test(text);
}

/**
 * The number that a decimal without sign, leading zeros or blanks stands for, or undefined for any other text and for
 * numbers past `Number.MAX_SAFE_INTEGER`.
 */
export function parseDecimal(text: string): number | undefined {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Bytes as UTF-8, or undefined if they are not; a string comes back as it is. */
export function decodeText(text: string | Uint8Array): string | undefined {
  if (typeof text === 'string') return text;
  try {
    return utf8.decode(text);
  } catch {
    return undefined;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
