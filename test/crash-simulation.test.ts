// The real writing and recovery code over a disk that tears, forgets and fails. INDELIBLE_SIM_SEED replays one life,
// INDELIBLE_SIM_RUNS makes more of them, INDELIBLE_SIM_FIRST others.

import { expect, test } from 'vitest';
import { type Life, simulate } from './crash/simulation.ts';

const runs = Number(process.env.INDELIBLE_SIM_RUNS ?? 1_000);
const only = process.env.INDELIBLE_SIM_SEED || undefined;
const firstSeed = Number(only ?? process.env.INDELIBLE_SIM_FIRST ?? 1);
const seeds = Array.from({ length: only === undefined ? runs : 1 }, (_, index) => firstSeed + index);

test('no crash, failure or stranger makes the log lose, forge or take back a record', { timeout: 600_000 }, () => {
  const total: Life = { acknowledged: 0, crashes: 0, failures: 0, recovered: 0 };
  for (const seed of seeds) {
    let life: Life;
    try {
      life = simulate(seed);
    } catch (error) {
      throw new Error(`seed ${seed} failed; replay it with INDELIBLE_SIM_SEED=${seed}`, { cause: error });
    }
    for (const key of Object.keys(total) as (keyof Life)[]) total[key] += life[key];
  }
  // A simulation in which nothing went wrong would prove nothing.
  if (only === undefined) {
    expect(total.acknowledged).toBeGreaterThan(10 * runs);
    expect(total.crashes).toBeGreaterThan(runs / 10);
    expect(total.failures).toBeGreaterThan(runs / 10);
    expect(total.recovered).toBeGreaterThan(runs / 20);
  }
});
