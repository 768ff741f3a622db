// What the check of a configuration finds, and how a finding is said to a person.

export type ConfigFindingKind = 'unknown_key' | 'wrong_value' | 'not_available_yet' | 'unreadable' | 'advice';

export interface ConfigFinding {
  /** An error is refused by every verb; a warning is risky; a note is good to know. */
  readonly severity: 'error' | 'warning' | 'note';
  readonly kind: ConfigFindingKind;
  /** `indelible.yaml:12:5`, `--audit-log-level`, `INDELIBLE_AUDIT_LEVEL`, or empty for what no one place causes. */
  readonly source: string;
  /** The option's key, or empty. */
  readonly key: string;
  readonly message: string;
}

export function formatFinding(finding: ConfigFinding): string {
  const source = finding.source === '' ? '' : `${finding.source}: `;
  const severity = finding.severity === 'error' ? '' : `${finding.severity}: `;
  return `${source}${severity}${finding.message}`;
}
