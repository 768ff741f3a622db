// What `search` does once its flags are read: from a log's folder to a table, or to the stored lines byte for byte.

import type { Writable } from 'node:stream';
import { type RecordLine, readHead, readLines, readLinesBackward } from '@indelible/log';
import { type LineBatches, type LineFilter, searchForward, searchNewest } from '../search/search-lines.ts';
import { countOf, formatCount } from '../terminal/format.ts';
import { createProgress, type Progress } from '../terminal/progress.ts';
import { sanitizeJson } from '../terminal/sanitize.ts';
import { screenOf } from '../terminal/screen.ts';
import { writeTo } from '../terminal/write.ts';
import { createRecordTable } from './record-table.ts';

export interface SearchRun {
  /** A data folder, or a bare folder of segments. */
  readonly dataDir: string;
  readonly filter: LineFilter;
  readonly timeZone: string;
  /** The newest so many; without it all, but on a terminal `terminalLimit`. */
  readonly limit?: number;
  /** Stored lines instead of a table. */
  readonly json: boolean;
}

export interface Streams {
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
}

/** A person does not want a million rows; a pipe gets them all. */
const terminalLimit = 100;

/** Resolves to the number of records shown. @throws AuditError `no_log`. */
export async function runSearch(run: SearchRun, { stdout, stderr }: Streams): Promise<number> {
  const screen = screenOf(stdout);
  const limit = run.limit ?? (screen.isTerminal ? terminalLimit : undefined);
  const progress = createProgress('Searching', readHead(run.dataDir)?.size, { stream: stderr });
  const show = run.json ? jsonShower(screen.isTerminal) : tableShower(run, screen);
  let shown = 0;
  try {
    for await (const lines of findLines(run, limit, progress, (note) => writeTo(stderr, note))) {
      progress.finish();
      shown += lines.length;
      await writeTo(stdout, show(lines));
    }
  } finally {
    progress.finish();
  }
  if (shown === 0 && !run.json) await writeTo(stderr, 'No record matches.\n');
  else if (screen.isTerminal) await writeTo(stderr, screen.colours.dim(`${countOf(shown, 'record')}\n`));
  return shown;
}

async function* findLines(
  { dataDir, filter }: SearchRun,
  limit: number | undefined,
  progress: Progress,
  say: (note: string) => Promise<void>,
): AsyncGenerator<RecordLine[]> {
  if (limit === undefined) {
    yield* searchForward(counted(readLines(dataDir), progress), filter);
    return;
  }
  const { lines, hasMore } = await searchNewest(counted(readLinesBackward(dataDir), progress), filter, limit);
  if (lines.length > 0) yield lines;
  if (hasMore)
    await say(`Only the newest ${formatCount(limit)} are shown; --limit=N shows more, a narrower filter fewer.\n`);
}

async function* counted(batches: LineBatches, progress: Progress): LineBatches & AsyncGenerator<readonly RecordLine[]> {
  let done = 0;
  for await (const batch of batches) {
    yield batch;
    done += batch.length;
    progress.update(done);
  }
}

type Show = (lines: readonly RecordLine[]) => string;

/** Byte for byte; only on a terminal what it would obey is written as JSON escapes. */
function jsonShower(isTerminal: boolean): Show {
  const shown = isTerminal ? sanitizeJson : (line: string) => line;
  return (lines) => lines.map(({ line }) => `${shown(line)}\n`).join('');
}

function tableShower({ timeZone }: SearchRun, screen: ReturnType<typeof screenOf>): Show {
  const table = createRecordTable(screen, timeZone);
  return (lines) => table.render(lines.map(({ line }) => line));
}
