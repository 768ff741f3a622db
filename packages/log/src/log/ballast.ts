// A file that only takes up room. When the disk is full it is removed, so that there is room to record just that.

import { join } from 'node:path';
import type { Disk } from '../base/disk.ts';

export class Ballast {
  readonly #disk: Disk;
  readonly #path: string;
  readonly #bytes: number;

  constructor(disk: Disk, dataDir: string, bytes: number) {
    this.#disk = disk;
    this.#path = join(dataDir, 'ballast');
    this.#bytes = bytes;
  }

  /** Makes the file if there is room for it four times over. Failing to is no error: it only helps. */
  fill(): void {
    if (this.#bytes === 0 || this.#disk.exists(this.#path)) return;
    try {
      if (this.#disk.space(join(this.#path, '..')).freeBytes < 4 * this.#bytes) return;
      // Real bytes: a file system would give a file of holes no room.
      this.#disk.replaceFile(this.#path, Buffer.alloc(this.#bytes, 'indelible ballast\n'));
    } catch {
      this.free();
    }
  }

  free(): void {
    try {
      this.#disk.remove(this.#path);
      this.#disk.remove(`${this.#path}.tmp`);
    } catch {
      // A disk that refuses even this has failed in a way that the writer's own error already tells.
    }
  }
}
