// One vitest case a row, named by its id. What is not built yet is skipped with its reason, and counts as not working.

import { it } from 'vitest';
import { seedRow } from './seed-rows.ts';

export function seed(id: string, check: () => Promise<void> | void, timeoutMs?: number): void {
  it(nameOf(id), check, timeoutMs);
}

/** The same check for several rows, given the id of each. */
export function seeds(ids: readonly string[], check: (id: string) => Promise<void> | void, timeoutMs?: number): void {
  for (const id of ids) seed(id, () => check(id), timeoutMs);
}

export function pending(ids: string | readonly string[], reason: string): void {
  for (const id of typeof ids === 'string' ? [ids] : ids)
    it.skip(`${nameOf(id)} (pending: ${reason})`, () => undefined);
}

function nameOf(id: string): string {
  return `${id} ${seedRow(id).first}`;
}
