// What `tail` does once its flags are read. What is shown as sealed comes from the log itself, never past its head;
// what is shown as pending comes from the writer, where there is one, and is shown on a terminal only.

import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AuditEvent,
  connectToWriter,
  followLines,
  listSegments,
  logDirOf,
  type RecordLine,
  readLinesBackward,
} from '@indelible/log';
import { type LineBatches, type LineFilter, searchForward, searchNewest } from '../search/search-lines.ts';
import { createLiveLines } from '../terminal/live-lines.ts';
import { sanitizeJson } from '../terminal/sanitize.ts';
import { screenOf } from '../terminal/screen.ts';
import { writeTo } from '../terminal/write.ts';
import { createLiveTable } from './record-table.ts';
import type { Streams } from './run-search.ts';

export interface TailRun {
  readonly dataDir: string;
  readonly filter: LineFilter;
  readonly timeZone: string;
  /** How many of the newest records to begin with. */
  readonly lines: number;
  readonly json: boolean;
  /** Ends the tail, without an error. */
  readonly signal: AbortSignal;
}

/** Where the records of a tail go. */
interface View {
  pending(event: AuditEvent): void;
  sealed(lines: readonly RecordLine[]): Promise<void>;
}

const lookAgainMs = 200;

/** Resolves when `signal` aborts. */
export async function runTail(run: TailRun, streams: Streams): Promise<void> {
  const { dataDir, filter, signal } = run;
  const view = run.json ? jsonView(streams) : tableView(run, streams);
  await waitForLog(dataDir, signal, (message) => streams.stderr.write(message));
  if (signal.aborted) return;
  const { newest, end } = await readNewest(run);
  await view.sealed(newest);
  const stopWatching = run.json ? () => {} : watchPending(dataDir, view, signal);
  try {
    for await (const batch of searchForward(followLines(dataDir, { from: end, signal }), filter)) {
      await view.sealed(batch);
    }
  } finally {
    stopWatching();
  }
}

async function waitForLog(dataDir: string, signal: AbortSignal, say: (message: string) => void): Promise<void> {
  let isSaid = false;
  while (!signal.aborted && !hasLog(dataDir)) {
    if (!isSaid) say(`There is no log in ${dataDir} yet; waiting for one.\n`);
    isSaid = true;
    await sleep(lookAgainMs, undefined, { signal }).catch(() => {});
  }
}

function hasLog(dataDir: string): boolean {
  return [logDirOf(dataDir), dataDir].some((folder) => {
    try {
      return listSegments(folder).length > 0;
    } catch {
      return false;
    }
  });
}

/** The newest matching records, and the position after the newest line of all, from which to go on. */
async function readNewest({ dataDir, filter, lines }: TailRun): Promise<{ newest: RecordLine[]; end: number }> {
  let end = 0;
  async function* noting(batches: LineBatches): AsyncGenerator<readonly RecordLine[]> {
    for await (const batch of batches) {
      end = Math.max(end, (batch.at(-1)?.seq ?? -1) + 1);
      yield batch;
    }
  }
  const { lines: newest } = await searchNewest(noting(readLinesBackward(dataDir)), filter, lines);
  return { newest, end };
}

function jsonView({ stdout }: Streams): View {
  const shown = stdout.isTTY === true ? sanitizeJson : (line: string) => line;
  return {
    pending: () => {},
    sealed: (lines) => writeTo(stdout, lines.map(({ line }) => `${shown(line)}\n`).join('')),
  };
}

function tableView({ timeZone, filter }: TailRun, { stdout }: Streams): View {
  const screen = screenOf(stdout);
  const table = createLiveTable(screen, timeZone);
  const heading = table.render([]);
  if (!screen.isTerminal) {
    stdout.write(heading);
    return { pending: () => {}, sealed: (lines) => writeTo(stdout, table.render(lines.map(({ line }) => line))) };
  }

  stdout.write(heading);
  const live = createLiveLines(stdout);
  const row = (line: string, mark: 'pending' | 'sealed') => table.render([line], mark).trimEnd();
  const sealedEarly = new Set<string>();
  return {
    pending(event) {
      const line = JSON.stringify({ seq: 0, ...event });
      const id = event.event_id;
      // The seal may be seen in the log before the writer's word of the event arrives; it is not pending then.
      if (id === undefined || sealedEarly.delete(id) || !filter.matches(line)) return;
      live.putPending(id, row(line, 'pending'));
    },
    async sealed(lines) {
      for (const { line } of lines) {
        const id = idOf(line);
        if (!live.putFinal(id, row(line, 'sealed'))) rememberEarly(sealedEarly, id);
      }
      await writeTo(stdout, '');
    },
  };
}

const earlyMax = 1000;

function rememberEarly(early: Set<string>, id: string): void {
  early.add(id);
  const [oldest] = early;
  if (early.size > earlyMax && oldest !== undefined) early.delete(oldest);
}

function idOf(line: string): string {
  const match = /"event_id":("(?:[^"\\]|\\.)*")/.exec(line);
  return match?.[1] === undefined ? '' : String(JSON.parse(match[1]));
}

/** The seal itself is seen in the log. */
const noticeOfSeal = () => {};

/** Listens to the writer for as long as there is one, and to the next one when it comes. */
function watchPending(dataDir: string, view: View, signal: AbortSignal): () => void {
  let close = () => {};
  const watching = (async () => {
    while (!signal.aborted) {
      const writer = await connectToWriter(dataDir).catch(() => undefined);
      if (writer !== undefined) {
        close = () => writer.close();
        await writer.watch((event) => view.pending(event), noticeOfSeal).catch(() => {});
        writer.close();
      }
      await sleep(lookAgainMs, undefined, { signal }).catch(() => {});
    }
  })();
  watching.catch(() => {});
  return () => close();
}
