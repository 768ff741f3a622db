// What `record` does once it has a writer: events as JSON lines in, valid ones recorded, each other one reported with
// its line number and the reason. Several batches are on their way at once, so that commits are full.

import { AuditError, type AuditEvent, parseStrictJson, type RecordResult, validateEvent } from '@indelible/log';
import { type InputLine, readInputLines, type UnreadableLine } from './input-lines.ts';

/** Takes events in order; the results stand in the order of the events. */
export interface EventTaker {
  record(events: readonly AuditEvent[]): Promise<RecordResult[]>;
}

export interface RecordSummary {
  readonly recorded: number;
  readonly rejected: number;
  /** Left out because the configuration says so. */
  readonly excluded: number;
  readonly first_seq: number | null;
  readonly last_seq: number | null;
}

export interface RecordRun {
  readonly input: AsyncIterable<Buffer>;
  readonly writer: EventTaker;
  /** Told of each line that was not recorded. */
  readonly reject: (lineNumber: number, reason: string) => void;
  readonly progress?: (recorded: number) => void;
}

/** Longer than any event that makes sense, short enough to hold several of them. */
const lineBytesMax = 4 << 20;
const batchesUnderWay = 16;

interface ValidEvent {
  readonly number: number;
  readonly event: AuditEvent;
}

/** Resolves when every line was recorded or reported. Rejects as soon as the log cannot take events. */
export async function runRecord(run: RecordRun): Promise<RecordSummary> {
  const tally = { recorded: 0, rejected: 0, excluded: 0, first: Number.POSITIVE_INFINITY, last: -1 };
  const underWay = new Set<Promise<void>>();
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {});

  function reject(number: number, reason: string): void {
    tally.rejected += 1;
    run.reject(number, reason);
  }

  async function record(batch: readonly ValidEvent[]): Promise<void> {
    const results = await run.writer.record(batch.map(({ event }) => event));
    for (const [index, { number }] of batch.entries()) {
      const { seq, excluded, error } = results[index] ?? { error: 'the writer gave no answer' };
      if (error !== undefined) reject(number, error);
      else if (excluded) tally.excluded += 1;
      else tally.recorded += 1;
      if (seq === undefined) continue;
      tally.first = Math.min(tally.first, seq);
      tally.last = Math.max(tally.last, seq);
    }
    run.progress?.(tally.recorded);
  }

  for await (const lines of until(readInputLines(run.input, lineBytesMax), failed)) {
    const batch = lines.flatMap((line) => readEvent(line, reject));
    if (batch.length === 0) continue;
    const recording = record(batch)
      .catch(fail)
      .finally(() => underWay.delete(recording));
    underWay.add(recording);
    if (underWay.size >= batchesUnderWay) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  // Of two settled promises the first one counts: a failure of the last batches ends this too.
  await Promise.race([failed, undefined]);

  const { recorded, rejected, excluded, first, last } = tally;
  return { recorded, rejected, excluded, first_seq: last < 0 ? null : first, last_seq: last < 0 ? null : last };
}

/** Passes batches on, but does not wait for more input once the log has failed. */
async function* until<T>(batches: AsyncGenerator<T>, failed: Promise<never>): AsyncGenerator<T> {
  for (;;) {
    const next = await Promise.race([batches.next(), failed]);
    if (next.done === true) return;
    yield next.value;
  }
}

function readEvent(line: InputLine | UnreadableLine, reject: (number: number, reason: string) => void): ValidEvent[] {
  if ('problem' in line) {
    reject(line.number, line.problem);
    return [];
  }
  const text = line.number === 1 ? line.text.replace(/^\ufeff/, '') : line.text;
  if (text.trim() === '') return [];
  try {
    return [{ number: line.number, event: validateEvent(parseStrictJson(text)) }];
  } catch (error) {
    if (!(error instanceof AuditError)) throw error;
    reject(line.number, error.message);
    return [];
  }
}
