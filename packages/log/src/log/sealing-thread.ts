// The near side of the sealing worker: starts it, posts to it, and turns its replies into calls.

import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { AuditError } from '../base/errors.ts';
import type { SealingReply, SealingRequest, SealingWorkerData, SerializedError } from './sealing-worker.ts';

type Reply<Kind extends SealingReply['kind']> = Extract<SealingReply, { kind: Kind }>;

export interface SealingListener {
  committed(reply: Reply<'committed'>): void;
  rotated(reply: Reply<'rotated'>): void;
  /** `chunks` posted chunks failed. Nothing will be written any more. */
  failed(error: AuditError, chunks: number): void;
  /** The thread ended without being asked to. */
  died(error: Error): void;
}

export class SealingThread {
  readonly #worker: Worker;
  #closed: (() => void) | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** Starts the worker and waits until it has opened the log, or failed to. */
  static async start(
    data: SealingWorkerData,
    listener: SealingListener,
  ): Promise<{ thread: SealingThread; opened: Reply<'opened'> }> {
    // Resolved by name, so that sources and `dist` both run the built file: a worker needs JavaScript.
    const file = createRequire(import.meta.url).resolve('#sealing-worker');
    // The worker makes little garbage; left alone, V8 would let it grow to tens of megabytes before looking.
    const resourceLimits = { maxYoungGenerationSizeMb: 8 };
    const worker = new Worker(file, { workerData: data, name: 'indelible sealing', resourceLimits });
    const thread = new SealingThread(worker);
    const opened = await new Promise<Reply<'opened'>>((resolve, reject) => {
      worker.once('message', (reply: SealingReply) => {
        if (reply.kind === 'opened') resolve(reply);
        else reject(reply.kind === 'failed' ? deserialize(reply.error) : new AuditError('internal', reply.kind));
      });
      worker.once('error', reject);
    }).catch(async (error: unknown) => {
      await worker.terminate();
      throw error;
    });
    worker.removeAllListeners('error');
    thread.#listen(listener);
    return { thread, opened };
  }

  /** @param handOver buffers that the worker gets and this thread loses */
  post(request: SealingRequest, handOver: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(request, handOver);
  }

  /** Lets the worker finish what was posted, then ends it. */
  async close(): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      this.#closed = resolve;
    });
    this.post({ kind: 'close' });
    await ended;
    await this.#worker.terminate();
  }

  async terminate(): Promise<void> {
    this.#closed?.();
    this.#worker.removeAllListeners();
    await this.#worker.terminate();
  }

  #listen(listener: SealingListener): void {
    this.#worker.on('message', (reply: SealingReply) => {
      if (reply.kind === 'committed') listener.committed(reply);
      else if (reply.kind === 'rotated') listener.rotated(reply);
      else if (reply.kind === 'failed') listener.failed(deserialize(reply.error), reply.chunks);
      else if (reply.kind === 'closed') this.#closed?.();
    });
    this.#worker.on('error', (error) => listener.died(error));
    this.#worker.on('exit', () => {
      if (this.#closed === undefined) listener.died(new Error('the sealing thread ended'));
      else this.#closed();
    });
  }
}

function deserialize({ code, message, details, systemCode }: SerializedError): AuditError {
  return new AuditError(code, message, { details: systemCode === undefined ? details : { ...details, systemCode } });
}
