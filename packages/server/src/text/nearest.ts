// Finds the word that a person most likely meant. The distance is Levenshtein's, with a swap of neighbours as one step.

/** The nearest of `words` to `typed`, or undefined when none is near enough to be a likely slip of the finger. */
export function nearestWord(typed: string, words: Iterable<string>, distanceMax = Infinity): string | undefined {
  // A person's slip is short; comparing a pasted kilobyte with every key would only cost time.
  if (typed.length > 64) return undefined;
  const wanted = typed.toLowerCase();
  let nearest: { word: string; distance: number } | undefined;
  for (const word of words) {
    const distance = editDistance(wanted, word.toLowerCase());
    const likely = distance <= Math.min(distanceMax, Math.max(1, Math.floor(Math.max(wanted.length, word.length) / 3)));
    if (likely && (nearest === undefined || distance < nearest.distance)) nearest = { word, distance };
  }
  return nearest?.word;
}

/** `; did you mean "x"?`, or nothing when no word is near. */
export function suggestion(typed: string, words: Iterable<string>): string {
  const word = nearestWord(typed, words);
  return word === undefined ? '' : `; did you mean "${word}"?`;
}

function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let steps = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) steps = Math.min(steps, (beforeLast[column - 2] ?? 0) + 1);
      current.push(steps);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
