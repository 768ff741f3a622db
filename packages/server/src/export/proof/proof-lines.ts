// Thins a log out to what proves some of its records: their lines, the log's records of its keys, the newest seal, and
// gaps for all the rest. What comes out is a copy that `verify` takes, in which every line left out is accounted for.

import {
  AuditError,
  formatGap,
  type Gap,
  GapBuilder,
  isSeal,
  leafHash,
  parseGap,
  recordPrefixOf,
} from '@indelible/log';
import { keyRecordOf } from './key-record.ts';

export class ProofLines {
  /** Positions of records that are there for their keys only, and were not selected. */
  readonly keysOnly: number[] = [];
  /** Records that were selected and met. */
  kept = 0;
  readonly #isSelected: (position: number) => boolean;
  #position = 0;
  #gap: GapBuilder | undefined;
  /** The newest line, if it is a seal. */
  #seal: string | undefined;
  /** Whether the next seal is the one that old and new key have signed. */
  #isRotated = false;

  constructor(isSelected: (position: number) => boolean) {
    this.#isSelected = isSelected;
  }

  /** The position after the last line taken. */
  get position(): number {
    return this.#position;
  }

  /** Takes the next stored line; returns the lines to write, if any. @throws AuditError `log_damaged`. */
  take(line: string): string[] {
    const gap = parseGap(line);
    if (gap !== undefined) return this.#takeGap(gap);
    if (!line.startsWith(recordPrefixOf(this.#position))) throw this.#damaged();
    const out = this.#passSeal();
    if (isSeal(line)) this.#seal = line;
    else if (this.#isKept(line)) out.push(...this.#keep(line));
    else this.#builder().appendLeaf(leafHash(line));
    this.#position += 1;
    return out;
  }

  /** The end: the newest seal, and the gap before it. @throws AuditError `log_damaged` if the log ends without one. */
  finish(): string[] {
    if (this.#seal === undefined) throw this.#damaged();
    return this.#keep(this.#seal);
  }

  #takeGap(gap: Gap): string[] {
    // A segment begins with the gap for all before it, which was read itself.
    if (gap.first === 0 && gap.end === this.#position) return [];
    const out = this.#passSeal();
    if (!this.#builder().appendGap(gap)) throw this.#damaged();
    this.#position = gap.end;
    return out;
  }

  /** A seal after which something follows is not the newest. */
  #passSeal(): string[] {
    const seal = this.#seal;
    this.#seal = undefined;
    if (seal === undefined) return [];
    if (!this.#isRotated) {
      this.#builder(this.#position - 1).appendLeaf(leafHash(seal));
      return [];
    }
    this.#isRotated = false;
    return this.#keep(seal);
  }

  #isKept(line: string): boolean {
    const isSelected = this.#isSelected(this.#position);
    if (isSelected) this.kept += 1;
    const keyRecord = keyRecordOf(line);
    if (keyRecord === 'key_rotated') this.#isRotated = true;
    if (keyRecord !== undefined && !isSelected) this.keysOnly.push(this.#position);
    return isSelected || keyRecord !== undefined;
  }

  #keep(line: string): string[] {
    const gap = this.#gap?.build();
    this.#gap = undefined;
    return gap === undefined ? [line] : [formatGap(gap), line];
  }

  #builder(first = this.#position): GapBuilder {
    this.#gap ??= new GapBuilder(first);
    return this.#gap;
  }

  #damaged(): AuditError {
    const message = `The log is damaged at position ${this.#position}: no proof can be made. Run "indelible verify".`;
    return new AuditError('log_damaged', message, { details: { seq: this.#position } });
  }
}
