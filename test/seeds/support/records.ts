// Writes events into a scratch log and reads records back, by the command line only.

import { expect } from 'vitest';
import type { Scratch } from './cli.ts';

export interface StoredRecord {
  readonly seq: number;
  readonly event_id: string;
  readonly timestamp: string;
  readonly event_type: string;
  readonly subtype?: string;
  readonly severity: string;
  readonly actor?: Readonly<Record<string, unknown>>;
  readonly operation?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly details?: Readonly<Record<string, unknown>>;
}

export async function recordEvents(scratch: Scratch, events: readonly object[], args: readonly string[] = []) {
  const input = events.map((event) => `${JSON.stringify(event)}\n`).join('');
  const { code, stdout, stderr } = await scratch.run(['record', '--json', ...args], input);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const report: { recorded: number; rejected: number; excluded?: number } = JSON.parse(stdout);
  return report;
}

/** All records that `search` finds, oldest first. */
export async function searchRecords(scratch: Scratch, args: readonly string[] = []): Promise<StoredRecord[]> {
  const { code, stdout, stderr } = await scratch.run(['search', '--json', ...args]);
  if (code !== 0) throw new Error(`search ended with ${code}: ${stderr}`);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): StoredRecord => JSON.parse(line));
}

/** What sources gave: without the log's own evidence of its making, its start and its settings. */
export function fromSources(records: readonly StoredRecord[]): StoredRecord[] {
  const own = ['log_created', 'config_changed', 'server_started', 'server_stopped', 'events_excluded', 'heartbeat'];
  return records.filter(({ event_type, subtype = '' }) => event_type !== 'system' || !own.includes(subtype));
}
