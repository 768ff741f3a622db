// Runs the indexer beside the server, and starts it again when it ends by itself: the index is derived, so all that is
// lost meanwhile is time.

import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';

const restartMs = 5_000;

/** Keeps an indexer at work on a data folder until the returned function is called. */
export function keepIndex(dataDir: string, tell: (message: string) => void): () => Promise<void> {
  const file = createRequire(import.meta.url).resolve('#indexer');
  let child: ChildProcess;
  let timer: NodeJS.Timeout | undefined;
  let isEnding = false;
  const start = (): void => {
    let lastWords = '';
    child = fork(file, [dataDir], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    child.stderr?.on('data', (text: Buffer) => {
      lastWords = text.toString().trim().split('\n').at(-1) ?? '';
    });
    child.on('error', () => {});
    child.on('exit', (code, signal) => {
      if (isEnding) return;
      tell(`the indexer ended (${signal ?? code}): ${lastWords}; starting it again in ${restartMs / 1000} s`);
      timer = setTimeout(start, restartMs);
    });
  };
  start();
  return async () => {
    isEnding = true;
    clearTimeout(timer);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  };
}
