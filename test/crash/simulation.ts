// One seeded life of a log on a simulated disk: commits, crashes, failures, reopenings, readers and a stranger's hand.
// After each reopening it checks what must always hold, and throws with what did not.

import assert from 'node:assert/strict';
import { AuditError } from '../../packages/log/src/base/errors.ts';
import { openCheckpoint } from '../../packages/log/src/integrity/checkpoint.ts';
import { Frontier } from '../../packages/log/src/integrity/frontier.ts';
import { leafHash } from '../../packages/log/src/integrity/hash.ts';
import { createSigner, generateSigningKey, type Signer } from '../../packages/log/src/integrity/signer.ts';
import { readHeadFrom } from '../../packages/log/src/log/head.ts';
import { isSeal, parseGap, parseSeal, positionOf } from '../../packages/log/src/log/line.ts';
import { Sealer } from '../../packages/log/src/log/sealer.ts';
import { listSegments, logDirOf } from '../../packages/log/src/log/segment.ts';
import { createRandom, type Random } from './random.ts';
import { DiskFault, PowerCut, SimulatedDisk } from './simulated-disk.ts';

const dataDir = '/data';
const signer: Signer = createSigner('example.com/simulated', generateSigningKey());

/** What one life did, so that a test can tell that the faults it is about happened at all. */
export interface Life {
  acknowledged: number;
  crashes: number;
  failures: number;
  recovered: number;
}

export function simulate(seed: number): Life {
  return new Simulation(createRandom(seed)).run();
}

class Simulation {
  readonly #random: Random;
  readonly #disk: SimulatedDisk;
  readonly #life: Life = { acknowledged: 0, crashes: 0, failures: 0, recovered: 0 };
  /** Bodies by position: acknowledged, so they must be there for ever. */
  readonly #acknowledged = new Map<number, string>();
  /** Commits whose outcome is unknown: each must be there whole or not at all. */
  #unknown: string[][] = [];
  /** Lines that a reader saw. */
  readonly #seen = new Map<number, string>();
  readonly #verifiedSeals = new Set<string>();
  #sealer: Sealer | undefined;
  #nextBody = 0;
  #wallMs = 1_800_000_000_000;
  #strangersLines = 0;

  constructor(random: Random) {
    this.#random = random;
    this.#disk = new SimulatedDisk(random);
  }

  run(): Life {
    const random = this.#random;
    for (let step = 0; step < 40; step++) {
      this.#disk.faults = random.chance(0.3) ? { write: 0.1, sync: 0.1 } : { write: 0, sync: 0 };
      this.#disk.capacityBytes = random.chance(0.1) ? 4_000 + random.below(20_000) : Number.POSITIVE_INFINITY;
      if (random.chance(0.15)) this.#disk.stepsToPowerCut = random.below(8);
      try {
        this.#act();
        this.#read();
      } catch (error) {
        this.#fall(error);
      }
    }
    this.#disk.faults = { write: 0, sync: 0 };
    this.#disk.capacityBytes = Number.POSITIVE_INFINITY;
    this.#disk.stepsToPowerCut = undefined;
    this.#disk.crash();
    this.#open();
    return this.#life;
  }

  #act(): void {
    const random = this.#random;
    if (this.#sealer === undefined) {
      if (random.chance(0.2)) this.#stranger();
      this.#open();
    } else if (random.chance(0.1)) {
      // The process ends, the machine goes on: the page cache stays as it is.
      this.#sealer = undefined;
    } else {
      this.#commit();
    }
  }

  #commit(): void {
    const count = 1 + this.#random.below(5);
    const bodies = Array.from({ length: count }, () => {
      this.#wallMs += this.#random.below(50);
      return JSON.stringify({
        event_type: 'data_access',
        n: this.#nextBody++,
        pad: 'x'.repeat(this.#random.below(700)),
      });
    });
    this.#unknown.push(bodies);
    const commit = this.#sealer!.commit(bodies.map((body) => Buffer.from(body)));
    this.#unknown.pop();
    for (const [index, body] of bodies.entries()) this.#acknowledged.set(commit.first + index, body);
    this.#life.acknowledged += bodies.length;
  }

  #fall(error: unknown): void {
    this.#sealer = undefined;
    if (error instanceof PowerCut || (error instanceof AuditError && error.cause instanceof PowerCut)) {
      this.#disk.crash();
      this.#life.crashes += 1;
    } else if (error instanceof DiskFault || (error instanceof AuditError && error.cause instanceof DiskFault)) {
      this.#life.failures += 1;
      if (this.#random.chance(0.3)) this.#disk.crash();
    } else {
      throw error;
    }
  }

  #open(): void {
    const before = this.#disk.list('/data/quarantine').length;
    this.#sealer = new Sealer({
      disk: this.#disk,
      dataDir,
      signer,
      clock: {
        timestamp: () => `${new Date(this.#wallMs).toISOString().slice(0, -1)}000Z`,
        wallMs: () => this.#wallMs,
        monotonicMs: () => this.#wallMs - 1_700_000_000_000,
        bootId: 'simulated',
      },
      segmentBytesMax: 4_000,
      ballastBytes: 0,
      evidence: [],
      creation: { format: 1 },
      firstRecords: [],
    });
    if (this.#disk.list('/data/quarantine').length > before) this.#life.recovered += 1;
    this.#check();
  }

  /** Lines that nobody sealed, put at the end of the log while it has no writer. */
  #stranger(): void {
    const last = listSegments(logDirOf(dataDir), this.#disk).at(-1);
    if (last === undefined) return;
    const forged = `{"seq":${this.#random.below(100)},"forged":${this.#strangersLines++}}\n`;
    this.#disk.tamper(last.path, (bytes) => Buffer.concat([bytes, Buffer.from(forged)]));
  }

  /** Reads as readers do: up to the head. */
  #read(): void {
    const head = readHeadFrom(this.#disk, dataDir);
    if (head === undefined || !this.#disk.exists(`/data/log/${head.segment}`)) return;
    const text = this.#disk.readRange(`/data/log/${head.segment}`, 0, head.offset).toString();
    for (const line of text.split('\n')) {
      const seq = positionOf(line);
      if (seq !== undefined) this.#seen.set(seq, line);
    }
  }

  #check(): void {
    const lines = this.#verifiedLines();
    for (const [seq, body] of this.#acknowledged) {
      assert.equal(lines[seq], `{"seq":${seq},${body.slice(1)}`, `the acknowledged record ${seq} is not there`);
    }
    for (const [seq, line] of this.#seen)
      assert.equal(lines[seq], line, `a reader saw ${seq}, and now it is different`);
    assert.ok(!lines.some((line) => line.includes('"forged"')), 'a line that nobody appended was sealed');
    this.#settleUnknown(lines);
  }

  /** A commit whose outcome was unknown is there whole, or not at all; from now on it is known. */
  #settleUnknown(lines: readonly string[]): void {
    const positions = new Map(lines.map((line, seq) => [line.replace(/^\{"seq":\d+,/, '{'), seq]));
    for (const bodies of this.#unknown) {
      const there = bodies.filter((body) => positions.has(body));
      assert.ok(there.length === 0 || there.length === bodies.length, 'a commit is there in part');
      for (const body of there) this.#acknowledged.set(positions.get(body)!, body);
    }
    this.#unknown = [];
    const known = new Set(this.#acknowledged.values());
    for (const body of positions.keys()) {
      assert.ok(body.includes('"event_type":"system"') || known.has(body), `the log made a record up: ${body}`);
    }
  }

  /** All lines of the log, after a verification that shares no code with the writer's but the hashes. */
  #verifiedLines(): string[] {
    const lines: string[] = [];
    const frontier = Frontier.empty();
    for (const segment of listSegments(logDirOf(dataDir), this.#disk)) {
      const text = this.#disk.readFile(segment.path).toString();
      assert.ok(text.endsWith('\n'), `${segment.name} does not end in a newline`);
      const [first = '', ...rest] = text.slice(0, -1).split('\n');
      const gap = parseGap(first);
      if (segment.first > 0) assert.deepEqual(gap?.nodes, frontier.nodes, `${segment.name} begins with another tree`);
      for (const line of segment.first > 0 ? rest : [first, ...rest]) {
        assert.equal(positionOf(line), frontier.size, `${segment.name} has a line out of place`);
        if (isSeal(line)) this.#verifySeal(line, frontier);
        frontier.appendLeaf(leafHash(line));
        lines.push(line);
      }
      assert.ok(isSeal(lines.at(-1) ?? ''), `${segment.name} does not end in a seal`);
    }
    return lines;
  }

  #verifySeal(line: string, frontier: Frontier): void {
    const claim = `${line}\n${frontier.root()}`;
    // The same line over the same tree was looked at after an earlier reopening: signatures are what takes long.
    if (this.#verifiedSeals.has(claim)) return;
    const { size, root } = openCheckpoint(parseSeal(line)?.details.checkpoint ?? '', [signer.verifier]);
    assert.equal(size, frontier.size, 'a seal is over another size');
    assert.equal(root, frontier.root(), 'a seal is over another tree');
    this.#verifiedSeals.add(claim);
  }
}
