// Carries one direction of a connection: bytes are forwarded as they came, and each message is shown on its way. A
// message whose body is read is forwarded only as a whole, so that it can still be held back; all else streams through.

import type { Socket } from 'node:net';
import type { Framer } from './wire/framer.ts';
import type { Message } from './wire/message.ts';

/** `hold`: this message and all behind it stay until `release`. */
export type Verdict = 'forward' | 'hold';

export interface PumpOptions {
  readonly source: Socket;
  readonly target: Socket;
  readonly framer: Framer;
  onMessage(message: Message): Verdict;
  /** All before the held message has been forwarded. */
  onHeld?(): void;
  /** The bytes break the protocol or a limit, or `onMessage` threw. The pump has stopped. */
  onError(error: unknown): void;
  /** The source has ended and all it sent has been forwarded. */
  onFinished(): void;
}

export class Pump {
  readonly #options: PumpOptions;
  readonly #reasonsToPause = new Set<string>();
  #chunks: Buffer[] = [];
  /** How far the first chunk has been read, and how far it has been forwarded. */
  #offset = 0;
  #sent = 0;
  /** Where in the first chunk the present message starts; 0 if it came with an earlier one. */
  #messageStart = 0;
  /** The parts of the present message that earlier chunks brought. */
  #retained: Buffer[] = [];
  #held = false;
  #ended = false;
  #stopped = false;

  constructor(options: PumpOptions) {
    this.#options = options;
    const { source, target } = options;
    source.on('data', (chunk: Buffer) => this.push(chunk));
    source.on('end', () => this.finish());
    target.on('drain', () => this.resume('target is slow'));
    target.on('close', () => this.resume('target is slow'));
  }

  /** Whether what the target has got so far ends with a whole message. */
  get atBoundary(): boolean {
    return this.#options.framer.atBoundary || this.#held || this.#retained.length > 0;
  }

  push(chunk: Buffer): void {
    if (this.#stopped || chunk.length === 0) return;
    this.#chunks.push(chunk);
    // A hold is often over within the same turn; the source is paused only when it goes on sending into one.
    if (this.#held) this.pause('held');
    else this.#run();
  }

  /** Lets the held message go on. */
  release(): void {
    if (!this.#held || this.#stopped) return;
    this.#held = false;
    this.#run();
    if (!this.#held) this.resume('held');
  }

  pause(reason: string): void {
    if (this.#reasonsToPause.size === 0) this.#options.source.pause();
    this.#reasonsToPause.add(reason);
  }

  resume(reason: string): void {
    if (this.#reasonsToPause.delete(reason) && this.#reasonsToPause.size === 0) this.#options.source.resume();
  }

  /** No more will come; what is here is still forwarded. */
  finish(): void {
    this.#ended = true;
    this.#finishIfEmpty();
  }

  /** Drops what is here and forwards nothing more; the source is read to nowhere, so that it can end. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#chunks = [];
    this.#retained = [];
    this.#reasonsToPause.clear();
    this.#options.source.resume();
  }

  #run(): void {
    try {
      while (!this.#held && this.#chunks.length > 0) this.#readChunk(this.#chunks[0]!);
    } catch (error) {
      this.stop();
      this.#options.onError(error);
    }
    if (!this.#stopped) this.#finishIfEmpty();
  }

  #readChunk(chunk: Buffer): void {
    const { framer, onMessage, onHeld } = this.#options;
    while (this.#offset < chunk.length) {
      if (framer.atBoundary) this.#messageStart = this.#offset;
      const { end, message, whole } = framer.read(chunk, this.#offset);
      this.#offset = end;
      if (message === undefined) {
        if (whole) this.#retain(chunk);
        break;
      }
      const verdict = onMessage(message);
      if (this.#stopped) return;
      if (verdict === 'hold') {
        this.#forward(chunk, this.#messageStart);
        this.#held = true;
        onHeld?.();
        return;
      }
    }
    this.#forward(chunk, chunk.length);
    this.#chunks.shift();
    this.#offset = 0;
    this.#sent = 0;
    this.#messageStart = 0;
  }

  #retain(chunk: Buffer): void {
    this.#forward(chunk, this.#messageStart);
    this.#retained.push(chunk.subarray(this.#sent));
    this.#sent = chunk.length;
  }

  #forward(chunk: Buffer, end: number): void {
    if (end <= this.#sent) return;
    for (const part of this.#retained) this.#write(part);
    this.#retained = [];
    this.#write(chunk.subarray(this.#sent, end));
    this.#sent = end;
  }

  #write(bytes: Buffer): void {
    const { target } = this.#options;
    // Who has gone does not get its answers, but they are still read: they tell what came of its statements.
    if (!target.writable) return;
    if (!target.write(bytes)) this.pause('target is slow');
  }

  #finishIfEmpty(): void {
    if (!this.#ended || this.#held || this.#chunks.length > 0) return;
    this.#ended = false;
    this.#options.onFinished();
  }
}
