// What can be wrong or unwise between options that are each right by themselves.

import { maskUpstream } from './address.ts';
import { formatRetentionPeriod, type RetentionPeriod } from './duration.ts';
import type { ConfigFinding } from './finding.ts';
import { audit, gateway } from './options/schema-root.ts';
import type { AnyOption } from './schema.ts';
import { formatOrigin, type Settings } from './settings.ts';

export function adviseOn(settings: Settings): ConfigFinding[] {
  return [
    ...checkRetention(settings),
    ...checkCoverage(settings),
    ...checkPrivacy(settings),
    ...checkUpstream(settings),
  ];
}

/** How long records are kept is said at up to three places; they have to agree. */
function checkRetention(settings: Settings): ConfigFinding[] {
  const { duration, cold } = audit.retention.children;
  const days = settings.get(audit.retention_days);
  const totals = [
    {
      key: 'audit.retention_days',
      option: audit.retention_days,
      period: days === undefined ? undefined : daysOf(days),
    },
    { key: 'audit.retention.duration', option: duration, period: settings.get(duration) },
    {
      key: 'audit.retention.cold.duration',
      option: cold.children.duration,
      period: settings.get(cold.children.duration),
    },
  ].filter(({ period }) => period !== undefined);
  const [first, ...others] = totals;
  if (first?.period === undefined) return [];
  const { period: wanted } = first;
  return others.flatMap(({ key, option, period }) => {
    if (period === undefined || samePeriod(period, wanted)) return [];
    const message =
      `${key} (${formatRetentionPeriod(period)}, ${placeOf(settings, option)}) and ${first.key} ` +
      `(${formatRetentionPeriod(wanted)}, ${placeOf(settings, first.option)}) both say how long records are kept, and differ`;
    return [{ severity: 'error', kind: 'wrong_value', source: placeOf(settings, option), key, message } as const];
  });
}

function checkCoverage(settings: Settings): ConfigFinding[] {
  if (!settings.get(audit.enabled)) {
    return [
      advice(
        settings,
        'note',
        'audit.enabled',
        audit.enabled,
        'auditing is off: production needs at least the level security',
      ),
    ];
  }
  const notes: ConfigFinding[] = [];
  if (settings.get(audit.level) === 'minimal') {
    notes.push(
      advice(settings, 'note', 'audit.level', audit.level, 'the level is minimal: production needs at least security'),
    );
  }
  const switches = Object.values(audit.events.children);
  if (switches.every((option) => !settings.get(option))) {
    const message = "every category of events is off: nothing is recorded but the log's own evidence";
    notes.push(advice(settings, 'warning', 'audit.events', audit.events.children.authentication, message));
  }
  return notes;
}

function checkPrivacy(settings: Settings): ConfigFinding[] {
  if (!settings.get(audit.include_result_data)) return [];
  const message =
    'result rows may hold personal data, and a sealed record stays; the gateway does not capture rows yet, so this keeps ' +
    'only those that other sources give in details.result_data';
  return [advice(settings, 'warning', 'audit.include_result_data', audit.include_result_data, message)];
}

function checkUpstream(settings: Settings): ConfigFinding[] {
  const upstream = settings.get(gateway.upstream);
  if (upstream === undefined || maskUpstream(upstream) === upstream) return [];
  const message = 'the password in the address is not used: each client logs in as itself; better leave it out';
  return [advice(settings, 'note', 'gateway.upstream', gateway.upstream, message)];
}

function advice(
  settings: Settings,
  severity: 'warning' | 'note',
  key: string,
  option: AnyOption,
  message: string,
): ConfigFinding {
  return { severity, kind: 'advice', source: placeOf(settings, option), key, message };
}

function placeOf(settings: Settings, option: AnyOption): string {
  return formatOrigin(settings.originOf(option));
}

function daysOf(days: number): RetentionPeriod {
  return { ms: days * 86_400_000 };
}

function samePeriod(a: RetentionPeriod, b: RetentionPeriod): boolean {
  return formatRetentionPeriod(a) === formatRetentionPeriod(b);
}
