// Keeps what a part's seals and key records say: which log they are of, which keys it names, what their clocks show,
// and which signatures whoever judges the keys has to check.

import { parseVkey, type Verifier } from '../integrity/key.ts';
import { ClockWatch } from './clock-watch.ts';
import type { PartFindings } from './finding.ts';
import type { KeyRecord, SealToCheck } from './part.ts';
import { type ReadSeal, readSeal } from './sealed-line.ts';

/** Where a seal stands, and the commit that it ends. */
export interface SealPlace {
  readonly seq: number;
  readonly line: number;
  /** The first line that the seal covers and the one before it does not. */
  readonly commitFirst: number;
  readonly commitLine: number;
}

const keyRecordsMax = 1000;

export class SealLedger {
  readonly keyRecords: KeyRecord[] = [];
  readonly sealsToCheck: SealToCheck[] = [];
  readonly #clock = new ClockWatch();
  readonly #verifiers = new Map<string, Verifier>();
  readonly #findings: PartFindings;
  readonly #allSignatures: boolean;
  #origin: string | undefined;
  #rotationPending = false;
  #last: { readonly place: SealPlace; readonly text: string } | undefined;

  constructor(vkeys: readonly string[], allSignatures: boolean, findings: PartFindings) {
    this.#allSignatures = allSignatures;
    this.#findings = findings;
    for (const vkey of vkeys) this.#learnKey(vkey);
  }

  get origin(): string | undefined {
    return this.#origin;
  }

  /** Whether a seal has to be read whole, though its root is found in it. */
  get mustReadSeals(): boolean {
    return this.#rotationPending || this.#allSignatures;
  }

  clockStepped(): void {
    this.#clock.stepped();
  }

  /** A `log_created` or `key_rotated` record. */
  keyRecord(seq: number, line: number, details: Record<string, unknown>): void {
    const isRotation = details.new_vkey !== undefined;
    if (!isRotation && details.format !== 1) {
      const message = `The log is of format ${String(details.format)}, which this version does not know.`;
      this.#findings.report('format_unknown', { line, seq }, message);
    }
    const newVkey = isRotation ? details.new_vkey : details.vkey;
    if (typeof newVkey !== 'string' || this.keyRecords.length >= keyRecordsMax) return;
    const oldVkey = typeof details.old_vkey === 'string' ? { oldVkey: details.old_vkey } : {};
    this.keyRecords.push({ seq, line, newVkey, ...oldVkey });
    this.#learnKey(newVkey);
    this.#rotationPending ||= isRotation;
  }

  /**
   * Takes a seal in; `seal` is undefined where its root was found without reading the rest, or where it is not
   * believed.
   */
  seal(place: SealPlace, text: string, timestamp: string, seal: ReadSeal | undefined): void {
    const { line, seq } = place;
    this.#last = { place, text };
    const clockFault = this.#clock.seal(text, timestamp);
    if (clockFault !== undefined) this.#findings.report('clock_went_back', { line, seq }, clockFault, 'note');
    if (seal === undefined) return;
    this.#checkOrigin(seal.checkpoint.origin, place);
    const isUnknownToUs = this.#allSignatures && !this.isSigned(seal);
    if (this.#rotationPending || isUnknownToUs) this.sealsToCheck.push({ ...place, checkpoint: seal.note });
    this.#rotationPending = false;
  }

  /** Whether it bears a wrong signature of a key known here. False where nobody known here signed it at all. */
  isForged(seal: ReadSeal): boolean {
    return this.#signatures(seal).some((isGood) => !isGood);
  }

  /** Whether one of the keys known here signed it. */
  isSigned(seal: ReadSeal): boolean {
    return this.#signatures(seal).some((isGood) => isGood);
  }

  /** Of each signature by a known key, whether it is good. */
  #signatures({ checkpoint: { note, origin } }: ReadSeal): boolean[] {
    return note.signatures.flatMap(({ name, keyId, signature }) => {
      const verifier = name === origin ? this.#verifiers.get(`${name}+${keyId}`) : undefined;
      return verifier === undefined ? [] : [verifier.verify(note.text, signature)];
    });
  }

  /** No later seal covers the last one, so that it is read strictly and its signature is always checked. */
  finish(): void {
    if (this.#last === undefined) return;
    const { place, text } = this.#last;
    const seal = readSeal(text);
    if (seal === undefined || !seal.isCanonical) {
      const message = 'The last seal is not written as the log writes it.';
      this.#findings.report('seal_malformed', { line: place.line, seq: place.seq }, message);
    }
    if (seal !== undefined && this.sealsToCheck.at(-1)?.seq !== place.seq) {
      this.sealsToCheck.push({ ...place, checkpoint: seal.note });
    }
  }

  #checkOrigin(origin: string, { line, seq }: SealPlace): void {
    this.#origin ??= origin;
    if (origin === this.#origin) return;
    const message = `The seal is of the log ${origin}, not of ${this.#origin}.`;
    this.#findings.report('origin_changed', { line, seq }, message);
  }

  #learnKey(vkey: string): void {
    try {
      const verifier = parseVkey(vkey);
      this.#verifiers.set(`${verifier.name}+${verifier.keyId}`, verifier);
    } catch {
      // A key that cannot be read checks nothing; whoever judges the keys says so.
    }
  }
}
