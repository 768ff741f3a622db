// A heartbeat of an idle log, so that its silence has a meaning: nothing happened, and somebody was there to see it.

/** Calls `beat` while the log is idle. An interval of 0 means never. Returns the function that ends it. */
export function startHeartbeat(intervalMs: number, isIdle: () => boolean, beat: () => void): () => void {
  if (intervalMs === 0) return () => {};
  const timer = setInterval(() => {
    if (isIdle()) beat();
  }, intervalMs / 2);
  timer.unref();
  return () => clearInterval(timer);
}
