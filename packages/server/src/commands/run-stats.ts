// What `stats` does once its flags are read: the statistics of all events or of one user, as lines or as one object.

import type { QueryEngine } from '../query/engine.ts';
import type { Period } from '../query/period.ts';
import { readStatistics, readUserStatistics, type Statistics, type UserStatistics } from '../query/statistics.ts';
import { formatCount } from '../terminal/format.ts';
import { sanitize, sanitizeJson } from '../terminal/sanitize.ts';
import { type Screen, screenOf } from '../terminal/screen.ts';
import { writeTo } from '../terminal/write.ts';
import { renderRanking } from './ranking-table.ts';
import type { Streams } from './run-search.ts';

export interface StatsRun {
  readonly period: Period;
  /** Statistics of this user instead of all. */
  readonly user?: string;
  readonly json: boolean;
  readonly signal?: AbortSignal;
}

/** Resolves to the number of events counted. @throws AuditError about a limit or an interruption */
export async function runStats(
  engine: Pick<QueryEngine, 'run'>,
  { period, user, json, signal }: StatsRun,
  stdout: Streams['stdout'],
): Promise<number> {
  const screen = screenOf(stdout);
  if (user === undefined) {
    const statistics = await readStatistics(engine, period, signal);
    await writeTo(stdout, json ? asJson(statistics, screen) : describe(statistics, screen));
    return statistics.total_events;
  }
  const statistics = await readUserStatistics(engine, user, period, signal);
  await writeTo(stdout, json ? asJson(statistics, screen) : describeUser(statistics));
  return statistics.total_operations;
}

function asJson(statistics: Statistics | UserStatistics, { isTerminal }: Screen): string {
  const text = JSON.stringify(statistics);
  return `${isTerminal ? sanitizeJson(text) : text}\n`;
}

function describe({ total_events, success_rate, avg_duration_ms, by_operation }: Statistics, screen: Screen): string {
  const rows = Object.entries(by_operation)
    .filter(([, events]) => events > 0)
    .map(([operation, events]) => ({ operation, events }))
    .sort((a, b) => b.events - a.events);
  const lines = [
    `Total events: ${formatCount(total_events)}\n`,
    `Success rate: ${(success_rate * 100).toFixed(2)}%\n`,
    `Average latency: ${avg_duration_ms.toFixed(2)} ms\n`,
  ];
  const table = renderRanking('By operation', rows, ['operation', 'events'], screen);
  return table === '' ? lines.join('') : `${lines.join('')}\n${table}`;
}

function describeUser({ total_operations, last_activity, most_common_operation }: UserStatistics): string {
  return [
    `Total operations: ${formatCount(total_operations)}\n`,
    `Last activity: ${last_activity ?? 'none'}\n`,
    `Most common operation: ${sanitize(most_common_operation ?? 'none')}\n`,
  ].join('');
}
