// Leaves out the segments that a range has nothing to do with: each segment verifies alone, so they need not be read.

import { readChunks } from './chunk-reader.ts';
import type { PartFile } from './find-parts.ts';
import { ownSubtypeAt, ownTimestampAt } from './own-line.ts';
import type { Range } from './part.ts';

/** The parts that hold lines of the range, or in which a wanted tree size is reached. */
export async function selectParts(
  parts: readonly PartFile[],
  range: Range | undefined,
  wantedSizes: readonly number[],
): Promise<readonly PartFile[]> {
  // Where a copy begins is only known when it is read.
  if (range === undefined || parts.some(({ first }) => first === undefined)) return parts;
  const starts =
    range.by === 'position' ? parts.map(({ first }) => first!) : await Promise.all(parts.map(firstSealTime));
  return parts.filter((part, index) => {
    const next = parts[index + 1]?.first ?? Number.POSITIVE_INFINITY;
    if (wantedSizes.some((size) => size >= part.first! && size < next)) return true;
    const start = starts[index];
    const following = starts[index + 1];
    const endsBefore =
      following !== undefined && following <= range.start && !isFirstAfter(parts, starts, index, range);
    const beginsAfter = start !== undefined && start >= range.end;
    return !endsBefore && !beginsAfter;
  });
}

/** The next segment's first seal covers this segment's last commit; at its very start both are needed. */
function isFirstAfter(
  parts: readonly PartFile[],
  starts: readonly (number | string | undefined)[],
  index: number,
  range: Range,
): boolean {
  return range.by === 'time' && index + 1 < parts.length && starts[index + 1] === range.start;
}

/** The time of a segment's first seal. The seals of a segment lie between it and the next segment's. */
async function firstSealTime({ path, bytes }: PartFile): Promise<string | undefined> {
  for await (const chunk of readChunks(path, bytes)) {
    if (chunk.kind !== 'lines') continue;
    for (let at = chunk.start; at < chunk.end; ) {
      const lineEnd = chunk.bytes.indexOf(0x0a, at);
      const body = chunk.bytes.indexOf(0x2c, at) + 1;
      if (ownSubtypeAt(chunk.bytes, body, lineEnd) === 'sealed') return ownTimestampAt(chunk.bytes, body);
      at = lineEnd + 1;
    }
  }
  return undefined;
}
