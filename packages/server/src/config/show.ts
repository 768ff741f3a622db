// Shows the effective configuration: as YAML that checks again, with where each value came from, or as resolved values.

import { Document } from 'yaml';
import { failurePolicyOf } from './config.ts';
import { formatRetentionPeriod } from './duration.ts';
import { type CategoryKey, categories } from './options/categories.ts';
import { audit, optionEntries } from './options/schema-root.ts';
import { isMapping } from './raw.ts';
import { formatOrigin, type Origin, type Settings } from './settings.ts';

interface ShownValue {
  readonly key: string;
  /** As a person would write it. */
  readonly written: unknown;
  /** Sizes in bytes, durations in milliseconds. */
  readonly resolved: unknown;
  readonly comment: string;
}

const heading = ' The effective configuration of Indelible; behind each value: where it came from.';

export function showYaml(settings: Settings): string {
  const document = new Document({});
  document.commentBefore = heading;
  for (const { key, written, comment } of shownValues(settings)) {
    const node = document.createNode(written, { flow: true });
    node.comment = ` ${comment}`;
    document.setIn(key.split('.'), node);
  }
  return document.toString({ lineWidth: 0 });
}

export function showResolved(settings: Settings): Record<string, unknown> {
  const tree: Record<string, unknown> = {};
  for (const { key, resolved } of shownValues(settings)) {
    const steps = key.split('.');
    const last = steps.pop() ?? key;
    let branch = tree;
    for (const step of steps) {
      const next = branch[step];
      const inner = isMapping(next) ? { ...next } : {};
      branch[step] = inner;
      branch = inner;
    }
    branch[last] = resolved;
  }
  return tree;
}

function shownValues(settings: Settings): ShownValue[] {
  return optionEntries.flatMap(({ key, node, later }) => {
    const { value, origin } = settings.at(key);
    const derived = value === undefined ? derive(settings, key) : undefined;
    if (derived !== undefined) return [derived];
    // Parts that are not there yet have nothing to show unless they were named, and so switched off.
    if (value === undefined || (later !== undefined && origin.from === 'default')) return [];
    const masked = node.kind.mask?.(value);
    const written = masked ?? node.kind.write(value);
    return [{ key, written, resolved: masked ?? resolve(value), comment: commentOf(key, origin) }];
  });
}

/** What follows for an option that was not given itself. */
function derive(settings: Settings, key: string): ShownValue | undefined {
  const category = Object.keys(categories).find((name) => key === `audit.failure_policy.${name}`);
  if (category !== undefined) {
    const policy = failurePolicyOf(settings, category as CategoryKey);
    const comment = settings.get(audit.async) === undefined ? 'default' : 'from audit.async';
    return { key, written: policy, resolved: policy, comment };
  }
  const days = settings.get(audit.retention_days);
  if (key !== 'audit.retention.duration' || days === undefined) return undefined;
  const period = { ms: days * 86_400_000 };
  const comment = `from audit.retention_days; ${keptForEver}`;
  return { key, written: formatRetentionPeriod(period), resolved: period.ms, comment };
}

const keptForEver = 'a minimum, met: nothing is ever removed yet';

function commentOf(key: string, origin: Origin): string {
  const variables = origin.from === 'file' ? origin.variables.map((name) => `\${${name}}`).join(', ') : '';
  const source = variables === '' ? formatOrigin(origin) : `${variables} in ${formatOrigin(origin)}`;
  const isMinimum = key === 'audit.retention_days' || key === 'audit.retention.duration';
  return isMinimum ? `${source}; ${keptForEver}` : source;
}

function resolve(value: unknown): unknown {
  if (!isMapping(value)) return value;
  if ('years' in value) return `${String(value.years)}y`;
  return 'ms' in value ? value.ms : value;
}
