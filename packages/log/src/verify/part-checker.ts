// Checks one part line by line: the heart of verification. A line that is what the next line should be takes the short
// way: compare its first bytes, hash it, go on. Any other is looked at closely.

import { isUtf8 } from 'node:buffer';
import { Frontier } from '../integrity/frontier.ts';
import { hashPrefixedLeaf } from '../integrity/hash.ts';
import { type Gap, lineBytesMax, parseGap } from '../log/line.ts';
import type { Chunk } from './chunk-reader.ts';
import { CommitChecker } from './commit-checker.ts';
import { ExpectedPrefix } from './expected-prefix.ts';
import { PartFindings, positions } from './finding.ts';
import { claimOf, lineProblem } from './line-problem.ts';
import { type OwnSubtype, ownSubtypeAt, ownTimestampAt } from './own-line.ts';
import type { Interval, PartReport, PartTask, TreeState } from './part.ts';
import { RangeCount } from './range-count.ts';
import { SealLedger } from './seal-ledger.ts';
import { readDetails, readPurge } from './sealed-line.ts';

const newline = 0x0a;
const carriageReturn = 0x0d;
const comma = 0x2c;
const closingBrace = 0x7d;

const listedMax = 1000;

export class PartChecker {
  readonly #task: PartTask;
  readonly #findings: PartFindings;
  readonly #ledger: SealLedger;
  readonly #count: RangeCount;
  readonly #commit: CommitChecker;
  readonly #prefix = new ExpectedPrefix(0);
  readonly #purges: Interval[] = [];
  readonly #gapsInside: (Interval & { line: number })[] = [];
  #line = 0;
  #first = 0;
  /** Whether it is known where the lines begin. */
  #isStarted = false;
  /** Whether something ties the first line to the log. */
  #isAnchored = true;
  #startTree: TreeState | undefined;
  #withheld = 0;

  constructor(task: PartTask) {
    this.#task = task;
    this.#findings = new PartFindings(task.name);
    this.#ledger = new SealLedger(task.vkeys, task.allSignatures, this.#findings);
    this.#count = new RangeCount(task.range);
    this.#commit = new CommitChecker(task, this.#findings, this.#ledger, this.#count);
    if (task.startTree !== undefined) this.#startAt(task.startTree.size, task.startTree);
    else if (task.first === 0) this.#startAt(0, { size: 0, nodes: [] });
  }

  /** True when the rest of the file was not asked for. */
  get isDone(): boolean {
    return this.#commit.isPastRange;
  }

  consume(chunk: Chunk): void {
    if (chunk.kind === 'lines') this.#checkLines(chunk.bytes, chunk.start, chunk.end);
    else if (chunk.kind === 'overlong') this.#overlongLine();
    else
      this.#findings.report('line_torn', { line: this.#line + 1 }, `The last ${chunk.length} bytes are no whole line.`);
  }

  finish(): PartReport {
    this.#commit.finish(this.#prefix.position, this.#isAnchored);
    this.#ledger.finish();
    const first = this.#isStarted ? this.#first : (this.#task.first ?? 0);
    const { origin, sealsToCheck, keyRecords } = this.#ledger;
    const { sealedEnd = first, endTree, roots } = this.#commit;
    return {
      name: this.#task.name,
      first,
      end: this.#prefix.position,
      sealedEnd,
      ...(this.#startTree && { startTree: this.#startTree }),
      ...(endTree && { endTree }),
      ...this.#count.result(),
      withheld: this.#withheld,
      roots,
      sealsToCheck,
      keyRecords,
      purges: this.#purges,
      gapsInside: this.#gapsInside,
      ...(origin !== undefined && { origin }),
      findings: this.#findings.kept,
      findingsTotal: this.#findings.total,
    };
  }

  #checkLines(bytes: Buffer, start: number, end: number): void {
    const region = bytes.subarray(start, end);
    const isSuspicious = !isUtf8(region) || region.includes(0) || region.includes(carriageReturn);
    for (let at = start; at < end && !this.isDone; ) {
      const lineEnd = bytes.indexOf(newline, at);
      this.#line += 1;
      // The leaf is hashed where it stands, its 0x00 in the place of the newline before it.
      bytes[at - 1] = 0;
      const isExpected =
        !isSuspicious &&
        !this.#commit.isInDisorder &&
        this.#isStarted &&
        bytes[lineEnd - 1] === closingBrace &&
        lineEnd - at <= lineBytesMax &&
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
    if (own === 'sealed') this.#commit.seal(this.#sealLine(bytes, at, lineEnd, body), this.#prefix.position);
    else if (own !== undefined) this.#ownRecord(own, bytes.toString('utf8', at, lineEnd), this.#prefix.position);
    this.#commit.addLeaf(leaf);
    this.#prefix.next();
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
    if (!this.#commit.isInDisorder && claim === this.#prefix.position) this.#nextLine(bytes, at, lineEnd);
    else this.#disorderedLine(bytes, at, lineEnd, claim, problem !== undefined);
  }

  #disorderedLine(bytes: Buffer, at: number, lineEnd: number, claim: number | undefined, isReported: boolean): void {
    const leaf = hashPrefixedLeaf(bytes.subarray(at - 1, lineEnd));
    const body = bytes.indexOf(comma, at) + 1;
    const own = claim === undefined ? undefined : ownSubtypeAt(bytes, body, lineEnd);
    if (own === 'sealed' && this.#commit.isInDisorder) {
      const seq = this.#commit.disorderedSeal(this.#sealLine(bytes, at, lineEnd, body), claim ?? 0, leaf);
      if (seq !== undefined) {
        this.#prefix.position = seq + 1;
        return;
      }
    } else if (own !== undefined && own !== 'sealed') {
      this.#ownRecord(own, bytes.toString('utf8', at, lineEnd), claim ?? 0);
    }
    this.#commit.addDisordered({ claim, leaf, line: this.#line, isReported });
  }

  #sealLine(bytes: Buffer, at: number, lineEnd: number, body: number) {
    return { text: bytes.toString('utf8', at, lineEnd), timestamp: ownTimestampAt(bytes, body), line: this.#line };
  }

  #ownRecord(own: Exclude<OwnSubtype, 'sealed'>, text: string, seq: number): void {
    if (own === 'clock_stepped') {
      this.#ledger.clockStepped();
      return;
    }
    const details = readDetails(text);
    if (own !== 'purged') {
      this.#ledger.keyRecord(seq, this.#line, details);
      return;
    }
    const purge = readPurge(details);
    if (purge !== undefined && this.#purges.length < listedMax) this.#purges.push(purge);
  }

  #gapLine(text: string): void {
    const gap = parseGap(text);
    const position = this.#prefix.position;
    if (gap === undefined) {
      const place = { line: this.#line, ...(this.#isStarted && { seq: position }) };
      this.#findings.report('gap_malformed', place, 'A gap line cannot be read.');
    } else if (this.#line === 1 || !this.#isStarted) this.#leadingGap(gap);
    else this.#innerGap(gap, position);
  }

  #innerGap(gap: Gap, position: number): void {
    const { first, end } = gap;
    const isInPlace = first === position || (first === 0 && end >= position);
    if (!isInPlace || this.#commit.isInDisorder) {
      const message = `A gap for ${positions(first, end)} stands where position ${position} was due.`;
      this.#findings.report('gap_malformed', { line: this.#line, seq: position }, message);
    }
    if (end < position || (!isInPlace && end <= position)) return;
    const isInLog = this.#task.role === 'segment' && this.#gapsInside.length < listedMax;
    if (isInLog) this.#gapsInside.push({ first, end, line: this.#line });
    this.#withheld += end - position;
    this.#commit.gap(gap, position, this.#line);
    this.#prefix.position = end;
  }

  /** The gap that a part begins with: it stands for all lines before, and lets the part verify alone. */
  #leadingGap({ first, end, nodes }: Gap): void {
    const place = { line: this.#line, seq: first, end };
    if (this.#task.role === 'segment' && (first !== 0 || end !== this.#task.first)) {
      const message = `The gap ends at ${end}, but by its name the segment begins at position ${this.#task.first}.`;
      this.#findings.report('segment_misnamed', place, message);
    }
    if (this.#task.startTree !== undefined) return;
    if (this.#task.role === 'copy') this.#withheld += end - first;
    const tree = first === 0 ? Frontier.from(nodes, end) : undefined;
    this.#startTree = tree && { size: end, nodes: tree.nodes };
    this.#startAt(end, this.#startTree);
    if (tree !== undefined) return;
    const message = 'The gap at the start does not stand for all lines before it: nothing ties these lines to the log.';
    this.#findings.report('not_anchored', place, message);
  }

  /** The first line is a record although lines precede it: the part is consistent in itself at best. */
  #startWithoutGap(claim: number | undefined): void {
    const first = this.#task.first ?? claim ?? 0;
    if (claim === 0 && first === 0) {
      this.#startAt(0, { size: 0, nodes: [] }, this.#line);
      return;
    }
    this.#startAt(first, undefined, this.#line);
    const message =
      `The file begins at position ${first} without the gap that stands for what precedes it: ` +
      'its lines can be consistent in themselves, but nothing ties them to the log.';
    this.#findings.report('not_anchored', { line: this.#line, seq: first }, message);
  }

  #startAt(position: number, tree: TreeState | undefined, line = this.#line + 1): void {
    this.#isStarted = true;
    this.#isAnchored = tree !== undefined;
    this.#first = position;
    this.#prefix.position = position;
    this.#commit.begin(tree && Frontier.from(tree.nodes, tree.size), position, line);
  }

  #malformed(problem: string, claim: number | undefined): void {
    const seq = claim ?? (this.#commit.isInDisorder ? undefined : this.#prefix.position);
    this.#findings.report('line_malformed', { line: this.#line, seq }, `Line ${this.#line} is malformed: ${problem}.`);
    if (seq !== undefined) this.#commit.alreadyReported(seq);
  }

  #overlongLine(): void {
    this.#line += 1;
    this.#malformed(`the line is longer than ${lineBytesMax} bytes`, undefined);
    if (!this.#isStarted) this.#startWithoutGap(undefined);
    this.#commit.addDisordered({ claim: undefined, leaf: '', line: this.#line, isReported: true });
  }
}
