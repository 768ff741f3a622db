// What every benchmark shares: interleaved rounds, medians, and one JSON object at the end for `-- --json`.

import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { performance } from 'node:perf_hooks';

export interface Result {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

export interface Contender {
  readonly name: string;
  readonly unit: string;
  /** One round; returns the value to compare. */
  round(): Promise<number> | number;
}

interface Summary extends Result {
  readonly lowest: number;
  readonly highest: number;
}

const json = process.argv.includes('--json');

/**
 * Share of the machine's time that other guests of its host took since the last call, in percent; undefined where the
 * system does not tell. Above a few percent absolute figures mean little, and ratios still something.
 */
export function stolenPercent(): number | undefined {
  const now = cpuTicks();
  if (now === undefined) return undefined;
  const stolen = now.stolen - ticksBefore.stolen;
  const percent = (100 * stolen) / Math.max(1, now.busy - ticksBefore.busy + stolen);
  ticksBefore = now;
  return Math.round(percent);
}

interface Ticks {
  /** Spent by us, and wanted by us but spent by others. */
  readonly busy: number;
  readonly stolen: number;
}

function cpuTicks(): Ticks | undefined {
  try {
    const line = readFileSync('/proc/stat', 'latin1').split('\n', 1)[0] ?? '';
    const [user = 0, nice = 0, system = 0, , , , , stolen = 0] = line.trim().split(/\s+/).slice(1).map(Number);
    return { busy: user + nice + system, stolen };
  } catch {
    return undefined;
  }
}

let ticksBefore = cpuTicks() ?? { busy: 0, stolen: 0 };

/** Microseconds of processor time that this thread has used; wall-clock time where the system does not tell. */
export function threadMicros(): number {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ')[0]) / 1000;
  } catch {
    return performance.now() * 1000;
  }
}

/** Runs all contenders once a round, in turn, so that a noisy moment hits them alike. Returns the median of each. */
export async function interleave(rounds: number, contenders: readonly Contender[]): Promise<Summary[]> {
  const values = contenders.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      say(`round ${round + 1} of ${rounds}: ${contender.name}`);
      values[index]!.push(await contender.round());
    }
  }
  return contenders.map(({ name, unit }, index) => summarize(name, unit, values[index]!));
}

export function summarize(name: string, unit: string, values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  return { name, unit, value: percentile(sorted, 0.5), lowest: sorted[0]!, highest: sorted.at(-1)! };
}

/** The value below which the share `part` of the sorted values lies. */
export function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!;
}

export function figureOf(results: readonly Result[], name: string): number {
  const found = results.find((result) => result.name === name);
  if (found === undefined) throw new Error(`no result named ${name}`);
  return found.value;
}

/** Prints a table for people, or the one object for machines. */
export function report(bench: string, results: readonly (Result | Summary)[], ratios: Record<string, number>): void {
  const { length, 0: first } = cpus();
  const stolen_percent = stolenPercent();
  const machine = { cpus: length, model: first?.model, memory: totalmem(), node: process.version, stolen_percent };
  const rounded = Object.fromEntries(
    Object.entries(ratios).map(([name, value]) => [name, Math.round(value * 1000) / 1000]),
  );
  if (json) {
    const plain = results.map(({ name, value, unit }) => ({ name, value, unit }));
    console.log(JSON.stringify({ bench, machine, results: plain, ratios: rounded }));
    return;
  }
  console.log(
    `\n${bench} on ${machine.cpus} × ${machine.model}, Node ${machine.node}, ${stolen_percent ?? '?'} % stolen by the host\n`,
  );
  for (const result of results) {
    const range = 'lowest' in result ? `   (${figure(result.lowest)} to ${figure(result.highest)})` : '';
    console.log(`  ${result.name.padEnd(52)} ${figure(result.value).padStart(14)} ${result.unit}${range}`);
  }
  console.log('');
  for (const [name, value] of Object.entries(rounded)) console.log(`  ${name.padEnd(52)} ${value}`);
}

/** Talk, on stderr. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function figure(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 2 : 0 });
}
