// Watches how full the disk under the log is, and tells each time a watermark is passed.

import { statfs } from 'node:fs/promises';

export interface SpaceReport {
  readonly used_percent: number;
  readonly free_bytes: number;
  /** The watermark that was passed. */
  readonly watermark_percent: number;
}

const watermarks = [95, 80] as const;
/** How far below a watermark the disk must come before passing it again counts. */
const hysteresisPercent = 2;
const intervalMs = 10_000;

/** The highest watermark at or below `usedPercent`, taking into account the one passed before; 0 for none. */
export function watermarkOf(usedPercent: number, passed: number): number {
  const mark = watermarks.find((percent) => usedPercent >= percent) ?? 0;
  return mark < passed && usedPercent > passed - hysteresisPercent ? passed : mark;
}

/** Calls `passedUp` for each watermark passed, starting now. Returns the function that ends the watch. */
export function watchSpace(directory: string, passedUp: (report: SpaceReport) => void): () => void {
  let passed = 0;
  const look = async () => {
    // A disk that does not answer says so to the writer soon enough.
    const space = await statfs(directory).catch(() => undefined);
    if (space === undefined || space.blocks === 0) return;
    const usable = space.blocks - space.bfree + space.bavail;
    const usedPercent = Math.round((100 * (usable - space.bavail)) / usable);
    const mark = watermarkOf(usedPercent, passed);
    if (mark > passed) {
      passedUp({ used_percent: usedPercent, free_bytes: space.bavail * space.bsize, watermark_percent: mark });
    }
    passed = mark;
  };
  const timer = setInterval(look, intervalMs);
  timer.unref();
  void look();
  return () => clearInterval(timer);
}
