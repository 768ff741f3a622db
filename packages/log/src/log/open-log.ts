// Opens a log for writing: the writer's lock, the key, the sealing thread, and before them the queue that appends go
// through. One open log lives until it is closed or until a write fails; `reopening-log.ts` opens it anew.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { nodeDisk } from '../base/disk.ts';
import { AuditError } from '../base/errors.ts';
import { completeEvent } from '../event/complete-event.ts';
import type { AuditEvent } from '../event/event.ts';
import { fitLine } from '../event/fit-line.ts';
import { stringifyPinned } from '../event/pinned-json.ts';
import { PlainEvent } from '../event/plain-event.ts';
import { AppendQueue } from './append-queue.ts';
import { evidenceOf } from './cursor.ts';
import { startHeartbeat } from './heartbeat.ts';
import { createNextKey, type KeyFiles, keyFilesOf, promoteNextKey, readKeyFile, readVkey, writeVkey } from './keys.ts';
import { takeWriterLock, type WriterLock } from './lock.ts';
import type { Log, LogState, Receipt } from './log.ts';
import { createKeyFileOfNewLog, originOf } from './log-identity.ts';
import type { OwnRecord } from './own-record.ts';
import { ProducerTable } from './producers.ts';
import { SealingThread } from './sealing-thread.ts';
import { type SpaceReport, watchSpace } from './space-watch.ts';

export interface OpenLogOptions {
  /** The data folder; made if it is not there. */
  readonly dataDir: string;
  /**
   * The log's name, a scheme-less URL. Used when the log is made, checked afterwards. Default
   * `indelible.local/<random>`.
   */
  readonly origin?: string;
  /** A segment ends at the first seal past this size. Default 64 MiB. */
  readonly segmentBytesMax?: number;
  /** An idle log seals a heartbeat this often; 0 for never. Default one minute. */
  readonly heartbeatMs?: number;
  /** The signing key, in place of `<data>/keys/signing.key`. It must exist. */
  readonly keyFile?: string;
  /** Bytes kept back for the record that the disk is full; 0 for none. Default 4 MiB. */
  readonly ballastBytes?: number;
  /** A checkpoint kept elsewhere: the log must be at least as long. */
  readonly knownHead?: { readonly size: number };
  /** Records to begin with, such as why the log was opened again. */
  readonly firstRecords?: readonly OwnRecord[];
  /** Told each time the disk passes a watermark (80 %, 95 %), beside the record of it. */
  readonly onSpaceLow?: (report: SpaceReport) => void;
  /** Details for the first record of a new log, beside format, origin and key. */
  readonly creation?: Record<string, unknown>;
}

const segmentBytesDefault = 64 * 2 ** 20;
const heartbeatDefaultMs = 60_000;
const ballastBytesDefault = 4 * 2 ** 20;

/**
 * Opens the log in a data folder for writing, making both where there are none.
 * @throws AuditError `log_locked` if it has a writer; `log_damaged` if something acknowledged is missing; `not_found`
 * and `invalid_key` if the key cannot be used; `conflict` kinds if the origin is another.
 */
export async function openLog(options: OpenLogOptions): Promise<Log> {
  const dataDir = resolve(options.dataDir);
  nodeDisk.makeDirectory(dataDir);
  const lock = takeWriterLock(dataDir);
  try {
    return await OpenLog.open(dataDir, lock, options);
  } catch (error) {
    lock.release();
    throw error;
  }
}

class OpenLog implements Log {
  readonly origin: string;
  readonly dataDir: string;
  readonly ended: Promise<{ reason?: Error }>;
  readonly #files: KeyFiles;
  readonly #lock: WriterLock;
  readonly #queue: AppendQueue;
  readonly #producers: ProducerTable;
  readonly #listeners = new Set<(size: number) => void>();
  readonly #timers: (() => void)[] = [];
  #thread!: SealingThread;
  #state: LogState = 'open';
  #stopReason: AuditError | undefined;
  #end!: (how: { reason?: Error }) => void;
  #vkey!: string;
  #size = 0;
  #checkpoint: string | undefined;
  #lastCommitMs = Date.now();
  #rotation: { resolve: (vkey: string) => void; reject: (error: Error) => void } | undefined;
  #closing: Promise<void> | undefined;

  static async open(dataDir: string, lock: WriterLock, options: OpenLogOptions): Promise<OpenLog> {
    const files = keyFilesOf(dataDir, options.keyFile);
    const origin = originOf(dataDir, files, options.origin);
    if (options.keyFile === undefined) createKeyFileOfNewLog(dataDir, files);
    const log = new OpenLog(origin, dataDir, files, lock);
    await log.#start(options);
    return log;
  }

  private constructor(origin: string, dataDir: string, files: KeyFiles, lock: WriterLock) {
    this.origin = origin;
    this.dataDir = dataDir;
    this.#files = files;
    this.#lock = lock;
    this.#queue = new AppendQueue((buffer, length) => this.#thread.post({ kind: 'append', buffer, length }, [buffer]));
    this.#producers = new ProducerTable(dataDir);
    this.ended = new Promise((end) => {
      this.#end = end;
    });
  }

  get vkey(): string {
    return this.#vkey;
  }

  get state(): LogState {
    return this.#state;
  }

  get size(): number {
    return this.#size;
  }

  get checkpoint(): string | undefined {
    return this.#checkpoint;
  }

  append(event: AuditEvent): Promise<Receipt> {
    const producer = event.context?.producer;
    if (producer === undefined || producer === null) return this.#appendOne(event);
    return this.#producers.once(producer, () => this.#appendOne(event));
  }

  async rotateKey(): Promise<string> {
    this.#refuseUnlessOpen();
    if (this.#rotation !== undefined) throw new AuditError('log_locked', 'a rotation of the key is under way');
    createNextKey(this.#files, this.origin);
    const vkey = await new Promise<string>((resolve, reject) => {
      this.#rotation = { resolve, reject };
      this.#thread.post({ kind: 'rotate', nextKeyFile: this.#files.nextKeyFile });
    }).finally(() => {
      this.#rotation = undefined;
    });
    promoteNextKey(this.#files, vkey);
    this.#vkey = vkey;
    return vkey;
  }

  onCommit(listener: (size: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #appendOne(event: AuditEvent): Promise<Receipt> {
    try {
      return this.#push(event);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #push(event: AuditEvent): Promise<Receipt> {
    this.#refuseUnlessOpen();
    if (event.subtype === 'sealed' && event.event_type === 'system') {
      throw new AuditError('invalid_event', 'Invalid event: system/sealed is written by the log itself only.');
    }
    const complete = completeEvent(event);
    return this.#queue.push(complete.event_id, fitLine(stringifyPinned(complete, event instanceof PlainEvent)));
  }

  #refuseUnlessOpen(): void {
    if (this.#state === 'open') return;
    if (this.#state === 'closed') throw new AuditError('log_closed', 'the log is closed: nothing was written');
    throw stoppedError(this.#stopReason);
  }

  async #start(options: OpenLogOptions): Promise<void> {
    const { nextKeyFile } = this.#files;
    const vkeyAtCreation = readKeyFile(this.#files.keyFile, this.origin).vkey;
    const { thread, opened } = await SealingThread.start(
      {
        dataDir: this.dataDir,
        origin: this.origin,
        keyFile: this.#files.keyFile,
        nextKeyFile: existsSync(nextKeyFile) ? nextKeyFile : undefined,
        segmentBytesMax: options.segmentBytesMax ?? segmentBytesDefault,
        ballastBytes: options.ballastBytes ?? ballastBytesDefault,
        evidence: evidenceOf(this.dataDir, options.knownHead?.size),
        creation: { format: 1, origin: this.origin, vkey: vkeyAtCreation, ...options.creation },
        firstRecords: options.firstRecords ?? [],
      },
      {
        committed: (reply) => {
          this.#advance(reply.size, reply.checkpoint);
          this.#queue.committed(reply.buffers.length, reply, reply.buffers);
        },
        rotated: (reply) => {
          this.#advance(reply.size, reply.checkpoint);
          this.#rotation?.resolve(reply.vkey);
        },
        failed: (error, chunks) => this.#stop(error, chunks),
        died: (error) => this.#stop(new AuditError('write_failed', error.message, { cause: error }), Infinity),
      },
    );
    this.#thread = thread;
    try {
      this.#adoptKey(opened.vkey, vkeyAtCreation);
    } catch (error) {
      // Left alone, the thread would keep the process and the log's files open.
      await thread.terminate();
      throw error;
    }
    this.#size = opened.size;
    this.#checkpoint = opened.checkpoint;
    this.#startTimers(options);
  }

  /** Finishes a rotation that a crash cut short, and sees that the public half stands beside the private one. */
  #adoptKey(vkey: string, present: string): void {
    this.#vkey = vkey;
    if (vkey !== present) promoteNextKey(this.#files, vkey);
    else if (readVkey(this.#files) !== vkey) writeVkey(this.#files, vkey);
  }

  #startTimers({ heartbeatMs = heartbeatDefaultMs, onSpaceLow }: OpenLogOptions): void {
    const own = (event: AuditEvent) => void this.append(event).catch(() => {});
    const isIdle = () => this.#queue.isEmpty && Date.now() - this.#lastCommitMs >= heartbeatMs;
    this.#timers.push(
      watchSpace(this.dataDir, (report) => {
        const severity = report.watermark_percent >= 95 ? 'error' : 'warning';
        own({ event_type: 'system', subtype: 'disk_space_low', severity, details: { ...report } });
        onSpaceLow?.(report);
      }),
      startHeartbeat(heartbeatMs, isIdle, () => own({ event_type: 'system', subtype: 'heartbeat' })),
    );
  }

  #advance(size: number, checkpoint: string): void {
    this.#size = size;
    this.#checkpoint = checkpoint;
    this.#lastCommitMs = Date.now();
    for (const listener of this.#listeners) listener(size);
  }

  #stop(error: AuditError, chunks: number): void {
    const posted = this.#queue.postedChunks;
    const outcome =
      error.code === 'write_failed'
        ? new AuditError('outcome_unknown', `${error.message}: the record may or may not be in the log`, {
            cause: error,
          })
        : stoppedError(error);
    const isFirst = this.#stopReason === undefined;
    this.#stopReason ??= error;
    this.#queue.failed(Math.min(chunks, posted), outcome, stoppedError(this.#stopReason));
    this.#rotation?.reject(outcome);
    if (!isFirst) return;
    // A log that was being closed stays closed; the lock and the thread have to go all the same.
    if (this.#state === 'open') this.#state = 'stopped';
    this.#clearTimers();
    void this.#thread.terminate().then(() => {
      this.#lock.release();
      this.#end({ reason: error });
    });
  }

  async #close(): Promise<void> {
    if (this.#state === 'stopped') {
      await this.ended;
      return;
    }
    this.#state = 'closed';
    this.#clearTimers();
    await this.#queue.drained();
    if (this.#stopReason !== undefined) {
      await this.ended;
      return;
    }
    await this.#thread.close();
    this.#producers.save(this.#size);
    this.#lock.release();
    this.#end({});
  }

  #clearTimers(): void {
    for (const clear of this.#timers.splice(0)) clear();
  }
}

function stoppedError(reason: AuditError | undefined): AuditError {
  const why = reason === undefined ? '' : `: ${reason.message}`;
  return new AuditError('log_stopped', `the log has stopped and nothing was written${why}`, { cause: reason });
}
