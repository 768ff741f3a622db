// Reads the lines of given positions, for those who know from an index what they look for. Positions that lie close to
// each other are read in one go, the others are sought.

import { type ReadableSegment, type RecordLine, readableSegments, readSegment } from './reader.ts';

/** Reading on costs less than seeking while the next line is no farther than this. */
const nearLines = 1_000;
/** A seek ends with one read of this size: enough for the longest line, and for most neighbours. */
const stepBytes = 1 << 18;

/**
 * The lines at `positions`, which ascend, in batches. A position that the log does not have is passed over.
 * @throws AuditError `no_log` if there is no log.
 */
export async function* readRecordsAt(
  dataDir: string,
  positions: readonly number[],
  signal?: AbortSignal,
): AsyncGenerator<RecordLine[]> {
  let next = 0;
  const segments = readableSegments(dataDir);
  for (const [index, segment] of segments.entries()) {
    const end = segments[index + 1]?.first ?? Number.POSITIVE_INFINITY;
    const start = next;
    while (next < positions.length && positions[next]! < end) next += 1;
    if (next > start) yield* readFromSegment(segment, positions.slice(start, next), signal);
  }
}

async function* readFromSegment(
  segment: ReadableSegment,
  positions: readonly number[],
  signal: AbortSignal | undefined,
): AsyncGenerator<RecordLine[]> {
  for (let next = 0; next < positions.length; ) {
    const before = next;
    for await (const batch of readSegment(segment, positions[next]!, signal, stepBytes)) {
      const found: RecordLine[] = [];
      for (const record of batch) {
        while (next < positions.length && positions[next]! < record.seq) next += 1;
        if (positions[next] === record.seq) {
          found.push(record);
          next += 1;
        }
      }
      if (found.length > 0) yield found;
      const wanted = positions[next];
      if (wanted === undefined || wanted > batch.at(-1)!.seq + nearLines) break;
    }
    // What the segment ends before is not in it.
    if (next === before) return;
  }
}
