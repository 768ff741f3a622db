// Cuts a stretch of sealed records out of a log: writes their lines to a file that DuckDB reads, each with the time of
// its seal, and hashes what it writes, so that a stretch is known to be what was sealed. Nothing that is wrong with a
// line ends it: what is damaged is said beside the stretch.
//
//   {"recorded_at":"<time of the seal>","seq":N,…}     a line as it is written

import { type FileHandle, open } from 'node:fs/promises';
import {
  Frontier,
  type Gap,
  type Hash,
  hashPrefixedLeaf,
  isSeal,
  parseCheckpointNote,
  parseGap,
  parseSeal,
  recordPrefixOf,
  type Seal,
} from '@indelible/log';
import { Damage } from './damage.ts';
import { type Place, readWholeLines, type WholeLines } from './whole-lines.ts';

/** Where a cut begins or ended: what has to be known of all that lies before. */
export interface CutState {
  /** Undefined: the beginning of the log. */
  readonly place?: Place;
  /** The position of the next line. */
  readonly position: number;
  /** The tree before it; absent where damage keeps from knowing it. */
  readonly nodes?: readonly Hash[];
}

export interface CutOptions {
  readonly dataDir: string;
  readonly from: CutState;
  /** The file to write. */
  readonly path: string;
  /** The cut ends at the first seal at which so many bytes of the log are read. */
  readonly bytesMax: number;
  /** The cut ends at the first seal at or after this position. */
  readonly to?: number;
  readonly signal?: AbortSignal;
  /** Told the position that has been reached, now and then. */
  readonly onProgress?: (position: number) => void;
}

export interface Cut {
  readonly first: number;
  /** Records written, seals not among them. */
  readonly records: number;
  /** False where the log ended before the stretch was full. */
  readonly isFull: boolean;
  readonly after: CutState;
  /** The signed checkpoint that covers all but the last line of the stretch. */
  readonly checkpoint?: string;
  /** One sentence for each thing that is wrong with the lines. */
  readonly damage: readonly string[];
}

export const startOfLog: CutState = { position: 0, nodes: [] };

/** @throws AuditError `no_log`; the errors of the file system; what `signal` was aborted with. */
export async function cutStretch(options: CutOptions): Promise<Cut> {
  const file = await open(options.path, 'w', 0o600);
  try {
    const cutter = new Cutter(options);
    for await (const lines of readWholeLines(options.dataDir, options.from.place, options.signal)) {
      cutter.take(lines);
      await writeAll(file, cutter.takeWritten());
      if (cutter.isDone) break;
      options.onProgress?.(cutter.position);
    }
    return cutter.finish();
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, buffers: readonly Buffer[]): Promise<void> {
  if (buffers.length > 0) await file.appendFile(Buffer.concat(buffers));
}

const newline = 0x0a;
/** Enough of a line to tell a seal by. */
const headBytes = 256;

/** What is known at the newest seal. */
interface Sealed {
  readonly after: CutState;
  readonly checkpoint: string;
  /** The tree that the seal's checkpoint is over. */
  readonly tree: Frontier | undefined;
}

class Cutter {
  readonly #options: CutOptions;
  readonly #damage = new Damage();
  #tree: Frontier | undefined;
  #position: number;
  /** Lines since the newest seal, newlines included. */
  #commit: Buffer[] = [];
  #written: Buffer[] = [];
  #takenBytes = 0;
  #records = 0;
  #sealed: Sealed | undefined;
  isDone = false;

  constructor(options: CutOptions) {
    this.#options = options;
    const { position, nodes } = options.from;
    this.#position = position;
    this.#tree = nodes && Frontier.from(nodes, position);
  }

  /** The position of the next line. */
  get position(): number {
    return this.#position;
  }

  take({ segment, offset, bytes, start, end }: WholeLines): void {
    for (let at = start; at < end && !this.isDone; ) {
      const lineEnd = bytes.indexOf(newline, at);
      const head = bytes.toString('latin1', at, Math.min(lineEnd, at + headBytes));
      if (head.startsWith(recordPrefixOf(this.#position)) || this.#isRecordAfterGap(bytes, at, lineEnd)) {
        // The leaf is hashed where it stands, its 0x00 in the place of the newline before it.
        bytes[at - 1] = 0;
        const leaf = this.#tree && hashPrefixedLeaf(bytes.subarray(at - 1, lineEnd));
        bytes[at - 1] = newline;
        this.#takenBytes += lineEnd + 1 - at;
        if (!isSeal(head)) this.#add(leaf, bytes.subarray(at, lineEnd + 1));
        else {
          const place = { segment: segment.name, offset: offset + lineEnd + 1 - start };
          this.#seal(leaf, parseSeal(bytes.toString('utf8', at, lineEnd)), place);
        }
      }
      at = lineEnd + 1;
    }
  }

  /** What is to be written since the last call. */
  takeWritten(): readonly Buffer[] {
    const written = this.#written;
    this.#written = [];
    return written;
  }

  finish(): Cut {
    const { from } = this.#options;
    const { after = from, checkpoint, tree } = this.#sealed ?? {};
    if (checkpoint !== undefined) this.#compare(tree, checkpoint, after.position - 1);
    const { nodes, ...unknown } = after;
    return {
      first: from.position,
      records: this.#records,
      isFull: this.isDone,
      after: this.#damage.isOfTree || nodes === undefined ? unknown : after,
      ...(checkpoint !== undefined && { checkpoint }),
      damage: this.#damage.sentences,
    };
  }

  #add(leaf: Hash | undefined, line: Buffer): void {
    if (leaf !== undefined) this.#tree?.appendLeaf(leaf);
    this.#commit.push(line);
    this.#position += 1;
  }

  #seal(leaf: Hash | undefined, seal: Seal | undefined, place: Place): void {
    const position = this.#position;
    const tree = this.#tree?.clone();
    if (leaf !== undefined) this.#tree?.appendLeaf(leaf);
    this.#position += 1;
    // A seal that cannot be read closes nothing: its lines go to the next one.
    if (seal === undefined) {
      this.#damage.ofTree(`The seal at position ${position} cannot be read.`);
      return;
    }
    const opening = Buffer.from(`{"recorded_at":"${seal.timestamp}",`);
    for (const line of this.#commit) this.#written.push(opening, line.subarray(1));
    this.#records += this.#commit.length;
    this.#commit = [];
    const nodes = this.#tree && [...this.#tree.nodes];
    const after = { place, position: this.#position, ...(nodes && { nodes }) };
    this.#sealed = { after, checkpoint: seal.details.checkpoint, tree };
    const { bytesMax, to = Number.POSITIVE_INFINITY } = this.#options;
    this.isDone = this.#takenBytes >= bytesMax || position >= to;
  }

  /** Decides what to do with a line that is not the one that was due. */
  #isRecordAfterGap(bytes: Buffer, at: number, lineEnd: number): boolean {
    const text = bytes.toString('utf8', at, lineEnd);
    const gap = parseGap(text);
    if (gap !== undefined) {
      this.#gap(gap);
      return false;
    }
    const claim = Number(/^\{"seq":(\d{1,15}),/.exec(text)?.[1] ?? Number.NaN);
    if (Number.isNaN(claim)) this.#lose(`A line where position ${this.#position} was due is no record.`);
    else if (claim < this.#position) this.#lose(`A line names position ${claim}, which another line has.`);
    else {
      this.#lose(`The lines from position ${this.#position} to ${claim - 1} are missing.`);
      this.#position = claim;
      return true;
    }
    return false;
  }

  /** A segment begins with the tree before it: there the thread can be taken up again after damage. */
  #gap({ first, end, nodes }: Gap): void {
    const tree = first === 0 ? Frontier.from(nodes, end) : undefined;
    if (this.#position === 0) this.#position = end;
    else if (end > this.#position) {
      this.#lose(`The lines from position ${this.#position} to ${end - 1} are missing.`);
      this.#position = end;
    }
    if (this.#tree === undefined || this.#tree.size !== end) this.#tree = tree;
    else if (tree !== undefined && tree.root() !== this.#tree.root()) {
      this.#lose(`The lines before position ${end} are not those that were sealed.`);
      this.#tree = tree;
    }
  }

  #lose(sentence: string): void {
    this.#damage.add(sentence);
    this.#tree = undefined;
  }

  #compare(tree: Frontier | undefined, checkpoint: string, position: number): void {
    if (tree === undefined) return;
    if (parseCheckpointNote(checkpoint).root === tree.root()) return;
    this.#damage.ofTree(`The lines before the seal at position ${position} are not those that were sealed.`);
  }
}
