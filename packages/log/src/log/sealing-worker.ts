// The thread that owns the sealer. The log's own thread only turns events into text and posts it here; hashing, signing
// and the disk cost it nothing.

import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { nodeDisk } from '../base/disk.ts';
import { AuditError, type ErrorCode } from '../base/errors.ts';
import { readKeyFile } from './keys.ts';
import { createSealClock } from './seal-clock.ts';
import { type Commit, Sealer, type SealerOptions } from './sealer.ts';

/** What the worker is started with. */
export interface SealingWorkerData extends Pick<SealerOptions, 'dataDir' | 'segmentBytesMax' | 'ballastBytes'> {
  readonly origin: string;
  readonly keyFile: string;
  readonly nextKeyFile: string | undefined;
  readonly evidence: SealerOptions['evidence'];
  readonly creation: SealerOptions['creation'];
  readonly firstRecords: SealerOptions['firstRecords'];
}

export type SealingRequest =
  /** Events as JSON objects in UTF-8, a newline after each, in the first `length` bytes. The buffer is handed over. */
  | { readonly kind: 'append'; readonly buffer: ArrayBuffer; readonly length: number }
  | { readonly kind: 'rotate'; readonly nextKeyFile: string }
  | { readonly kind: 'close' };

export interface SerializedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: Record<string, unknown>;
  /** The system's own code, such as ENOSPC, where one was the cause. */
  readonly systemCode: string | undefined;
}

export type SealingReply =
  | { readonly kind: 'opened'; readonly size: number; readonly checkpoint: string | undefined; readonly vkey: string }
  /** The buffers of the chunks in this commit go back. */
  | ({ readonly kind: 'committed'; readonly buffers: ArrayBuffer[] } & Commit)
  /** Of the chunks taken, `chunks` have an unknown outcome or were not written, as the error says. */
  | { readonly kind: 'failed'; readonly chunks: number; readonly error: SerializedError }
  | ({ readonly kind: 'rotated'; readonly vkey: string } & Commit)
  | { readonly kind: 'closed' };

/** A commit takes what came while the last one was under way, but no more than this. */
const commitBytesMax = 1 << 20;
const commitCountMax = 1024;

const port = parentPort!;
const data: SealingWorkerData = workerData;

let sealer: Sealer | undefined;

function open(): void {
  const { origin, keyFile, nextKeyFile } = data;
  const options = { ...data, disk: nodeDisk, clock: createSealClock(), signer: readKeyFile(keyFile, origin) };
  sealer = new Sealer(
    nextKeyFile === undefined ? options : { ...options, nextSigner: readKeyFile(nextKeyFile, origin) },
  );
  reply({ kind: 'opened', size: sealer.size, checkpoint: sealer.checkpoint, vkey: sealer.signer.vkey });
}

function handle(request: SealingRequest): void {
  switch (request.kind) {
    case 'append':
      commit(request);
      break;
    case 'rotate':
      attempt(0, (open) => {
        const next = readKeyFile(request.nextKeyFile, data.origin);
        reply({ kind: 'rotated', vkey: next.vkey, ...open.rotate(next) });
      });
      break;
    case 'close':
      sealer?.close();
      reply({ kind: 'closed' });
      port.close();
      break;
  }
}

type AppendRequest = Extract<SealingRequest, { kind: 'append' }>;

/** Commits a request together with those that wait behind it. */
function commit(first: AppendRequest): void {
  const buffers: ArrayBuffer[] = [];
  const bodies: Uint8Array[] = [];
  let bytes = 0;
  const take = ({ buffer, length }: AppendRequest) => {
    buffers.push(buffer);
    bytes += length;
    addBodies(new Uint8Array(buffer, 0, length), bodies);
  };
  take(first);
  let after: SealingRequest | undefined;
  while (bytes < commitBytesMax && bodies.length < commitCountMax) {
    const next: SealingRequest | undefined = receiveMessageOnPort(port)?.message;
    if (next?.kind !== 'append') {
      after = next;
      break;
    }
    take(next);
  }
  attempt(buffers.length, (open) => {
    const committed = open.commit(bodies);
    reply({ kind: 'committed', buffers, ...committed }, buffers);
  });
  if (after !== undefined) handle(after);
}

function addBodies(bytes: Uint8Array, bodies: Uint8Array[]): void {
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start);
    bodies.push(bytes.subarray(start, end));
    start = end + 1;
  }
}

function attempt(chunks: number, act: (open: Sealer) => void): void {
  try {
    act(sealer!);
  } catch (error) {
    reply({ kind: 'failed', chunks, error: serialize(error) });
  }
}

function reply(message: SealingReply, handOver: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, handOver);
}

function serialize(error: unknown): SerializedError {
  const known = error instanceof AuditError ? error : new AuditError('internal', String(error), { cause: error });
  const { cause } = known;
  const systemCode = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  return { code: known.code, message: known.message, details: known.details, systemCode };
}

try {
  open();
  port.on('message', handle);
} catch (error) {
  reply({ kind: 'failed', chunks: 0, error: serialize(error) });
}
