// Keeps the tree files beside the log up to date while the server runs: a reader like any other, which never slows a
// writer.

import { type Log, TreeFiles } from '@indelible/log';

/**
 * Follows the log until the returned function is called. The files are derived, so a failure only means that a proof
 * takes longer: it is told of once, and tried again at the next commit.
 */
export function keepTreeFiles(log: Log, tell: (message: string) => void): () => Promise<void> {
  const closing = new AbortController();
  const files = TreeFiles.open(log.dataDir);
  let running: Promise<void> | undefined;
  let isBehind = true;
  let hasFailed = false;

  const run = async (): Promise<void> => {
    while (isBehind && !closing.signal.aborted) {
      isBehind = false;
      try {
        await files.catchUp(closing.signal);
        hasFailed = false;
      } catch (error) {
        if (!hasFailed && !closing.signal.aborted) {
          tell(`the tree files cannot be written: ${error instanceof Error ? error.message : String(error)}`);
        }
        hasFailed = true;
      }
    }
    running = undefined;
  };
  const catchUp = (): void => {
    isBehind = true;
    running ??= run();
  };
  const stopListening = log.onCommit(catchUp);
  catchUp();
  return async () => {
    stopListening();
    closing.abort();
    await running;
    files.close();
  };
}
