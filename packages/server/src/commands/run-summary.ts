// What `summary` does once its flags are read: the counts as lines in a fixed order and wording, for programs that read
// them, and after a blank line what there is besides, as tables.

import type { AnswerRow } from '../query/ask-period.ts';
import type { QueryEngine } from '../query/engine.ts';
import type { Period } from '../query/period.ts';
import { readSummary, type Summary } from '../query/summary.ts';
import { formatCount } from '../terminal/format.ts';
import { sanitizeJson } from '../terminal/sanitize.ts';
import { type Screen, screenOf } from '../terminal/screen.ts';
import { writeTo } from '../terminal/write.ts';
import { renderRanking } from './ranking-table.ts';
import type { Streams } from './run-search.ts';

export interface SummaryRun {
  readonly period: Period;
  readonly json: boolean;
  readonly signal?: AbortSignal;
}

/** Resolves to the number of events summed up. @throws AuditError about a limit or an interruption */
export async function runSummary(
  engine: Pick<QueryEngine, 'run'>,
  { period, json, signal }: SummaryRun,
  stdout: Streams['stdout'],
): Promise<number> {
  const summary = await readSummary(engine, period, signal);
  const screen = screenOf(stdout);
  const text = JSON.stringify(summary);
  const asJson = `${screen.isTerminal ? sanitizeJson(text) : text}\n`;
  await writeTo(stdout, json ? asJson : [countLines(summary), ...besides(summary, screen)].join('\n'));
  return summary.total_events;
}

function countLines(summary: Summary): string {
  const lines = [
    ['Authentication Events', summary.authentication_events],
    ['- Successful logins', summary.successful_logins],
    ['- Failed logins', summary.failed_logins],
    ['Data Access Events', summary.data_access_events],
    ['- Queries executed', summary.queries_executed],
    ['- Rows returned', summary.rows_returned],
    ['Modification Events', summary.modification_events],
    ['- Nodes created', summary.nodes_created],
    ['- Nodes updated', summary.nodes_updated],
    ['- Nodes deleted', summary.nodes_deleted],
  ] as const;
  return lines.map(([label, count]) => `${label}: ${formatCount(count)}\n`).join('');
}

const inTheLines = new Set([
  'authentication/login_success',
  'authentication/login_failure',
  'data_access/query_executed',
  'data_modification/node_created',
  'data_modification/node_updated',
  'data_modification/node_deleted',
]);

/** Pieces of output, of those that have something to say. */
function besides(summary: Summary, screen: Screen): string[] {
  const others = summary.by_subtype
    .map((row) => ({ event: kindOf(row), events: row.events ?? 0 }))
    .filter(({ event }) => !inTheLines.has(event));
  const memory = summary.memory_operations;
  return [
    memory === 0 ? '' : `Memory Operations: ${formatCount(memory)}\n`,
    renderRanking('Other events', others, ['event', 'events'], screen),
    renderRanking('Busiest users', summary.busiest_users, ['user_id', 'events'], screen),
    renderRanking('Busiest labels', summary.busiest_labels, ['label', 'events'], screen),
    renderRanking(
      'Failed logins by user and address',
      summary.failed_logins_by_origin,
      ['user_id', 'ip_address', 'failures', 'latest'],
      screen,
    ),
    renderRanking(
      'Slowest statements',
      summary.slowest_statements,
      ['duration_ms', 'timestamp', 'user_id', 'query'],
      screen,
    ),
  ].filter((piece) => piece !== '');
}

function kindOf({ event_type, subtype }: AnswerRow): string {
  return [event_type, subtype].filter((part) => part !== null).join('/');
}
