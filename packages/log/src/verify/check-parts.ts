// Checks parts, on as many threads as pays: each part verifies alone. Where the worker's file is not built, or the log
// is small, this thread does it.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { checkPart } from './check-part.ts';
import type { PartReport, PartTask } from './part.ts';
import type { WorkerMessage } from './verify-worker.ts';

// Below this a thread costs more to start than it saves.
const bytesWorthThreads = 32 << 20;
const threadsMax = 8;

export interface CheckPartsOptions {
  readonly threads?: number;
  /** Hears how many bytes were done since it was last called. */
  readonly onBytes?: (bytes: number) => void;
}

/** Reports in the order of the tasks. */
export async function checkParts(tasks: readonly PartTask[], options: CheckPartsOptions = {}): Promise<PartReport[]> {
  const onBytes = options.onBytes ?? (() => {});
  const bytes = tasks.reduce((sum, task) => sum + task.bytes, 0);
  const wanted = options.threads ?? (bytes < bytesWorthThreads ? 1 : availableParallelism());
  const workerFile = findWorkerFile();
  const threads = Math.min(wanted, tasks.length, threadsMax);
  const reports = new Array<PartReport>(tasks.length);
  let next = 0;
  const work = async (check: (task: PartTask) => Promise<PartReport>) => {
    for (let index = next++; index < tasks.length; index = next++) reports[index] = await check(tasks[index]!);
  };
  if (threads <= 1 || workerFile === undefined) {
    await work((task) => checkPart(task, onBytes));
    return reports;
  }
  const workers = Array.from({ length: threads }, () => new Worker(workerFile));
  try {
    await Promise.all(workers.map((worker) => work((task) => checkInWorker(worker, task, onBytes))));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return reports;
}

function checkInWorker(worker: Worker, task: PartTask, onBytes: (bytes: number) => void): Promise<PartReport> {
  return new Promise((resolve, reject) => {
    const end = () => {
      worker.off('message', onMessage);
      worker.off('error', onError);
    };
    const onError = (error: unknown) => {
      end();
      reject(error);
    };
    const onMessage = (message: WorkerMessage) => {
      if (message.kind === 'bytes') {
        onBytes(message.bytes);
        return;
      }
      end();
      if (message.kind === 'report') resolve(message.report);
      else reject(message.error);
    };
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.postMessage(task);
  });
}

function findWorkerFile(): string | undefined {
  try {
    const file = createRequire(import.meta.url).resolve('#verify-worker');
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}
