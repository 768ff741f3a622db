// Holds the lines between two seals against the seal that ends them: the tree over all lines so far must have the root
// that was signed. A commit begins with the seal before it, which only this one's seal covers.
//
// Where the root is another, leaf hashes from before the tampering (if they are there) tell which line was changed and
// let the tree be followed on; without them, what follows cannot be checked up to the next gap.

import { Frontier } from '../integrity/frontier.ts';
import { appendGap } from '../integrity/gap.ts';
import { type Hash, hashToBase64 } from '../integrity/hash.ts';
import type { Gap } from '../log/line.ts';
import type { ClaimedLine } from './align-lines.ts';
import {
  alignCommit,
  type CommitState,
  commitLinesMax,
  findOriginals,
  reportChanged,
  reportCommit,
  reportSeam,
  reportShift,
  reportUnchecked,
  reportUnreadable,
  reportUnsealed,
} from './commit-autopsy.ts';
import type { PartFindings } from './finding.ts';
import type { PartTask, TreeState } from './part.ts';
import type { RangeCount } from './range-count.ts';
import type { SealLedger } from './seal-ledger.ts';
import { checkpointMark, type ReadSeal, readSeal } from './sealed-line.ts';

/** A seal as it is met. */
export interface SealLine {
  readonly text: string;
  readonly timestamp: string;
  readonly line: number;
}

export class CommitChecker {
  readonly roots: [size: number, root: Hash][] = [];
  isPastRange = false;
  sealedEnd: number | undefined;
  endTree: TreeState | undefined;

  readonly #task: PartTask;
  readonly #findings: PartFindings;
  readonly #ledger: SealLedger;
  readonly #count: RangeCount;
  /** The tree before the commit; undefined when it is not known. */
  #tree: Frontier | undefined;
  #leaves: Hash[] = [];
  #first = 0;
  #line = 1;
  #beginsWithSeal = false;
  /** The commit's lines, once they do not follow one another. */
  #disorder: ClaimedLine[] | undefined;
  /** Positions about which something was said already. */
  #reported = new Set<number>();
  #uncheckedSince: number | undefined;
  #isSealInDoubt = false;

  constructor(task: PartTask, findings: PartFindings, ledger: SealLedger, count: RangeCount) {
    this.#task = task;
    this.#findings = findings;
    this.#ledger = ledger;
    this.#count = count;
  }

  get isInDisorder(): boolean {
    return this.#disorder !== undefined;
  }

  /** Begins at a position whose tree is known, or not. `line` is the number of the line that comes next. */
  begin(tree: Frontier | undefined, position: number, line: number): void {
    this.#tree = tree;
    this.#restart(position, line, false);
    if (tree !== undefined) this.#noteRoot(tree);
  }

  addLeaf(leaf: Hash): void {
    this.#leaves.push(leaf);
    if (this.#leaves.length < commitLinesMax) return;
    const [position, line] = [this.#first + this.#leaves.length, this.#line + this.#leaves.length];
    this.#countLoose();
    this.#tree = this.#treeWithLeaves();
    this.#restart(position, line, false);
  }

  /** A line that does not follow the one before it. */
  addDisordered(line: ClaimedLine): void {
    this.#disorder ??= this.#leaves.map((leaf, i) => {
      const claim = this.#first + i;
      return { claim, leaf, line: this.#line + i, isReported: this.#reported.has(claim) };
    });
    this.#disorder.push(line);
    if (this.#disorder.length < commitLinesMax) return;
    const message = `More than ${commitLinesMax} lines in disorder stand here without a seal: they are only counted.`;
    this.#findings.report('seals_in_disorder', { line: this.#line, seq: this.#first }, message);
    this.#countLoose();
    this.#disorder = [];
    this.#setUnknown(this.#first);
  }

  alreadyReported(position: number): void {
    this.#reported.add(position);
  }

  /** A seal in its place. False if it cannot be read as one. */
  seal(seal: SealLine, seq: number): boolean {
    const tree = this.#treeWithLeaves();
    const { origin, mustReadSeals } = this.#ledger;
    if (origin !== undefined && tree !== undefined && !mustReadSeals) {
      if (seal.text.includes(checkpointMark(origin, seq, hashToBase64(tree.root())))) {
        this.#fits(tree, seq, seal, undefined);
        return true;
      }
    }
    const read = readSeal(seal.text);
    if (read === undefined) {
      reportUnreadable(seal.line, seq, this.#findings);
      return false;
    }
    const { size, root } = read.checkpoint;
    if (tree === undefined) this.#close(undefined, seq, seal, read, 0);
    else if (size === seq && root === tree.root()) this.#fits(tree, seq, seal, read);
    else this.#mismatch(tree, seq, seal, read);
    return true;
  }

  /**
   * A seal after lines that do not follow one another. Returns its position; undefined if it ends nothing and is itself
   * but one more such line.
   */
  disorderedSeal(seal: SealLine, claim: number, leaf: Hash): number | undefined {
    const read = readSeal(seal.text);
    if (read === undefined) {
      reportUnreadable(seal.line, claim, this.#findings);
      return undefined;
    }
    const lines = this.#disorder ?? [];
    const due = this.#first + lines.length;
    // A seal that the log did not sign says nothing of where it belongs.
    const seq = this.#ledger.isForged(read) || claim === due ? due : read.checkpoint.size;
    if (seq < this.#first || (seq === this.#first && this.#beginsWithSeal)) return undefined;

    const state = this.#state();
    const originals = findOriginals(state, read, seq, this.#task.leafFile);
    const { alignment, tree } = alignCommit(state, this.#task.name, lines, seq, read, originals);
    this.#findings.addAll(alignment.findings);
    for (const position of alignment.knownChanged) this.#reported.add(position);
    if (seq !== claim) {
      const message = `The seal for position ${seq} was changed: it names position ${claim}.`;
      this.#findings.report('seal_changed', { line: seal.line, seq }, message);
    }
    const isProved = tree !== undefined;
    if (originals !== undefined) reportChanged(state, originals.leaves, this.#findings, alignment.byPosition);
    else if (!isProved && this.#tree !== undefined && alignment.findings.length === 0) {
      reportCommit(state, seq, seal.line, seq, this.#findings);
    }
    const known = isProved ? tree : originals?.tree;
    this.#close(known, seq, seal, known === undefined ? undefined : read, isProved ? lines.length : 0, lines.length);
    this.#leaves.push(leaf);
    return seq;
  }

  /** Lines that are elsewhere, from `position` on or (at a seam between segments) from 0 up to it. */
  gap(gap: Gap, position: number, line: number): void {
    const isFromStart = gap.first === 0 && position > 0;
    const before = this.#treeWithLeaves();
    const restarted = isFromStart ? Frontier.from(gap.nodes, gap.end) : undefined;
    if (isFromStart && gap.end === position) reportSeam(before, restarted, line, this.#findings);
    const isAdded = !isFromStart && before !== undefined && appendGap(before, gap);
    this.#countLoose();
    this.#tree = isAdded ? before : restarted;
    if (this.#tree === undefined) this.#setUnknown(position);
    else if (restarted !== undefined) this.#reportUnchecked(position);
    this.#restart(gap.end, line + 1, false);
  }

  /** The end of the part, after `position`. `isAnchored`: whether its tree was ever known. */
  finish(position: number, isAnchored: boolean): void {
    const lines = (this.#disorder ?? this.#leaves).length - this.#seals();
    if (this.#beginsWithSeal && this.#disorder === undefined && this.#tree?.size === this.#first) {
      const tree = this.#tree.clone();
      tree.appendLeaf(this.#leaves[0]!);
      if (this.sealedEnd === tree.size) this.endTree = { size: tree.size, nodes: tree.nodes };
      this.#noteRoot(tree);
    }
    if (lines > 0) {
      this.#countLoose();
      reportUnsealed(this.#first + this.#seals(), this.#line + this.#seals(), lines, this.#findings);
    }
    if (isAnchored) this.#reportUnchecked(this.sealedEnd === undefined ? position : this.#first);
  }

  #fits(tree: Frontier, seq: number, seal: SealLine, read: ReadSeal | undefined): void {
    this.#isSealInDoubt = false;
    this.#close(tree, seq, seal, read, 'whole');
  }

  #mismatch(tree: Frontier, seq: number, seal: SealLine, read: ReadSeal): void {
    const { size } = read.checkpoint;
    const state = this.#state();
    const originals = findOriginals(state, read, size, this.#task.leafFile);
    if (originals !== undefined && size === seq) {
      const changed = reportChanged(state, originals.leaves, this.#findings);
      this.#close(originals.tree, seq, seal, read, Math.max(0, this.#leaves.length - this.#seals() - changed));
    } else if (this.#ledger.isForged(read)) {
      const message = 'The seal was changed: it does not fit the lines before it, and the log did not sign it.';
      this.#findings.report('seal_changed', { line: seal.line, seq }, message);
      this.#close(tree, seq, seal, undefined, 0);
      this.#isSealInDoubt = true;
    } else {
      if (originals !== undefined) reportShift(state, originals.leaves, this.#findings);
      else if (!this.#isSealInDoubt) reportCommit(state, seq, seal.line, size, this.#findings);
      this.#isSealInDoubt = false;
      this.#close(undefined, seq, seal, read, 0);
    }
  }

  /** The next commit begins with the seal that ended this one; its leaf is added next. */
  #close(
    tree: Frontier | undefined,
    seq: number,
    { text, timestamp, line }: SealLine,
    read: ReadSeal | undefined,
    proved: 'whole' | number,
    lines = this.#leaves.length,
  ): void {
    const place = { seq, line, commitFirst: this.#first + this.#seals(), commitLine: this.#line + this.#seals() };
    this.#ledger.seal(place, text, timestamp, read);
    const records = Math.max(0, lines - this.#seals());
    const isPast = this.#count.close({ first: place.commitFirst, seal: seq, records, timestamp, proved });
    this.isPastRange = isPast && this.#task.wantedSizes.every((size) => size <= seq);
    if (tree === undefined) this.#setUnknown(seq);
    // A tree kept although its seal was not believed proves nothing.
    else if (read !== undefined || proved === 'whole') {
      this.sealedEnd = seq + 1;
      this.#noteRoot(tree);
    }
    this.#tree = tree;
    this.#restart(seq, line, true);
  }

  #restart(position: number, line: number, beginsWithSeal: boolean): void {
    this.#leaves = [];
    this.#disorder = undefined;
    this.#first = position;
    this.#line = line;
    this.#beginsWithSeal = beginsWithSeal;
    this.#reported.clear();
  }

  #seals(): 0 | 1 {
    return this.#beginsWithSeal ? 1 : 0;
  }

  #countLoose(): void {
    this.#count.add((this.#disorder ?? this.#leaves).length - this.#seals());
  }

  #setUnknown(position: number): void {
    this.#tree = undefined;
    this.#uncheckedSince ??= position;
  }

  #noteRoot(tree: Frontier): void {
    if (this.#task.wantedSizes.includes(tree.size)) this.roots.push([tree.size, tree.root()]);
  }

  #treeWithLeaves(): Frontier | undefined {
    const tree = this.#tree?.clone();
    if (tree === undefined) return undefined;
    const end = tree.size + this.#leaves.length;
    const isWanted = this.#task.wantedSizes.some((size) => size > tree.size && size < end);
    for (const leaf of this.#leaves) {
      tree.appendLeaf(leaf);
      if (isWanted && tree.size < end) this.#noteRoot(tree);
    }
    return tree;
  }

  #state(): CommitState {
    return {
      tree: this.#tree,
      leaves: this.#leaves,
      first: this.#first,
      line: this.#line,
      beginsWithSeal: this.#beginsWithSeal,
      reported: this.#reported,
    };
  }

  #reportUnchecked(end: number): void {
    if (this.#uncheckedSince !== undefined) reportUnchecked(this.#uncheckedSince, end, this.#findings);
    this.#uncheckedSince = undefined;
  }
}
