// Looks at values as they come, before anything is known of them: from YAML any JSON value, from flags and the
// environment always text.

export function isMapping(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

/** The text of a scalar, or undefined for what is none. */
export function textOf(raw: unknown): string | undefined {
  if (typeof raw === 'string') return raw;
  return typeof raw === 'number' || typeof raw === 'boolean' || typeof raw === 'bigint' ? String(raw) : undefined;
}

/** The items of a list written as text, separated by commas. */
export function splitList(raw: string): string[] {
  return raw
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Names a value in an error message, never at more length than a line bears. */
export function describe(raw: unknown): string {
  if (raw === null || raw === undefined) return 'nothing';
  if (Array.isArray(raw)) return 'a list';
  if (isMapping(raw)) return 'a mapping';
  const written = JSON.stringify(textOf(raw));
  return written.length > 80 ? `${written.slice(0, 60)}…"` : written;
}

/** What is switched off asks for nothing: `false`, `{enabled: false}`, an empty list, a key without a value. */
export function isOff(raw: unknown): boolean {
  if (raw === null || raw === undefined || raw === false || raw === 'false') return true;
  if (Array.isArray(raw)) return raw.length === 0;
  return isMapping(raw) && isOff(raw.enabled) && Object.hasOwn(raw, 'enabled');
}
