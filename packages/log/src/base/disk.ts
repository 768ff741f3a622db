// All that Indelible knows of making bytes durable. The log is written through this interface, so that the crash
// simulation can put a disk under the real code that tears, forgets and fails as disks do.
//
//   append   write(fd) … fdatasync(fd)                          the bytes and the file's size are durable
//   create   open(O_CREAT|O_EXCL) … fsync(directory)            the name is durable
//   replace  write(tmp) fsync(tmp) rename(tmp, name) fsync(directory)   old or new content, never a mix

import {
  closeSync,
  constants,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

const fileMode = 0o600;
const directoryMode = 0o700;
const rewriteBytes = 1 << 20;

/** A file that only grows, owned by one writer. */
export interface AppendFile {
  readonly path: string;
  /** The bytes that this descriptor's owner knows to be in the file. */
  readonly size: number;
  /** Writes all of `bytes` at the end, or throws; after a throw the file may hold any part of them. */
  write(bytes: Uint8Array): void;
  /** fdatasync: returns when all that was written is durable. After a throw nothing can be said of it. */
  sync(): void;
  /** Cuts the file to `size` bytes. Durable after the next `sync`. */
  truncate(size: number): void;
  /** What stands between here and the file expected, as a sentence; undefined when path and descriptor agree. */
  replaced(): string | undefined;
  close(): void;
}

/** A small file overwritten in place, never synced: a hint that is checked when it is read. */
export interface ScratchFile {
  overwrite(bytes: Uint8Array): void;
  close(): void;
}

export interface Disk {
  /** Makes the folder and those above it, durable, mode 0700. */
  makeDirectory(path: string): void;
  /** The names in a folder, sorted; none if there is no folder. */
  list(path: string): string[];
  exists(path: string): boolean;
  size(path: string): number;
  readFile(path: string): Buffer;
  /** The bytes from `start` to `end` or to the end of the file, whichever comes first. */
  readRange(path: string, start: number, end: number): Buffer;
  /**
   * Opens a file for appending. `create` makes it and fails if it is there. Its name is durable after `syncDirectory`.
   */
  openAppend(path: string, create: boolean): AppendFile;
  openScratch(path: string): ScratchFile;
  /**
   * Writes the bytes from `start` to `end` again where they stand, and syncs them. After a failed sync the system may
   * hold pages that it takes for clean and that never reached the disk; only writing them again makes a sync mean
   * something.
   */
  rewrite(path: string, start: number, end: number): void;
  /** Puts a file in place whole, durable when it returns. */
  replaceFile(path: string, bytes: Uint8Array): void;
  /** Removes a file if it is there. Durable after `syncDirectory`. */
  remove(path: string): void;
  rename(from: string, to: string): void;
  syncDirectory(path: string): void;
  /** Bytes that an unprivileged writer can still use, and the size of the file system. */
  space(path: string): { freeBytes: number; totalBytes: number };
}

class NodeAppendFile implements AppendFile {
  readonly path: string;
  readonly #fd: number;
  #size: number;

  constructor(path: string, fd: number) {
    this.path = path;
    this.#fd = fd;
    this.#size = fstatSync(fd).size;
  }

  get size(): number {
    return this.#size;
  }

  write(bytes: Uint8Array): void {
    writeAll(this.#fd, bytes);
    this.#size += bytes.length;
  }

  sync(): void {
    fdatasyncSync(this.#fd);
  }

  truncate(size: number): void {
    ftruncateSync(this.#fd, size);
    this.#size = size;
  }

  replaced(): string | undefined {
    const open = fstatSync(this.#fd);
    if (open.size !== this.#size) return `${this.path} has ${open.size} bytes where ${this.#size} were written`;
    const named = statSync(this.path, { throwIfNoEntry: false });
    if (named === undefined) return `${this.path} is gone`;
    if (named.ino !== open.ino || named.dev !== open.dev) return `${this.path} is another file now`;
    return undefined;
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** The machine's own file system. */
export const nodeDisk: Disk = {
  makeDirectory(path) {
    if (existsSync(path)) return;
    const parent = dirname(path);
    if (parent !== path) this.makeDirectory(parent);
    mkdirSync(path, { mode: directoryMode, recursive: true });
    this.syncDirectory(parent);
  },
  list(path) {
    return existsSync(path) ? readdirSync(path).sort() : [];
  },
  exists: existsSync,
  size(path) {
    return statSync(path).size;
  },
  readFile(path) {
    return readFileSync(path);
  },
  readRange(path, start, end) {
    const fd = openSync(path, 'r');
    try {
      const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(end, fstatSync(fd).size) - start));
      let filled = 0;
      while (filled < bytes.length) {
        const got = readSync(fd, bytes, filled, bytes.length - filled, start + filled);
        if (got === 0) break;
        filled += got;
      }
      return bytes.subarray(0, filled);
    } finally {
      closeSync(fd);
    }
  },
  openAppend(path, create) {
    const { O_APPEND, O_RDWR, O_CREAT, O_EXCL } = constants;
    return new NodeAppendFile(
      path,
      openSync(path, create ? O_RDWR | O_APPEND | O_CREAT | O_EXCL : O_RDWR | O_APPEND, fileMode),
    );
  },
  openScratch(path) {
    const fd = openSync(path, constants.O_RDWR | constants.O_CREAT, fileMode);
    return {
      overwrite: (bytes) => writeAll(fd, bytes, 0),
      close: () => closeSync(fd),
    };
  },
  rewrite(path, start, end) {
    const fd = openSync(path, 'r+');
    try {
      for (let at = start; at < end; at += rewriteBytes) {
        writeAll(fd, this.readRange(path, at, Math.min(at + rewriteBytes, end)), at);
      }
      fdatasyncSync(fd);
    } finally {
      closeSync(fd);
    }
  },
  replaceFile(path, bytes) {
    const temporary = `${path}.tmp`;
    const fd = openSync(temporary, 'w', fileMode);
    try {
      writeAll(fd, bytes);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
    this.syncDirectory(dirname(path));
  },
  remove(path) {
    rmSync(path, { force: true });
  },
  rename: renameSync,
  syncDirectory(path) {
    const fd = openSync(path, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  },
  space(path) {
    const { bavail, blocks, bsize } = statfsSync(path);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  },
};

function writeAll(fd: number, bytes: Uint8Array, position: number | null = null): void {
  let written = 0;
  while (written < bytes.length) {
    const at = position === null ? null : position + written;
    written += writeSync(fd, bytes, written, bytes.length - written, at);
  }
}
