// A progress bar on stderr for work that takes longer than a second, when a person is looking. A pipe never sees it,
// and it leaves no trace when the work is done.

import { formatCount, formatDuration } from './format.ts';
import { type Output, screenOf } from './screen.ts';
import { cutToWidth } from './table.ts';

export interface ProgressStream extends Output {
  write(text: string): unknown;
}

export interface ProgressOptions {
  readonly stream?: ProgressStream;
  /** Work shorter than this shows no bar. Default 1,000. */
  readonly delayMs?: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

export interface Progress {
  /** Says how much is done in all, in the unit of `total`. Cheap: it draws ten times a second at most. */
  update(done: number): void;
  /** Wipes the bar. Call it before anything else is written, and always at the end. Idempotent. */
  finish(): void;
}

const barWidth = 24;
const redrawMs = 100;

/** A bar for work of a known size, or a running count when `total` is undefined. */
export function createProgress(label: string, total: number | undefined, options: ProgressOptions = {}): Progress {
  const stream = options.stream ?? process.stderr;
  if (stream.isTTY !== true) return { update: () => {}, finish: () => {} };

  const now = options.now ?? (() => performance.now());
  const startedAt = now();
  let nextDrawAt = startedAt + (options.delayMs ?? 1000);
  let isDrawn = false;
  let isFinished = false;

  return {
    update(done) {
      const at = now();
      if (isFinished || at < nextDrawAt) return;
      nextDrawAt = at + redrawMs;
      isDrawn = true;
      const screen = screenOf(stream);
      stream.write(`\r\x1b[2K${cutToWidth(drawBar(label, done, total, at - startedAt), screen.width - 1)}`);
    },
    finish() {
      isFinished = true;
      if (isDrawn) stream.write('\r\x1b[2K');
      isDrawn = false;
    },
  };
}

function drawBar(label: string, done: number, total: number | undefined, elapsedMs: number): string {
  if (total === undefined) return `${label}  ${formatCount(done)}  ${formatDuration(elapsedMs)}`;
  const share = total > 0 ? Math.min(1, done / total) : 1;
  const filled = Math.round(share * barWidth);
  const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
  const left = share > 0 ? `${formatDuration((elapsedMs * (1 - share)) / share)} left` : '';
  return `${label}  ${bar}  ${Math.floor(share * 100)} %  ${left}`;
}
