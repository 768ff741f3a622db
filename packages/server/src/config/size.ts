// Sizes as a person writes them: a whole number with its unit. Decimal units are powers of ten, binary units powers of
// two; a number alone is refused, because nobody can tell what it counts.

const unitBytes: ReadonlyMap<string, number> = new Map([
  ['B', 1],
  ['kB', 1e3],
  ['KB', 1e3],
  ['MB', 1e6],
  ['GB', 1e9],
  ['TB', 1e12],
  ['KiB', 2 ** 10],
  ['MiB', 2 ** 20],
  ['GiB', 2 ** 30],
  ['TiB', 2 ** 40],
]);

/** The bytes that `text` stands for, or undefined when it is no size or beyond what a number holds exactly. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d{1,16}) ?([A-Za-z]{1,3})$/.exec(text);
  const scale = unitBytes.get(match?.[2] ?? '');
  if (match === null || scale === undefined) return undefined;
  const bytes = Number(match[1]) * scale;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** The shortest exact way to write `bytes`, so that `parseSize` gives the same number back. */
export function formatSize(bytes: number): string {
  const candidates = [...unitBytes]
    .filter(([unit, scale]) => unit !== 'KB' && bytes % scale === 0 && (bytes > 0 || unit === 'B'))
    .map(([unit, scale]) => `${bytes / scale}${unit}`);
  return candidates.reduce((shortest, next) => (next.length < shortest.length ? next : shortest), `${bytes}B`);
}
