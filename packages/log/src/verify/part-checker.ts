// Checks one part line by line: the heart of verification. Lines that are what the next line should be take the short way:
// compare the prefix, hash, go on. At each seal the tree over all lines so far must have the root that the seal signed.
// Once lines do not follow one another, the commit at hand is collected and taken apart at its seal.

import { isUtf8 } from 'node:buffer';
import { Frontier } from '../integrity/frontier.ts';
import { appendGap } from '../integrity/gap.ts';
import { type Hash, hashPrefixedLeaf, hashToBase64 } from '../integrity/hash.ts';
import { parseVkey, type Verifier } from '../integrity/key.ts';
import { lineBytesMax, parseGap } from '../log/line.ts';
import { alignLines, type ClaimedLine } from './align-lines.ts';
import type { Chunk } from './chunk-reader.ts';
import { ClockWatch } from './clock-watch.ts';
import { ExpectedPrefix } from './expected-prefix.ts';
import { FindingList, findingOf, type Place, positions } from './finding.ts';
import { readArchivedLeaves } from './leaf-archive.ts';
import { claimOf, lineProblem } from './line-problem.ts';
import { type OwnSubtype, ownSubtypeAt, ownTimestampAt } from './own-line.ts';
import type { Interval, KeyRecord, PartReport, PartTask, SealToCheck, TreeState } from './part.ts';
import { RangeCount } from './range-count.ts';
import { checkpointMark, type ReadSeal, readDetails, readPurge, readSeal } from './sealed-line.ts';

const newline = 0x0a;
const carriageReturn = 0x0d;
const closingBrace = 0x7d;

// Far above what a commit holds. Past it lines are hashed and let go, so that a file without seals takes no memory.
const commitLinesMax = 1 << 17;
const listedMax = 1000;

interface LastSeal extends SealToCheck {
  readonly text: string;
}

export class PartChecker {
  readonly #task: PartTask;
  readonly #findings = new FindingList();
  readonly #prefix = new ExpectedPrefix(0);
  readonly #clock = new ClockWatch();
  readonly #count: RangeCount;
  readonly #verifiers = new Map<string, Verifier>();
  readonly #roots: [number, Hash][] = [];
  readonly #sealsToCheck: SealToCheck[] = [];
  readonly #keyRecords: KeyRecord[] = [];
  readonly #purges: Interval[] = [];
  readonly #gapsInside: (Interval & { line: number })[] = [];

  #line = 0;
  #first = 0;
  /** Whether it is known where the lines begin. */
  #isStarted = false;
  #isAnchored = true;
  /** The tree before the commit at hand; undefined when it cannot be known. */
  #tree: Frontier | undefined;
  /** Leaves of the commit at hand. It begins with the seal before it. */
  #leaves: Hash[] = [];
  #commitFirst = 0;
  #commitLine = 1;
  #beginsWithSeal = false;
  /** The lines of the commit at hand, once they do not follow one another. */
  #disorder: ClaimedLine[] | undefined;
  #malformedInCommit = new Set<number>();
  #uncheckedSince: number | undefined;
  #isSealInDoubt = false;
  #rotationPending = false;
  #lastSeal: LastSeal | undefined;
  #origin: string | undefined;
  #endTree: TreeState | undefined;
  #startTree: TreeState | undefined;
  #sealedEnd: number | undefined;
  #failedAtFirstSeal = false;
  #withheld = 0;
  #isDone = false;

  constructor(task: PartTask) {
    this.#task = task;
    this.#count = new RangeCount(task.range);
    for (const vkey of task.vkeys) this.#learnKey(vkey);
    if (task.startTree !== undefined) this.#startAt(task.startTree);
    else if (task.first === 0) this.#startAt({ size: 0, nodes: [] });
  }

  /** True when the rest of the file was not asked for. */
  get isDone(): boolean {
    return this.#isDone;
  }

  consume(chunk: Chunk): void {
    if (chunk.kind === 'lines') this.#checkLines(chunk.bytes, chunk.start, chunk.end);
    else if (chunk.kind === 'overlong') this.#overlongLine();
    else this.#report('line_torn', { line: this.#line + 1 }, `The last ${chunk.length} bytes are no whole line.`);
  }

  finish(): PartReport {
    this.#reportUnsealed();
    this.#checkLastSeal();
    this.#closeUnchecked(this.#sealedEnd === undefined ? this.#prefix.position : this.#commitFirst);
    const first = this.#isStarted ? this.#first : (this.#task.first ?? 0);
    return {
      name: this.#task.name,
      first,
      end: this.#prefix.position,
      sealedEnd: this.#sealedEnd ?? first,
      ...(this.#startTree && { startTree: this.#startTree }),
      ...(this.#endTree && { endTree: this.#endTree }),
      failedAtFirstSeal: this.#failedAtFirstSeal,
      stoppedEarly: this.#isDone,
      ...this.#count.result(),
      withheld: this.#withheld,
      roots: this.#roots,
      sealsToCheck: this.#sealsToCheck,
      keyRecords: this.#keyRecords,
      purges: this.#purges,
      gapsInside: this.#gapsInside,
      ...(this.#origin !== undefined && { origin: this.#origin }),
      ...(this.#clock.lastTime !== undefined && { lastSealTime: this.#clock.lastTime }),
      findings: this.#findings.kept,
      findingsTotal: this.#findings.total,
    };
  }

  #checkLines(bytes: Buffer, start: number, end: number): void {
    const region = bytes.subarray(start, end);
    const isSuspicious = !isUtf8(region) || region.includes(0) || region.includes(carriageReturn);
    for (let at = start; at < end && !this.#isDone; ) {
      const lineEnd = bytes.indexOf(newline, at);
      this.#line += 1;
      // The leaf is hashed where it stands, its 0x00 in the place of the newline before it.
      bytes[at - 1] = 0;
      const isExpected =
        this.#disorder === undefined &&
        !isSuspicious &&
        bytes[lineEnd - 1] === closingBrace &&
        lineEnd - at <= lineBytesMax &&
        this.#isStarted &&
        this.#prefix.isAt(bytes, at);
      if (isExpected) this.#nextLine(bytes, at, lineEnd);
      else this.#oddLine(bytes, at, lineEnd);
      at = lineEnd + 1;
    }
  }

  /** The line that was due. */
  #nextLine(bytes: Buffer, at: number, lineEnd: number): void {
    const leaf = hashPrefixedLeaf(bytes.subarray(at - 1, lineEnd));
    const body = at + this.#prefix.length;
    const own = ownSubtypeAt(bytes, body, lineEnd);
    if (own !== undefined) this.#ownLine(own, bytes, at, lineEnd, body, this.#prefix.position);
    this.#leaves.push(leaf);
    this.#prefix.next();
    if (this.#leaves.length >= commitLinesMax) this.#letGoOfLeaves();
  }

  #oddLine(bytes: Buffer, at: number, lineEnd: number): void {
    const problem = lineProblem(bytes, at, lineEnd);
    const claim = claimOf(bytes, at, lineEnd);
    if (problem === undefined && claim === undefined) {
      this.#gapLine(bytes.toString('utf8', at, lineEnd));
      return;
    }
    if (!this.#isStarted) this.#startWithoutGap(claim);
    if (problem !== undefined) this.#malformed(problem, claim);
    if (this.#disorder === undefined && claim === this.#prefix.position) {
      this.#nextLine(bytes, at, lineEnd);
      return;
    }
    this.#disorder ??= this.#leaves.map((leaf, i) =>
      this.#claimedLine(this.#commitFirst + i, leaf, this.#commitLine + i),
    );
    const leaf = hashPrefixedLeaf(bytes.subarray(at - 1, lineEnd));
    const body = bytes.indexOf(',', at) + 1;
    const own = claim === undefined ? undefined : ownSubtypeAt(bytes, body, lineEnd);
    if (own === 'sealed' && this.#disorderedSeal(bytes.toString('utf8', at, lineEnd), claim ?? 0, leaf)) return;
    if (own !== undefined && own !== 'sealed') this.#ownLine(own, bytes, at, lineEnd, body, claim ?? 0);
    this.#addDisordered({ claim, leaf, line: this.#line, isReported: problem !== undefined });
  }

  #ownLine(own: OwnSubtype, bytes: Buffer, at: number, lineEnd: number, body: number, seq: number): void {
    if (own === 'sealed') {
      this.#seal(bytes.toString('utf8', at, lineEnd), ownTimestampAt(bytes, body), seq);
      return;
    }
    if (own === 'clock_stepped') {
      this.#clock.stepped();
      return;
    }
    const details = readDetails(bytes.toString('utf8', at, lineEnd));
    if (own === 'purged') {
      const purge = readPurge(details);
      if (purge !== undefined && this.#purges.length < listedMax) this.#purges.push(purge);
      return;
    }
    const newVkey = own === 'log_created' ? details.vkey : details.new_vkey;
    if (typeof newVkey !== 'string' || this.#keyRecords.length >= listedMax) return;
    const oldVkey = typeof details.old_vkey === 'string' ? { oldVkey: details.old_vkey } : {};
    this.#keyRecords.push({ seq, line: this.#line, newVkey, ...oldVkey });
    this.#learnKey(newVkey);
    this.#rotationPending = this.#rotationPending || own === 'key_rotated';
  }

  /** A seal in its place: the tree over all lines before it must have the root that it signs. */
  #seal(text: string, timestamp: string, seq: number): void {
    const tree = this.#treeWithLeaves();
    const isQuick =
      this.#origin !== undefined && tree !== undefined && !this.#rotationPending && !this.#task.allSignatures;
    if (isQuick && text.includes(checkpointMark(this.#origin!, seq, hashToBase64(tree.root())))) {
      this.#fits(tree, seq, timestamp, text, undefined);
      return;
    }
    const seal = readSeal(text);
    if (seal === undefined) {
      this.#report('seal_malformed', { line: this.#line, seq }, 'A seal cannot be read: it holds no checkpoint.');
      return;
    }
    const { checkpoint } = seal;
    this.#checkOrigin(checkpoint.origin, seq);
    if (tree === undefined) this.#unprovedSeal(seal, text, seq);
    else if (checkpoint.size === seq && checkpoint.root === tree.root())
      this.#fits(tree, seq, seal.timestamp, text, seal);
    else this.#mismatch(tree, seal, text, seq);
  }

  #fits(tree: Frontier, seq: number, timestamp: string, text: string, seal: ReadSeal | undefined): void {
    this.#isSealInDoubt = false;
    this.#sealRead(text, timestamp, seq, seal);
    this.#closeCommit(tree, seq, timestamp, true);
  }

  /** A seal past a place behind which the tree is not known. Its signature still counts, its root cannot be checked. */
  #unprovedSeal(seal: ReadSeal, text: string, seq: number): void {
    this.#sealRead(text, seal.timestamp, seq, seal);
    this.#closeCommit(undefined, seq, seal.timestamp, false);
  }

  #mismatch(tree: Frontier, seal: ReadSeal, text: string, seq: number): void {
    if (this.#sealedEnd === undefined) this.#failedAtFirstSeal = true;
    const repaired = this.#repair(seal, seq, new Map());
    if (repaired !== undefined) {
      this.#sealRead(text, seal.timestamp, seq, seal);
      this.#closeCommit(repaired, seq, seal.timestamp, true);
      return;
    }
    if (seal.checkpoint.size !== seq || this.#isForged(seal)) {
      const why =
        seal.checkpoint.size === seq
          ? 'its signature is not that of the log’s key'
          : `it names size ${seal.checkpoint.size}`;
      this.#report(
        'seal_changed',
        { line: this.#line, seq },
        `The seal does not fit the lines before it, and ${why}: it was changed.`,
      );
      this.#sealRead(text, seal.timestamp, seq, undefined);
      this.#closeCommit(tree, seq, seal.timestamp, false);
      this.#isSealInDoubt = true;
      return;
    }
    if (!this.#isSealInDoubt) this.#reportCommitChanged(seq);
    this.#isSealInDoubt = false;
    this.#sealRead(text, seal.timestamp, seq, seal);
    this.#closeCommit(undefined, seq, seal.timestamp, false);
  }

  /** With leaf hashes from before the tampering: names the lines that were changed, and gives back the tree as it was. */
  #repair(seal: ReadSeal, seq: number, known: ReadonlyMap<number, ClaimedLine>): Frontier | undefined {
    const first = this.#commitFirst;
    if (this.#tree === undefined || seal.checkpoint.size !== seq || seq - first > commitLinesMax) return undefined;
    const originals = readArchivedLeaves(this.#task.leafFile, first, seq);
    if (originals === undefined) return undefined;
    const tree = this.#tree.clone();
    for (const leaf of originals) tree.appendLeaf(leaf);
    if (tree.root() !== seal.checkpoint.root) return undefined;
    for (const [i, original] of originals.entries()) {
      const position = first + i;
      const found = known.get(position);
      const leaf = this.#disorder === undefined ? this.#leaves[i] : found?.leaf;
      if (leaf === undefined || leaf === original || this.#malformedInCommit.has(position)) continue;
      const line = found?.line ?? this.#commitLine + i;
      const isSeal = i === 0 && this.#beginsWithSeal;
      const what = isSeal ? 'The seal' : 'The line';
      this.#report(
        isSeal ? 'seal_changed' : 'line_changed',
        { line, seq: position },
        `${what} for position ${position} was changed.`,
      );
    }
    return tree;
  }

  #reportCommitChanged(seq: number): void {
    const [first, line] = [this.#commitFirst, this.#commitLine];
    const message =
      `The lines do not have the root that the seal at position ${seq} signed: among ${positions(first, seq)} ` +
      `(lines ${line} to ${this.#line - 1}) something was changed.`;
    this.#report('lines_changed', { line, seq: first, end: seq }, message);
  }

  /** Whether none of the keys known here signed the seal; `otherwise` is the answer where no key is known. */
  #isForged(seal: ReadSeal, otherwise = false): boolean {
    const { origin, note } = seal.checkpoint;
    const ours = note.signatures.filter(({ name }) => name === origin);
    if (this.#verifiers.size === 0) return otherwise;
    return !ours.some(({ keyId, signature, name }) => {
      const verifier = this.#verifiers.get(`${name}+${keyId}`);
      return verifier?.verify(note.text, signature) === true;
    });
  }

  /** A seal at the end of lines that do not follow one another. False if it ends nothing and is but one more such line. */
  #disorderedSeal(text: string, claim: number, leaf: Hash): boolean {
    const seal = readSeal(text);
    const lines = this.#disorder ?? [];
    if (seal === undefined) {
      this.#report(
        'seal_malformed',
        { line: this.#line, seq: claim },
        'A seal cannot be read: it holds no checkpoint.',
      );
      return false;
    }
    const { size } = seal.checkpoint;
    const due = this.#commitFirst + lines.length;
    // A seal that the log did not sign says nothing of where it belongs.
    const seq = this.#isForged(seal) || claim === due ? due : size;
    if (seq < this.#commitFirst || (seq === this.#commitFirst && this.#beginsWithSeal)) return false;
    this.#checkOrigin(seal.checkpoint.origin, seq);
    const alignment = alignLines(this.#task.name, lines, this.#commitFirst, seq);
    this.#findings.addAll(alignment.findings);
    for (const position of alignment.knownChanged) this.#malformedInCommit.add(position);
    if (seq !== claim) {
      this.#report(
        'seal_changed',
        { line: this.#line, seq },
        `The seal for position ${seq} was changed: it names position ${claim}.`,
      );
    }
    const tree = alignment.isComplete ? this.#treeOf(alignment.byPosition, seq) : undefined;
    const isProved = tree !== undefined && tree.root() === seal.checkpoint.root && size === seq;
    const known = isProved ? tree : this.#repair(seal, seq, alignment.byPosition);
    if (known === undefined && this.#tree !== undefined) {
      if (this.#sealedEnd === undefined) this.#failedAtFirstSeal = true;
      if (alignment.findings.length === 0) this.#reportCommitChanged(seq);
    }
    this.#sealRead(text, seal.timestamp, seq, known === undefined ? undefined : seal);
    this.#closeCommit(known, seq, seal.timestamp, known !== undefined, lines.length);
    this.#leaves.push(leaf);
    this.#prefix.position = seq + 1;
    return true;
  }

  #treeOf(byPosition: ReadonlyMap<number, ClaimedLine>, end: number): Frontier | undefined {
    const tree = this.#tree?.clone();
    for (let position = this.#commitFirst; position < end; position++) tree?.appendLeaf(byPosition.get(position)!.leaf);
    return tree;
  }

  #sealRead(text: string, timestamp: string, seq: number, seal: ReadSeal | undefined): void {
    this.#origin ??= seal?.checkpoint.origin;
    const clockFault = this.#clock.seal(text, timestamp);
    if (clockFault !== undefined) this.#report('clock_went_back', { line: this.#line, seq }, clockFault, 'note');
    this.#lastSeal = { seq, line: this.#line, checkpoint: '', text };
    if (seal === undefined || !(this.#rotationPending || (this.#task.allSignatures && this.#isForged(seal, true))))
      return;
    this.#sealsToCheck.push({ seq, line: this.#line, checkpoint: seal.note });
    this.#rotationPending = false;
  }

  /** The next commit begins with the seal that ended this one. */
  #closeCommit(
    tree: Frontier | undefined,
    seq: number,
    timestamp: string,
    isProved: boolean,
    lines = this.#leaves.length,
  ): void {
    const records = Math.max(0, lines - (this.#beginsWithSeal ? 1 : 0));
    const isPast = this.#count.close({
      first: this.#commitFirst + (this.#beginsWithSeal ? 1 : 0),
      seal: seq,
      records,
      timestamp,
      isProved,
    });
    this.#isDone = isPast && this.#task.wantedSizes.every((size) => size <= seq);
    if (tree === undefined) this.#uncheckedSince ??= seq;
    else if (isProved) {
      this.#sealedEnd = seq + 1;
      this.#noteRoot(tree);
    }
    this.#tree = tree;
    this.#leaves = [];
    this.#disorder = undefined;
    this.#malformedInCommit.clear();
    this.#commitFirst = seq;
    this.#commitLine = this.#line;
    this.#beginsWithSeal = true;
  }

  #treeWithLeaves(): Frontier | undefined {
    const tree = this.#tree?.clone();
    if (tree === undefined) return undefined;
    const wanted = this.#task.wantedSizes.some((size) => size > tree.size && size < tree.size + this.#leaves.length);
    for (const leaf of this.#leaves) {
      tree.appendLeaf(leaf);
      if (wanted) this.#noteRoot(tree);
    }
    return tree;
  }

  #noteRoot(tree: Frontier): void {
    if (this.#task.wantedSizes.includes(tree.size)) this.#roots.push([tree.size, tree.root()]);
  }

  /** A commit longer than any that the log writes: its leaves go into the tree at once, and are not taken apart later. */
  #letGoOfLeaves(): void {
    this.#tree = this.#treeWithLeaves();
    this.#count.add(this.#leaves.length - (this.#beginsWithSeal ? 1 : 0));
    this.#leaves = [];
    this.#commitFirst = this.#prefix.position;
    this.#commitLine = this.#line + 1;
    this.#beginsWithSeal = false;
  }

  #addDisordered(line: ClaimedLine): void {
    this.#disorder?.push(line);
    if (this.#disorder === undefined || this.#disorder.length < commitLinesMax) return;
    const message = `More than ${commitLinesMax} lines in disorder stand here without a seal; they are only counted.`;
    this.#report('seals_in_disorder', { line: this.#commitLine, seq: this.#commitFirst }, message);
    this.#count.add(this.#disorder.length);
    this.#disorder = [];
    this.#tree = undefined;
    this.#uncheckedSince ??= this.#commitFirst;
  }

  #gapLine(text: string): void {
    const gap = parseGap(text);
    const position = this.#prefix.position;
    const place = { line: this.#line, seq: this.#isStarted ? position : undefined };
    if (gap === undefined) {
      this.#report('gap_malformed', place, 'A gap line cannot be read.');
      return;
    }
    if (this.#line === 1 || !this.#isStarted) {
      this.#leadingGap(gap.first, gap.end, gap.nodes);
      return;
    }
    if (this.#task.role === 'segment' && this.#gapsInside.length < listedMax) {
      this.#gapsInside.push({ first: gap.first, end: gap.end, line: this.#line });
    }
    const isFromStart = gap.first === 0 && position > 0;
    if (this.#disorder !== undefined || gap.end < position || (!isFromStart && gap.first !== position)) {
      const message = `A gap for ${positions(gap.first, gap.end)} stands where position ${position} was due.`;
      this.#report('gap_malformed', place, message);
      if (gap.end <= position) return;
    }
    const tree = isFromStart || gap.first !== position ? undefined : this.#treeWithLeaves();
    const isAdded = tree !== undefined && appendGap(tree, gap);
    const restarted = gap.first === 0 ? Frontier.from(gap.nodes, gap.end) : undefined;
    if (isFromStart && gap.end === position) this.#compareRestart(restarted);
    this.#count.add((this.#disorder ?? this.#leaves).length - (this.#beginsWithSeal ? 1 : 0));
    this.#withheld += gap.end - position;
    this.#tree = isAdded ? tree : restarted;
    if (this.#tree === undefined) this.#uncheckedSince ??= position;
    else if (restarted !== undefined) this.#closeUnchecked(position);
    this.#leaves = [];
    this.#disorder = undefined;
    this.#commitFirst = gap.end;
    this.#commitLine = this.#line + 1;
    this.#beginsWithSeal = false;
    this.#prefix.position = gap.end;
  }

  /** Segments put end to end: the gap at the seam must agree with the lines before it. */
  #compareRestart(restarted: Frontier | undefined): void {
    const tree = this.#treeWithLeaves();
    if (tree === undefined || restarted === undefined || tree.root() === restarted.root()) return;
    const message = 'The gap does not agree with the lines before it: these are parts of two different logs.';
    this.#report('gap_changed', { line: this.#line, seq: tree.size }, message);
  }

  #leadingGap(first: number, end: number, nodes: readonly Hash[]): void {
    const place = { line: this.#line, seq: first, end };
    if (this.#task.role === 'segment' && (first !== 0 || end !== this.#task.first)) {
      const message = `The segment’s gap ends at ${end}, but its name says that it begins at ${this.#task.first}.`;
      this.#report('segment_misnamed', place, message);
    }
    if (this.#task.startTree !== undefined) return;
    const tree = first === 0 ? Frontier.from(nodes, end) : undefined;
    if (this.#task.role === 'copy') this.#withheld += end - first;
    this.#startTree = tree && { size: end, nodes: tree.nodes };
    this.#startAt(this.#startTree ?? { size: end, nodes: [] });
    if (tree !== undefined) return;
    this.#tree = undefined;
    this.#isAnchored = false;
    this.#report(
      'not_anchored',
      place,
      'The gap at the start does not stand for all lines before: nothing ties these lines to the log.',
    );
  }

  /** The first line is a record although lines precede it: the part is consistent in itself at best. */
  #startWithoutGap(claim: number | undefined): void {
    const first = this.#task.first ?? claim ?? 0;
    this.#startAt({ size: first, nodes: [] }, this.#line);
    if (first === 0 && claim === 0) return;
    this.#tree = undefined;
    this.#isAnchored = false;
    const message =
      `The file begins at position ${first} without the gap that stands for what precedes it: ` +
      'its lines can be consistent in themselves, but nothing ties them to the log.';
    this.#report('not_anchored', { line: this.#line, seq: first }, message);
  }

  #startAt({ size, nodes }: TreeState, firstLine = this.#line + 1): void {
    this.#tree = Frontier.from(nodes, size);
    this.#isStarted = true;
    this.#first = size;
    this.#prefix.position = size;
    this.#commitFirst = size;
    this.#commitLine = firstLine;
    if (this.#tree !== undefined) this.#noteRoot(this.#tree);
  }

  #malformed(problem: string, claim: number | undefined): void {
    const seq = claim ?? (this.#disorder === undefined ? this.#prefix.position : undefined);
    this.#report('line_malformed', { line: this.#line, seq }, `Line ${this.#line} is malformed: ${problem}.`);
    if (seq !== undefined) this.#malformedInCommit.add(seq);
  }

  #overlongLine(): void {
    this.#line += 1;
    this.#malformed(`the line is longer than ${lineBytesMax} bytes`, undefined);
    this.#disorder ??= this.#leaves.map((leaf, i) =>
      this.#claimedLine(this.#commitFirst + i, leaf, this.#commitLine + i),
    );
    this.#addDisordered({ claim: undefined, leaf: '', line: this.#line, isReported: true });
  }

  #claimedLine(claim: number, leaf: Hash, line: number): ClaimedLine {
    return { claim, leaf, line, isReported: this.#malformedInCommit.has(claim) };
  }

  #reportUnsealed(): void {
    const lines = (this.#disorder ?? this.#leaves).length - (this.#beginsWithSeal ? 1 : 0);
    if (this.#beginsWithSeal && this.#tree !== undefined && this.#disorder === undefined && this.#leaves.length > 0) {
      const tree = this.#tree.clone();
      tree.appendLeaf(this.#leaves[0]!);
      if (this.#sealedEnd === tree.size) this.#endTree = { size: tree.size, nodes: tree.nodes };
      this.#noteRoot(tree);
    }
    if (lines <= 0) return;
    this.#count.add(lines);
    const [first, line] = this.#beginsWithSeal
      ? [this.#commitFirst + 1, this.#commitLine + 1]
      : [this.#commitFirst, this.#commitLine];
    const message = `${lines === 1 ? 'One line stands' : `${lines} lines stand`} after the last seal: nothing proves them.`;
    this.#report('unsealed_lines', { line, seq: first, end: first + lines }, message);
  }

  /** No later seal covers the last one, so that it is read strictly and its signature is always checked. */
  #checkLastSeal(): void {
    if (this.#lastSeal === undefined) return;
    const { seq, line, text } = this.#lastSeal;
    const seal = readSeal(text);
    if (seal === undefined || !seal.isCanonical) {
      this.#report('seal_malformed', { line, seq }, 'The last seal is not written as the log writes it.');
    }
    if (seal !== undefined && this.#sealsToCheck.at(-1)?.seq !== seq) {
      this.#sealsToCheck.push({ seq, line, checkpoint: seal.note });
    }
  }

  #closeUnchecked(end: number): void {
    if (this.#uncheckedSince === undefined || !this.#isAnchored) return;
    const first = this.#uncheckedSince;
    this.#uncheckedSince = undefined;
    if (end <= first) return;
    const message = `${positions(first, end)} could not be checked: the tree before them is not known. Leaf hashes (tree/0) from before would tell.`;
    this.#report('not_checked', { seq: first, end }, capitalize(message));
  }

  #checkOrigin(origin: string, seq: number): void {
    this.#origin ??= origin;
    if (origin === this.#origin) return;
    const message = `The seal is of the log ${origin}, not of ${this.#origin}.`;
    this.#report('origin_changed', { line: this.#line, seq }, message);
  }

  #learnKey(vkey: string): void {
    try {
      const verifier = parseVkey(vkey);
      this.#verifiers.set(`${verifier.name}+${verifier.keyId}`, verifier);
    } catch {
      // A key that cannot be read checks nothing; whoever judges the keys says so.
    }
  }

  #report(kind: Parameters<typeof findingOf>[0], place: Place, message: string, severity?: 'note'): void {
    this.#findings.add(findingOf(kind, { segment: this.#task.name, ...place }, message, severity));
  }
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
