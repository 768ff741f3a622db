// Durations as a person writes them: a whole number with its unit (`250ms`, `5s`, `30d`). A year has no fixed length,
// so `7y` is known only where a calendar decides: in retention.

const unitMs: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 604_800_000],
]);

/** A time to keep something: a fixed length, or calendar years counted from the record's own date. */
export type RetentionPeriod = { readonly ms: number } | { readonly years: number };

/**
 * The milliseconds that `text` stands for, or undefined when it is no duration or beyond what a number holds exactly.
 */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,16}) ?(ms|[smhdw])$/.exec(text);
  const scale = unitMs.get(match?.[2] ?? '');
  if (match === null || scale === undefined) return undefined;
  const ms = Number(match[1]) * scale;
  return Number.isSafeInteger(ms) ? ms : undefined;
}

export function parseRetentionPeriod(text: string): RetentionPeriod | undefined {
  const years = /^(\d{1,4}) ?y$/.exec(text)?.[1];
  if (years !== undefined) return { years: Number(years) };
  const ms = parseDuration(text);
  return ms === undefined ? undefined : { ms };
}

/**
 * The largest unit that divides `ms`, so that `parseDuration` gives the same number back; weeks are written in days.
 */
export function formatDuration(ms: number): string {
  const [unit, scale] = [...unitMs].filter(([name, length]) => name !== 'w' && ms % length === 0).at(-1) ?? ['ms', 1];
  return ms === 0 ? '0s' : `${ms / scale}${unit}`;
}

export function formatRetentionPeriod(period: RetentionPeriod): string {
  if ('years' in period) return `${period.years}y`;
  // Retention is spoken of in days; 2555d is what a person wrote and wants to read.
  return formatDuration(period.ms);
}
