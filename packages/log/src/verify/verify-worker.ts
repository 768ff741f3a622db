// A thread that checks parts, one after another, as it is told.

import { parentPort } from 'node:worker_threads';
import { checkPart } from './check-part.ts';
import type { PartReport, PartTask } from './part.ts';

export type WorkerMessage =
  | { readonly kind: 'bytes'; readonly bytes: number }
  | { readonly kind: 'report'; readonly report: PartReport }
  | { readonly kind: 'error'; readonly error: unknown };

const port = parentPort;
const send = (message: WorkerMessage) => port?.postMessage(message);

port?.on('message', async (task: PartTask) => {
  try {
    const report = await checkPart(task, (bytes) => send({ kind: 'bytes', bytes }));
    send({ kind: 'report', report });
  } catch (error) {
    send({ kind: 'error', error });
  }
});
