// A disk in memory that forgets, tears and fails as disks do. It keeps two states: what a process sees (the page
// cache), and what would be there after a power cut. A sync moves one into the other; a crash keeps a random part of
// the rest.
//
//   write     cached; on its way, page by page, in no order
//   sync      durable, or fails: then its pages count as clean, and a later sync of the same file does not write them
//   crash     any of the pages on their way arrived; any first part of the folder's changes did

import { dirname } from 'node:path';
import type { AppendFile, Disk, ScratchFile } from '../../packages/log/src/base/disk.ts';
import type { Random } from './random.ts';

const pageBytes = 512;

interface Inode {
  cached: Buffer;
  durable: Buffer;
  /** Changes that are cached only, oldest first. */
  unsynced: Change[];
}

type Change = { kind: 'write'; at: number; bytes: Buffer } | { kind: 'truncate'; size: number };
type NameChange = { kind: 'link'; path: string; inode: Inode } | { kind: 'unlink'; path: string };

export interface Faults {
  /** Probability that a write fails, and that a sync does. */
  write: number;
  sync: number;
}

export class DiskFault extends Error {
  readonly code: string;
  constructor(code: string, what: string) {
    super(`${code}: simulated failure of ${what}`);
    this.code = code;
  }
}

/** Thrown out of whatever the process was doing when the power went. */
export class PowerCut extends Error {}

export class SimulatedDisk implements Disk {
  readonly #random: Random;
  readonly #names = new Map<string, Inode>();
  #durableNames = new Map<string, Inode>();
  #nameChanges: NameChange[] = [];
  readonly #directories = new Set<string>(['/']);
  faults: Faults = { write: 0, sync: 0 };
  /** Writes and syncs until the power goes; undefined for never. */
  stepsToPowerCut: number | undefined;
  capacityBytes = Number.POSITIVE_INFINITY;

  constructor(random: Random) {
    this.#random = random;
  }

  makeDirectory(path: string): void {
    // Folders are made once, before anything is recorded: their own loss is a log that never was.
    for (let at = path; !this.#directories.has(at); at = dirname(at)) this.#directories.add(at);
  }

  list(path: string): string[] {
    const prefix = `${path}/`;
    const inside = [...this.#names.keys()].filter((name) => name.startsWith(prefix));
    return inside
      .map((name) => name.slice(prefix.length))
      .filter((name) => !name.includes('/'))
      .sort();
  }

  exists(path: string): boolean {
    return this.#names.has(path) || this.#directories.has(path);
  }

  size(path: string): number {
    return this.#inode(path).cached.length;
  }

  readFile(path: string): Buffer {
    return Buffer.from(this.#inode(path).cached);
  }

  readRange(path: string, start: number, end: number): Buffer {
    return Buffer.from(this.#inode(path).cached.subarray(start, end));
  }

  openAppend(path: string, create: boolean): AppendFile {
    if (create && this.#names.has(path)) throw new DiskFault('EEXIST', path);
    if (create) this.#link(path, { cached: Buffer.alloc(0), durable: Buffer.alloc(0), unsynced: [] });
    const inode = this.#inode(path);
    let size = inode.cached.length;
    const disk = this;
    return {
      path,
      get size() {
        return size;
      },
      write(bytes) {
        disk.#write(inode, inode.cached.length, bytes);
        size += bytes.length;
      },
      sync: () => disk.#sync(inode),
      truncate(to) {
        disk.#step();
        apply(inode, { kind: 'truncate', size: to });
        size = to;
      },
      replaced() {
        if (disk.#names.get(path) !== inode) return `${path} is gone`;
        return inode.cached.length === size ? undefined : `${path} has ${inode.cached.length} bytes, not ${size}`;
      },
      close() {},
    };
  }

  openScratch(path: string): ScratchFile {
    if (!this.#names.has(path)) this.#link(path, { cached: Buffer.alloc(0), durable: Buffer.alloc(0), unsynced: [] });
    const inode = this.#inode(path);
    return { overwrite: (bytes) => this.#write(inode, 0, bytes), close() {} };
  }

  rewrite(path: string, start: number, end: number): void {
    const inode = this.#inode(path);
    this.#write(inode, start, Buffer.from(inode.cached.subarray(start, end)));
    this.#sync(inode);
  }

  replaceFile(path: string, bytes: Uint8Array): void {
    const inode: Inode = { cached: Buffer.alloc(0), durable: Buffer.alloc(0), unsynced: [] };
    this.#write(inode, 0, bytes);
    this.#sync(inode);
    this.#link(path, inode);
    this.syncDirectory(dirname(path));
  }

  remove(path: string): void {
    if (!this.#names.delete(path)) return;
    this.#nameChanges.push({ kind: 'unlink', path });
  }

  rename(from: string, to: string): void {
    const inode = this.#inode(from);
    this.remove(from);
    this.#link(to, inode);
  }

  syncDirectory(path: string): void {
    this.#step();
    if (this.#random.chance(this.faults.sync)) throw new DiskFault('EIO', `fsync of ${path}`);
    for (const change of this.#nameChanges) this.#persistName(change);
    this.#nameChanges = [];
  }

  space(): { freeBytes: number; totalBytes: number } {
    return { freeBytes: this.#free(), totalBytes: this.capacityBytes };
  }

  /** The power goes: what is left is what was durable, and any part of what was on its way. */
  crash(): void {
    const kept = this.#random.below(this.#nameChanges.length + 1);
    for (const change of this.#nameChanges.slice(0, kept)) this.#persistName(change);
    this.#nameChanges = [];
    this.#names.clear();
    for (const [path, inode] of this.#durableNames) this.#names.set(path, inode);
    for (const inode of new Set(this.#names.values())) settle(inode, this.#random);
    this.stepsToPowerCut = undefined;
  }

  /** Somebody else's hand: bytes that arrive without the writer. */
  tamper(path: string, change: (bytes: Buffer) => Buffer): void {
    const inode = this.#inode(path);
    inode.cached = change(inode.cached);
    inode.durable = Buffer.from(inode.cached);
    inode.unsynced = [];
  }

  #write(inode: Inode, at: number, bytes: Uint8Array): void {
    this.#step();
    const room = this.#free() - Math.max(0, at + bytes.length - inode.cached.length);
    if (room < 0) {
      this.#writePart(inode, at, bytes, Math.max(0, bytes.length + room));
      throw new DiskFault('ENOSPC', 'write');
    }
    if (this.#random.chance(this.faults.write)) {
      // It may have written nothing, a part, or everything and failed all the same.
      this.#writePart(inode, at, bytes, this.#random.below(bytes.length + 1));
      if (this.#random.chance(0.3)) this.#writePart(inode, at, bytes, bytes.length);
      throw new DiskFault('EIO', 'write');
    }
    this.#writePart(inode, at, bytes, bytes.length);
  }

  #writePart(inode: Inode, at: number, bytes: Uint8Array, length: number): void {
    if (length > 0) apply(inode, { kind: 'write', at, bytes: Buffer.from(bytes.subarray(0, length)) });
  }

  #sync(inode: Inode): void {
    this.#step();
    if (this.#random.chance(this.faults.sync)) {
      // Some pages arrived, the others count as clean from now on although they did not. A file's length is the file
      // system's own record, kept in its journal: it is still on its way.
      for (const change of inode.unsynced.splice(0)) {
        if (change.kind === 'truncate') inode.unsynced.push(change);
        else
          for (const page of pagesOf(change))
            if (this.#random.chance(0.5)) inode.durable = changed(inode.durable, page);
      }
      throw new DiskFault('EIO', 'fdatasync');
    }
    for (const change of inode.unsynced.splice(0)) inode.durable = changed(inode.durable, change);
  }

  #step(): void {
    if (this.stepsToPowerCut === undefined) return;
    if (this.stepsToPowerCut-- <= 0) throw new PowerCut('the power went');
  }

  #free(): number {
    let used = 0;
    for (const inode of new Set(this.#names.values())) used += inode.cached.length;
    return this.capacityBytes - used;
  }

  #link(path: string, inode: Inode): void {
    this.#names.set(path, inode);
    this.#nameChanges.push({ kind: 'link', path, inode });
  }

  #persistName(change: NameChange): void {
    if (change.kind === 'link') this.#durableNames.set(change.path, change.inode);
    else this.#durableNames.delete(change.path);
  }

  #inode(path: string): Inode {
    const inode = this.#names.get(path);
    if (inode === undefined) throw new DiskFault('ENOENT', path);
    return inode;
  }
}

function apply(inode: Inode, change: Change): void {
  inode.cached = changed(inode.cached, change);
  inode.unsynced.push(change);
}

function changed(content: Buffer, change: Change): Buffer {
  if (change.kind === 'truncate') {
    return Buffer.concat([content.subarray(0, change.size), Buffer.alloc(Math.max(0, change.size - content.length))]);
  }
  const end = change.at + change.bytes.length;
  const grown = Buffer.concat([content, Buffer.alloc(Math.max(0, end - content.length))]);
  change.bytes.copy(grown, change.at);
  return grown;
}

function pagesOf(change: Change): Change[] {
  if (change.kind === 'truncate') return [change];
  const pages: Change[] = [];
  for (let from = 0; from < change.bytes.length; ) {
    // Pages lie at multiples of their size in the file, wherever the write began.
    const to = Math.min(change.bytes.length, from + pageBytes - ((change.at + from) % pageBytes));
    pages.push({ kind: 'write', at: change.at + from, bytes: change.bytes.subarray(from, to) });
    from = to;
  }
  return pages;
}

function settle(inode: Inode, random: Random): void {
  const pages = inode.unsynced.flatMap(pagesOf);
  const share = [0, 1, random.next()][random.below(3)] ?? 0;
  for (const page of pages) if (random.chance(share)) inode.durable = changed(inode.durable, page);
  inode.unsynced = [];
  inode.cached = Buffer.from(inode.durable);
}
