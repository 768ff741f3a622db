// Base 64 as the C2SP formats want it: the standard alphabet, padded, and only the one canonical spelling of each
// value, so that no two texts mean the same bytes.

/** The bytes that canonical padded standard base64 stands for, or undefined for any other text. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
