// `<data>/tree`: the hashes of the log's lines, kept by a reader so that a proof need not hash the whole log again.
//
//   tree/0   the leaf hash of each line, 32 bytes each
//   tree/1   the root of each full subtree of 256 leaves
//   tree/2   the root of each full subtree of 65,536 leaves, and so on
//
// They are derived: what is missing or torn is made again from the log. What is read from them is only believed when it
// leads to a signed root.

import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { nodeDisk } from '../base/disk.ts';
import { Frontier } from '../integrity/frontier.ts';
import { type Hash, hashBytes, leafHash } from '../integrity/hash.ts';
import { readLines } from './reader.ts';

/** Leaves under one hash of the next file. */
export const tileWidth = 256;

export function treeFilePath(dataDir: string, tier: number): string {
  return join(dataDir, 'tree', String(tier));
}

/** Writes the tree files of one log. One writer at a time: whoever holds the log's lock. */
export class TreeFiles {
  readonly #dataDir: string;
  readonly #tiers: Tier[] = [];

  private constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /** Opens the files, cut back to where they agree with each other. */
  static open(dataDir: string): TreeFiles {
    const files = new TreeFiles(dataDir);
    nodeDisk.makeDirectory(join(dataDir, 'tree'));
    files.#align();
    return files;
  }

  /** Lines whose hashes are in the files. */
  get size(): number {
    return this.#tier(0).count;
  }

  /** Adds what the log has beyond the files, up to its head. */
  async catchUp(signal?: AbortSignal): Promise<void> {
    const options = signal === undefined ? {} : { signal };
    for await (const lines of readLines(this.#dataDir, { from: this.size, ...options })) {
      // A log that begins elsewhere, or has a gap, has no tree files past it.
      if (lines[0]?.seq !== this.size) return;
      this.#append(
        0,
        lines.map(({ line }) => leafHash(line)),
      );
    }
  }

  close(): void {
    for (const tier of this.#tiers) tier.close();
  }

  #append(level: number, hashes: readonly Hash[]): void {
    const tier = this.#tier(level);
    const before = Math.floor(tier.count / tileWidth);
    tier.append(hashes);
    this.#raise(level, before);
  }

  /** Adds to the next file the roots of the tiles from `first` on that are full. */
  #raise(level: number, first: number): void {
    const tier = this.#tier(level);
    const full = Math.floor(tier.count / tileWidth);
    if (full <= first) return;
    const roots: Hash[] = [];
    for (let tile = first; tile < full; tile++) {
      const frontier = Frontier.empty();
      for (const hash of tier.read(tile * tileWidth, tileWidth)) frontier.appendLeaf(hash);
      roots.push(frontier.root());
    }
    this.#append(level + 1, roots);
  }

  #align(): void {
    for (let level = 0; ; level++) {
      const full = Math.floor(this.#tier(level).count / tileWidth);
      // Up to the first file that is not there: above a file without a full tile nothing counts.
      if (full === 0 && !nodeDisk.exists(treeFilePath(this.#dataDir, level + 1))) return;
      const above = this.#tier(level + 1);
      above.cut(Math.min(above.count, full));
      this.#raise(level, above.count);
    }
  }

  #tier(level: number): Tier {
    const known = this.#tiers[level];
    if (known !== undefined) return known;
    const tier = new Tier(treeFilePath(this.#dataDir, level));
    this.#tiers[level] = tier;
    return tier;
  }
}

/** One file of hashes. */
class Tier {
  readonly #fd: number;
  count: number;

  constructor(path: string) {
    this.#fd = openSync(path, 'a+', 0o600);
    this.count = Math.floor(fstatSync(this.#fd).size / hashBytes);
    this.cut(this.count);
  }

  append(hashes: readonly Hash[]): void {
    const bytes = Buffer.from(hashes.join(''), 'latin1');
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#fd, bytes, written);
    this.count += hashes.length;
  }

  read(first: number, count: number): Hash[] {
    const bytes = Buffer.alloc(count * hashBytes);
    readSync(this.#fd, bytes, 0, bytes.length, first * hashBytes);
    return Array.from({ length: count }, (_, i) => bytes.toString('latin1', i * hashBytes, (i + 1) * hashBytes));
  }

  cut(count: number): void {
    ftruncateSync(this.#fd, count * hashBytes);
    this.count = count;
  }

  close(): void {
    closeSync(this.#fd);
  }
}
