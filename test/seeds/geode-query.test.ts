// What the first seed prints as queries and command lines over the log: each runs as printed, and answers what a look
// at every record would.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { createScratch, type Scratch } from './support/cli.ts';
import { recordEvents } from './support/records.ts';
import { seed } from './support/seed-case.ts';
import { seedText } from './support/seed-rows.ts';

const hourMs = 3_600_000;
const ago = (hours: number) => new Date(Date.now() - hours * hourMs).toISOString();
const modification = (label: string, hours: number) => ({
  event_type: 'data_modification',
  subtype: 'node_updated',
  timestamp: ago(hours),
  operation: { type: 'UPDATE', target: { label } },
});
const access = (user: string, timestamp: string, rows: number) => ({
  event_type: 'data_access',
  subtype: 'query_executed',
  timestamp,
  actor: { user_id: user },
  operation: { type: 'SELECT', query: `SELECT ${rows}, "a,b"`, rows_returned: rows },
});
const denial = (permission?: string) => ({
  event_type: 'authorization',
  subtype: 'access_denied',
  details: permission === undefined ? { resource: 'x' } : { required_permission: permission },
});

const analyst = 'analyst@example.com';
const events = [
  { event_type: 'authentication', subtype: 'login_failure', timestamp: ago(2), actor: { user_id: 'late' } },
  { event_type: 'authentication', subtype: 'login_failure', timestamp: ago(1), actor: { user_id: 'later' } },
  { event_type: 'authentication', subtype: 'login_failure', timestamp: ago(25), actor: { user_id: 'old' } },
  { event_type: 'authentication', subtype: 'login_success', timestamp: ago(1), actor: { user_id: 'good' } },
  access(analyst, '2025-12-31T23:59:59.999999Z', 1),
  access(analyst, '2026-01-01T00:00:00.000000Z', 2),
  access('other@example.com', '2026-01-15T00:00:00.000000Z', 3),
  access(analyst, '2026-01-31T23:59:59.999999Z', 4),
  access(analyst, '2026-02-01T00:00:00.000000Z', 5),
  ...Array.from({ length: 103 }, (_, n) => modification(['Customer', 'Payment', 'Account'][n % 3] ?? '', 200 - n)),
  modification('Order', 1),
  denial('admin:users'),
  denial('read:sensitive'),
  denial('write:admin'),
  denial(),
];

type Row = Readonly<Record<string, unknown>>;

/** A scratch folder with the fixture log in it. */
async function withLog(use: (scratch: Scratch) => Promise<void>): Promise<void> {
  const scratch = createScratch();
  try {
    await recordEvents(scratch, events);
    await use(scratch);
  } finally {
    scratch.remove();
  }
}

async function ask(scratch: Scratch, id: string, args: readonly string[] = []): Promise<Row[]> {
  const { code, stdout, stderr } = await scratch.run(['sql', seedText(id), ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Row => JSON.parse(line));
}

const userOf = ({ actor }: Row) => (actor as Row | undefined)?.user_id;

seed('G66', () =>
  withLog(async (scratch) => {
    const rows = await ask(scratch, 'G66');
    expect(rows.map(userOf)).toEqual(['later', 'late']);
    expect(Object.keys(rows[0] ?? {})).toEqual(
      expect.arrayContaining([
        'seq',
        'event_id',
        'timestamp',
        'event_type',
        'subtype',
        'severity',
        'actor',
        'operation',
      ]),
    );
    expect(Object.keys(rows[0] ?? {})).toEqual(expect.arrayContaining(['result', 'context', 'details']));
  }),
);

seed('G67', () =>
  withLog(async (scratch) => {
    const dates = ['--param', 'start_date=2026-01-01', '--param', 'end_date=2026-01-31T23:59:59.999999Z'];
    const rows = await ask(scratch, 'G67', dates);
    expect(rows).toEqual([
      { timestamp: '2026-01-01T00:00:00.000000Z', 'operation.query': 'SELECT 2, "a,b"', 'operation.rows_returned': 2 },
      { timestamp: '2026-01-31T23:59:59.999999Z', 'operation.query': 'SELECT 4, "a,b"', 'operation.rows_returned': 4 },
    ]);
    const without = await scratch.run(['sql', seedText('G67')]);
    expect(without.code).toBe(2);
    expect(without.stderr).toContain('$start_date');
  }),
);

seed('G68', () =>
  withLog(async (scratch) => {
    const rows = await ask(scratch, 'G68');
    expect(rows.length).toBe(100);
    const times = rows.map(({ timestamp }) => String(timestamp));
    expect(times).toEqual([...times].sort().reverse());
    const labels = rows.map(({ operation }) => (operation as { target: { label: string } }).target.label);
    expect(new Set(labels)).toEqual(new Set(['Customer', 'Payment', 'Account']));
  }),
);

seed('G69', () =>
  withLog(async (scratch) => {
    const permissions = (await ask(scratch, 'G69')).map(({ details }) => (details as Row).required_permission);
    expect(permissions.sort()).toEqual(['admin:users', 'write:admin']);
  }),
);

seed('G70', () =>
  withLog(async (scratch) => {
    await recordEvents(scratch, [{ event_type: 'authentication', subtype: 'logout', actor: { user_id: 'now' } }]);
    for (const form of [[], ['audit']]) {
      const args = ['search', '--since=1h', '--event-type=authentication'];
      const { code, stdout } = await scratch.run([...form, ...args, '--json']);
      expect(code).toBe(0);
      const users = stdout
        .trimEnd()
        .split('\n')
        .map((line) => userOf(JSON.parse(line)));
      expect(users).toContain('now');
      expect(users).not.toContain('old');
      expect(users).not.toContain('late');
    }
    expect((await scratch.run(['search', '--since=soon'])).code).toBe(2);
    expect((await scratch.run(['search', '--event-type=authenticity'])).code).toBe(2);
  }),
);

function exportJanuary(scratch: Scratch, ...more: string[]) {
  return scratch.run(['export', '--start=2026-01-01', '--end=2026-01-31', ...more]);
}

seed('G71', () =>
  withLog(async (scratch) => {
    const { code } = await exportJanuary(scratch, '--format=csv', '--output=january-audit.csv');
    expect(code).toBe(0);
    const [heading = '', ...rows] = readFileSync(path.join(scratch.dir, 'january-audit.csv'), 'utf8').split('\r\n');
    expect(heading.split(',')).toEqual(
      expect.arrayContaining(['seq', 'timestamp', 'actor.user_id', 'operation.query']),
    );
    expect(rows.at(-1)).toBe('');
    expect(rows.length - 1).toBe(3);
    expect(rows[0]).toContain('"SELECT 2, ""a,b"""');
  }),
);

seed('G72', () =>
  withLog(async (scratch) => {
    const { stdout } = await exportJanuary(scratch, '--format=ndjson');
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).operation.rows_returned)).toEqual([2, 3, 4]);
    expect((await scratch.run(['export', '--start=2026-02-01', '--end=2026-01-01'])).code).toBe(2);
    const instants = ['--start=2026-01-01T00:00:00.000001Z', '--end=2026-01-31T23:59:59.999999Z'];
    const within = await scratch.run(['export', ...instants]);
    expect(within.stdout.trimEnd().split('\n').length).toBe(1);
  }),
);

seed('G73', () =>
  withLog(async (scratch) => {
    const json = await exportJanuary(scratch, '--format=json');
    expect(JSON.parse(json.stdout)).toHaveLength(3);
    const envelope = await exportJanuary(scratch, '--format=axon');
    expect(JSON.parse(envelope.stdout)).toMatchObject({ total_events: 3 });
    const unknown = await exportJanuary(scratch, '--format=xml');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('csv');
  }),
);

seed('G74', () =>
  withLog(async (scratch) => {
    for (const form of [[], ['audit']]) {
      const { code, stdout } = await scratch.run([...form, 'summary', '--period=24h', '--json']);
      expect(code).toBe(0);
      const counts: Row = JSON.parse(stdout);
      // Of the fixture's failures one is older than a day, and the reading above is recorded itself.
      expect(counts).toMatchObject({ authentication_events: 3, failed_logins: 2, successful_logins: 1 });
    }
  }),
);

seed('G75', () =>
  withLog(async (scratch) => {
    const printed = seedText('G75').split('\n').slice(1);
    const labels = printed.map((line) => line.replace(/^# /, '').replace(/: [\d,]+$/, ''));
    const { code, stdout } = await scratch.run(['summary']);
    expect(code).toBe(0);
    const lines = stdout.split('\n').slice(0, labels.length);
    expect(lines.map((line) => line.replace(/: [\d,]+$/, ''))).toEqual(labels);
    expect(lines).toContain('Modification Events: 104');
    expect(lines).toContain('- Nodes updated: 104');
    const empty = await scratch.run(['summary', '--period=2020']);
    expect(empty.code).toBe(0);
    expect(empty.stdout.split('\n').slice(0, labels.length)).toEqual(labels.map((label) => `${label}: 0`));
  }),
);
