// The only code that writes into a log. A sealer is synchronous and knows nothing of threads or queues: it opens the
// log at its last valid seal, and turns each commit into one write, one fdatasync and one signature, in this order:
//
//   lines … seal   write ▶ fdatasync ▶ (new segment: fsync of the folder) ▶ head ▶ acknowledged
//
// After any failure it never writes again: what the page cache then holds is not to be trusted.

import { join } from 'node:path';
import type { AppendFile, Disk, ScratchFile } from '../base/disk.ts';
import { AuditError } from '../base/errors.ts';
import { openCheckpoint, signCheckpoint } from '../integrity/checkpoint.ts';
import type { Frontier } from '../integrity/frontier.ts';
import { type Hash, hashBytes } from '../integrity/hash.ts';
import type { Signer } from '../integrity/signer.ts';
import { Ballast } from './ballast.ts';
import { CommitBuffer } from './commit-buffer.ts';
import { formatHead, headPath, readHeadFrom } from './head.ts';
import { formatGap } from './line.ts';
import { formatOwnRecord, type OwnRecord, recovered } from './own-record.ts';
import { markRecorded, quarantine } from './quarantine.ts';
import { type Evidence, findEnd, type LogEnd } from './recovery.ts';
import type { SealClock } from './seal-clock.ts';
import { logDirOf, segmentName } from './segment.ts';

export interface SealerOptions {
  readonly disk: Disk;
  readonly dataDir: string;
  readonly signer: Signer;
  /** The key of a rotation that a crash may have cut short: seals under it are the log's own too. */
  readonly nextSigner?: Signer;
  readonly clock: SealClock;
  /** A segment ends at the first seal past this many bytes. */
  readonly segmentBytesMax: number;
  readonly ballastBytes: number;
  /** What is known from elsewhere of how long the log once was. */
  readonly evidence: readonly Evidence[];
  /** Details of the `log_created` record of a new log. */
  readonly creation: Record<string, unknown>;
  /** Records to begin with: why the log was opened again. */
  readonly firstRecords: readonly OwnRecord[];
}

export interface Commit {
  /** The position of the commit's first record. */
  readonly first: number;
  /** 32 bytes a record, in order, without the seal's. */
  readonly leafHashes: Buffer;
  readonly checkpoint: string;
  /** Lines in the log, this commit's seal included. */
  readonly size: number;
}

/** A step of the wall clock against the monotonic one that is worth a record. */
const clockStepMs = 2_000;

export class Sealer {
  readonly #options: SealerOptions;
  readonly #disk: Disk;
  readonly #frontier: Frontier;
  readonly #buffer = new CommitBuffer();
  readonly #head: ScratchFile;
  readonly #ballast: Ballast;
  #signers: readonly Signer[];
  #file: AppendFile | undefined;
  #segment: string;
  #clockOffsetMs: number | undefined;
  #checkpoint: string | undefined;
  #broken: unknown;
  #isClosed = false;

  /**
   * Opens the log, making it if it is not there: finds its end, moves what was never acknowledged to quarantine, and
   * makes what remains durable before any reader is shown it.
   * @throws AuditError `log_damaged`; whatever the disk throws.
   */
  constructor(options: SealerOptions) {
    this.#options = options;
    this.#disk = options.disk;
    const { disk, dataDir } = options;
    disk.makeDirectory(logDirOf(dataDir));
    const { end, remains } = findEnd(disk, dataDir, (note) => this.#open(note), this.#evidence());
    this.#ballast = new Ballast(disk, dataDir, options.ballastBytes);
    const moved = this.#withBallast(() => quarantine(disk, dataDir, remains));
    this.#frontier = end.frontier;
    this.#checkpoint = end.seal?.details.checkpoint;
    this.#clockOffsetMs = this.#offsetOf(end);
    this.#signers = [this.#signerOf(this.#checkpoint)];
    this.#segment = end.segment?.name ?? segmentName(0);
    this.#file = end.segment === undefined ? undefined : disk.openAppend(end.segment.path, false);
    this.#makeDurable(end);
    this.#head = disk.openScratch(headPath(dataDir));
    if (this.#checkpoint !== undefined) this.#writeHead(this.#checkpoint);
    const records = [...options.firstRecords];
    if (moved.length > 0) records.unshift(recovered(moved));
    if (this.size === 0) records.unshift({ subtype: 'log_created', severity: 'info', details: options.creation });
    if (records.length > 0) this.commit(records.map((record) => this.#bodyOf(record)));
    markRecorded(disk, dataDir, moved);
    this.#ballast.fill();
  }

  /** Lines in the log: the position of the next record. */
  get size(): number {
    return this.#frontier.size;
  }

  get checkpoint(): string | undefined {
    return this.#checkpoint;
  }

  /** The signer whose key the newest seal trusts. */
  get signer(): Signer {
    return this.#signers.at(-1)!;
  }

  /**
   * Seals events, given as JSON objects in UTF-8, into the log. Returns when they are durable.
   * @throws AuditError `log_file_changed` (nothing was written), `write_failed` (the outcome is unknown). Either way
   * this sealer is broken: `log_stopped` (nothing was written) from then on.
   */
  commit(bodies: readonly Uint8Array[]): Commit {
    if (this.#broken !== undefined) {
      throw new AuditError('log_stopped', 'the log has stopped: nothing was written', { cause: this.#broken });
    }
    try {
      return this.#commit(bodies);
    } catch (error) {
      this.#broken = error;
      if (isFull(error)) this.#ballast.free();
      if (error instanceof AuditError || error instanceof RangeError) throw error;
      throw new AuditError('write_failed', `the log could not be written: ${messageOf(error)}`, { cause: error });
    }
  }

  /** Puts a new key in the present one's place: a record that names both, and a seal that both sign. */
  rotate(next: Signer): Commit {
    const old = this.signer;
    this.#signers = [old, next];
    const details = { old_vkey: old.vkey, new_vkey: next.vkey };
    const commit = this.commit([this.#bodyOf({ subtype: 'key_rotated', severity: 'critical', details })]);
    this.#signers = [next];
    return commit;
  }

  /** Idempotent: a descriptor closed twice may be somebody else's by then. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#file?.close();
    this.#head.close();
    this.#broken ??= new AuditError('log_closed', 'the log was closed');
  }

  /** A full disk must not keep a log from opening: what the ballast holds back is room enough for a recovery. */
  #withBallast<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      if (!isFull(error)) throw error;
      this.#ballast.free();
      return act();
    }
  }

  #commit(bodies: readonly Uint8Array[]): Commit {
    const changed = this.#file?.replaced();
    if (changed !== undefined) {
      throw new AuditError('log_file_changed', `the log's file was changed by someone else: ${changed}`);
    }
    this.#buffer.clear();
    const file = this.#fileForCommit();
    const first = this.size;
    const leafHashes = Buffer.allocUnsafeSlow(bodies.length * hashBytes);
    bodies.forEach((body, index) => {
      leafHashes.write(this.#addRecord(body), index * hashBytes, 'latin1');
    });
    const checkpoint = this.#addSeal();
    file.write(this.#buffer.bytes);
    file.sync();
    if (this.#file !== file) this.#enter(file);
    this.#checkpoint = checkpoint;
    this.#writeHead(checkpoint);
    return { first, leafHashes, checkpoint, size: this.size };
  }

  /**
   * The file that takes the next commit: a new segment, begun by the gap for all before it, when the present is full.
   */
  #fileForCommit(): AppendFile {
    if (this.#file !== undefined && this.#file.size < this.#options.segmentBytesMax) return this.#file;
    const { size } = this;
    if (size > 0) this.#buffer.addLine(formatGap({ first: 0, end: size, nodes: this.#frontier.nodes }));
    return this.#disk.openAppend(join(logDirOf(this.#options.dataDir), segmentName(size)), true);
  }

  #enter(file: AppendFile): void {
    this.#disk.syncDirectory(logDirOf(this.#options.dataDir));
    this.#file?.close();
    this.#file = file;
    this.#segment = file.path.slice(-segmentName(0).length);
  }

  #addRecord(body: Uint8Array): Hash {
    const leaf = this.#buffer.addRecord(this.size, body);
    this.#frontier.appendLeaf(leaf);
    return leaf;
  }

  #addSeal(): string {
    const { clock, signer } = this.#options;
    const monotonicMs = clock.monotonicMs();
    const stepMs = this.#clockStep(clock.wallMs() - monotonicMs);
    if (stepMs !== 0) {
      this.#addRecord(this.#bodyOf({ subtype: 'clock_stepped', severity: 'warning', details: { step_ms: stepMs } }));
    }
    const tree = { origin: signer.name, size: this.size, root: this.#frontier.root() };
    const checkpoint = signCheckpoint(tree, this.#signers);
    const details = { monotonic_ms: monotonicMs, boot_id: clock.bootId, checkpoint };
    this.#addRecord(this.#bodyOf({ subtype: 'sealed', severity: 'info', details }));
    return checkpoint;
  }

  #clockStep(offsetMs: number): number {
    const step = this.#clockOffsetMs === undefined ? 0 : offsetMs - this.#clockOffsetMs;
    this.#clockOffsetMs = offsetMs;
    return Math.abs(step) >= clockStepMs ? step : 0;
  }

  #offsetOf({ seal }: LogEnd): number | undefined {
    // The monotonic clock of another boot began elsewhere and says nothing of this one.
    if (seal === undefined || seal.details.boot_id !== this.#options.clock.bootId) return undefined;
    return Date.parse(seal.timestamp) - seal.details.monotonic_ms;
  }

  #bodyOf(record: OwnRecord): Buffer {
    return formatOwnRecord(record, this.#options.clock.timestamp());
  }

  #writeHead(checkpoint: string): void {
    const offset = this.#file?.size ?? 0;
    this.#head.overwrite(formatHead({ segment: this.#segment, offset, size: this.size, checkpoint }));
  }

  #open(note: string): { size: number; root: Hash } | undefined {
    const { signer, nextSigner } = this.#options;
    try {
      const verifiers = nextSigner === undefined ? [signer.verifier] : [signer.verifier, nextSigner.verifier];
      return openCheckpoint(note, verifiers);
    } catch {
      return undefined;
    }
  }

  /** What lies beyond the head was found, but maybe never synced: nobody is shown it before it is. */
  #makeDurable({ segment, offset }: LogEnd): void {
    const { dataDir } = this.#options;
    if (segment !== undefined) {
      const head = readHeadFrom(this.#disk, dataDir);
      this.#disk.rewrite(segment.path, head?.segment === segment.name ? Math.min(head.offset, offset) : 0, offset);
    }
    this.#disk.syncDirectory(logDirOf(dataDir));
  }

  /** After a rotation that a crash cut short, the newest seal tells whether the new key took over. */
  #signerOf(checkpoint: string | undefined): Signer {
    const { signer, nextSigner } = this.#options;
    if (nextSigner === undefined || checkpoint === undefined) return signer;
    try {
      openCheckpoint(checkpoint, [nextSigner.verifier]);
      return nextSigner;
    } catch {
      return signer;
    }
  }

  #evidence(): Evidence[] {
    const head = readHeadFrom(this.#disk, this.#options.dataDir);
    const known = [...this.#options.evidence];
    if (head !== undefined) known.push({ what: 'the head file', size: head.size });
    return known;
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
