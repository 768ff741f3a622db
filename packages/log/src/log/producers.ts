// Lets producers retry. A producer numbers its events (`context.producer {id, epoch, seq}`); what the log already has
// under a number is not recorded twice, also after a restart. What is remembered lives in `<data>/cursors/producers`
// and is brought up to date from the log when the first numbered event comes: a log without producers pays nothing.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeDisk } from '../base/disk.ts';
import { AuditError } from '../base/errors.ts';
import type { Receipt } from './log.ts';
import { readLines } from './reader.ts';
import { receiptFor } from './receipt.ts';

export interface ProducerMark {
  readonly id: string;
  /** Grows with each life of the producer: numbers begin anew with it. */
  readonly epoch: number;
  readonly seq: number;
}

interface Producer {
  epoch: number;
  /** Position in the log by number, oldest first; a promise while the record is under way. */
  readonly recorded: Map<number, number | Promise<Receipt>>;
  /** Numbers up to this one may have been forgotten. */
  forgotten: number;
}

/** How many of a producer's newest numbers are remembered. */
const windowSize = 1024;
/** Saved again after so many records, which bounds what a start after a crash has to read. */
const saveEvery = 10_000;

export class ProducerTable {
  readonly #dataDir: string;
  #table: Promise<Map<string, Producer>> | undefined;
  #unsaved = 0;
  #loaded: Map<string, Producer> | undefined;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /**
   * Calls `append` unless the log has this number already; then resolves to the receipt of the record that has it.
   * @throws AuditError `conflict` kind if the number is so old, or its epoch so past, that nobody can tell any more.
   */
  async once(mark: ProducerMark, append: () => Promise<Receipt>): Promise<Receipt> {
    this.#table ??= this.#load();
    const producer = producerFor(await this.#table, mark);
    const known = producer.recorded.get(mark.seq);
    if (typeof known === 'number') return receiptFor(this.#dataDir, known);
    if (known !== undefined) return known;
    if (mark.seq <= producer.forgotten) {
      const message = `producer ${mark.id}: number ${mark.seq} is older than the last ${windowSize}; was it recorded before?`;
      throw new AuditError('producer_conflict', message, { details: { ...mark } });
    }
    const underWay = append();
    producer.recorded.set(mark.seq, underWay);
    try {
      const receipt = await underWay;
      remember(producer, mark.seq, receipt.seq);
      if (++this.#unsaved >= saveEvery) this.save(receipt.seq + 1);
      return receipt;
    } catch (error) {
      producer.recorded.delete(mark.seq);
      throw error;
    }
  }

  /** Writes down what is remembered; `position` is how much of the log it takes into account, at most. */
  save(position: number): void {
    const table = this.#loaded;
    if (table === undefined) return;
    // Records under way have a greater position than any that is written here; the next start finds them in the log.
    const producers = [...table].map(([id, { epoch, recorded, forgotten }]) => {
      const settled = [...recorded].filter(([, at]) => typeof at === 'number');
      return [id, { epoch, forgotten, recorded: settled }];
    });
    this.#unsaved = 0;
    nodeDisk.makeDirectory(join(this.#dataDir, 'cursors'));
    nodeDisk.replaceFile(
      this.#path,
      Buffer.from(`${JSON.stringify({ position, producers: Object.fromEntries(producers) })}\n`),
    );
  }

  get #path(): string {
    return join(this.#dataDir, 'cursors', 'producers');
  }

  async #load(): Promise<Map<string, Producer>> {
    const { table, position } = readSaved(this.#path);
    for await (const lines of readLines(this.#dataDir, { from: position })) {
      for (const { seq, line } of lines) {
        if (!line.includes('"producer":{')) continue;
        const mark = markOf(line);
        if (mark !== undefined) remember(producerFor(table, mark), mark.seq, seq);
      }
    }
    this.#loaded = table;
    return table;
  }
}

function producerFor(table: Map<string, Producer>, { id, epoch }: ProducerMark): Producer {
  const known = table.get(id);
  if (known !== undefined && epoch < known.epoch) {
    const message = `producer ${id} is in epoch ${known.epoch}: an event of epoch ${epoch} comes from an earlier life`;
    throw new AuditError('producer_conflict', message, { details: { id, epoch } });
  }
  if (known !== undefined && epoch === known.epoch) return known;
  const fresh: Producer = { epoch, recorded: new Map(), forgotten: -1 };
  table.set(id, fresh);
  return fresh;
}

function remember(producer: Producer, seq: number, position: number): void {
  producer.recorded.set(seq, position);
  for (const [oldest, at] of producer.recorded) {
    if (producer.recorded.size <= windowSize || typeof at !== 'number') break;
    producer.recorded.delete(oldest);
    producer.forgotten = Math.max(producer.forgotten, oldest);
  }
}

function markOf(line: string): ProducerMark | undefined {
  const producer = parse(line)?.context?.producer;
  const whole =
    typeof producer?.id === 'string' && Number.isSafeInteger(producer.epoch) && Number.isSafeInteger(producer.seq);
  return whole ? producer : undefined;
}

/** A line that is no JSON was damaged since: verification tells of it, and no producer can be asked to. */
function parse(line: string): { context?: { producer?: ProducerMark } } | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function readSaved(path: string): { table: Map<string, Producer>; position: number } {
  const table = new Map<string, Producer>();
  try {
    const { position, producers } = JSON.parse(readFileSync(path, 'utf8'));
    for (const [id, { epoch, forgotten, recorded }] of Object.entries<Producer>(producers)) {
      table.set(id, { epoch, forgotten, recorded: new Map(recorded) });
    }
    return { table, position };
  } catch {
    // Missing or unreadable: it is derived, and the whole log is read instead.
    return { table: new Map(), position: 0 };
  }
}
