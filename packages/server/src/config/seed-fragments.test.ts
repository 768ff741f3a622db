// Every YAML fragment of the seeds, with its indentation restored: it is right, or refused for nothing but parts that
// are not there yet.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type ConfigCheck, checkConfig } from './load-config.ts';
import { showResolved } from './show.ts';

const folder = mkdtempSync(join(tmpdir(), 'indelible-seeds-'));
afterAll(() => rmSync(folder, { recursive: true }));

const environment = {
  SLACK_SECURITY_WEBHOOK: 'https://hooks.example.com/a',
  SLACK_OPS_WEBHOOK: 'https://hooks.example.com/b',
  PAGERDUTY_KEY: 'k',
  KAFKA_USERNAME: 'u',
  KAFKA_PASSWORD: 'p',
};

function check(yaml: string, variables: Record<string, string> = environment): ConfigCheck {
  writeFileSync(join(folder, 'indelible.yaml'), yaml);
  return checkConfig({ environment: variables, workingDir: folder });
}

/** The keys that were refused as not yet available, after having made sure that nothing else was found. */
function refused(yaml: string): string[] {
  const { findings } = check(yaml);
  expect(findings.filter(({ kind }) => kind !== 'not_available_yet')).toEqual([]);
  return findings.map(({ key }) => key);
}

const dataHandling = `
  include_query_parameters: true
  include_result_data: false # Avoid logging sensitive data
  include_before_after: true # For modifications
  mask_sensitive_fields:
    - password
    - ssn
    - credit_card
`;

const full = `audit:
  enabled: true
  level: comprehensive # minimal, security, compliance, comprehensive
  events:
    authentication: true
    authorization: true
    data_access: true
    data_modification: true
    schema_changes: true
    admin_actions: true
    system_events: true
  output:
    file:
      path: /var/log/geode/audit.log
      format: json # json, syslog, cef
      rotation:
        max_size: 100MB
        max_files: 30
        compress: true
    stream:
      enabled: true
      endpoint: "https://siem.example.com/collect"
      batch_size: 100
      flush_interval: 5s
${dataHandling}
  retention_days: 2555 # 7 years for compliance
`;

const alerts = `audit:
  alerts:
    - name: brute_force_detection
      condition: |
        count(event_type = 'authentication' AND subtype = 'login_failure')
        WHERE actor.ip_address = $ip
        AND timestamp > now() - interval '5 minutes'
        > 5
      action:
        notify:
          - channel: slack
            webhook: \${SLACK_SECURITY_WEBHOOK}
          - channel: pagerduty
            service_key: \${PAGERDUTY_KEY}
    - name: large_data_export
      condition: |
        event_type = 'data_access'
        AND operation.rows_returned > 10000
      action:
        notify:
          - channel: email
            recipients: security@example.com
    - name: after_hours_admin
      condition: |
        event_type = 'admin_action'
        AND extract(hour from timestamp) NOT BETWEEN 9 AND 17
      action:
        notify:
          - channel: slack
            webhook: \${SLACK_OPS_WEBHOOK}
    - name: privilege_escalation
      condition: |
        event_type = 'admin_action'
        AND subtype IN ('role_assigned', 'permission_granted')
        AND details.target_role IN ('admin', 'dba', 'security_admin')
      action:
        notify:
          - channel: email
            recipients: [security@example.com, ops@example.com]
`;

const anomaly = `audit:
  anomaly_detection:
    enabled: true
    learning_period: 7d
    detectors:
      - name: access_pattern_anomaly
        metric: queries_per_user_per_hour
        sensitivity: medium
        alert_threshold: 3.0 # standard deviations
      - name: data_volume_anomaly
        metric: rows_returned_per_user_per_day
        sensitivity: high
        alert_threshold: 2.5
      - name: new_label_access
        type: first_time_access
        alert_on: label
`;

const kafka = `audit:
  output:
    kafka:
      enabled: true
      brokers:
        - kafka1:9092
        - kafka2:9092
        - kafka3:9092
      topic: geode-audit-events
      compression: lz4
      batch_size: 100
      flush_interval: 1s
      security:
        protocol: SASL_SSL
        sasl_mechanism: PLAIN
        username: \${KAFKA_USERNAME}
        password: \${KAFKA_PASSWORD}
`;

const compliance = `audit:
  compliance:
    frameworks:
      - gdpr
      - hipaa
      - soc2
    checks:
      - name: gdpr_article_30
        frequency: daily
        query: |
          SELECT DISTINCT actor.user_id, operation.type,
          array_agg(DISTINCT operation.labels_accessed)
          FROM system.audit_log
          WHERE timestamp > current_timestamp() - INTERVAL '24 hours'
          GROUP BY actor.user_id, operation.type
      - name: hipaa_phi_access
        frequency: daily
        query: |
          SELECT * FROM system.audit_log
          WHERE operation.labels_accessed && ARRAY['Patient', 'MedicalRecord']
`;

const security = `audit:
  security:
    encryption:
      enabled: true
      algorithm: aes-256-gcm
      key_source: hsm
    signing:
      enabled: true
      algorithm: ed25519
      key_file: /etc/geode/keys/audit-signing.key
    immutable: true
    append_only: true
    access:
      read_roles:
        - security_admin
        - compliance_auditor
      write_roles: [] # Only system can write
`;

const tiers = `audit:
  retention:
    hot:
      duration: 30d
      storage: /var/log/geode/audit
    warm:
      duration: 365d
      storage: /archive/geode/audit
      compression: zstd
    cold:
      duration: 2555d # 7 years
      storage: s3://audit-archive/geode
      encryption: true
    purge_after_retention: true
`;

describe('a fragment whose parts are all there', () => {
  it.each(['minimal', 'security', 'compliance', 'comprehensive'])('level %s is a valid file alone', (level) => {
    const { config, findings } = check(`audit:\n  level: ${level}\n`);
    expect(config?.policy).toMatchObject({ enabled: true, level });
    expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
  });

  it('a fifth level is refused', () => {
    expect(check('audit:\n  level: paranoid\n').config).toBeUndefined();
  });

  it('data handling gives its values', () => {
    expect(check(`audit:${dataHandling}`).config?.policy).toMatchObject({
      includeQueryParameters: true,
      includeResultData: false,
      includeBeforeAfter: true,
      maskSensitiveFields: ['password', 'ssn', 'credit_card'],
    });
  });

  it('production needs at least security, and that checks without a word', () => {
    expect(check('audit:\n  enabled: true\n  level: security # minimum for production\n').findings).toEqual([]);
  });

  it('signing: true equals the mapping with its defaults', () => {
    const short = check('audit:\n  security:\n    signing: true\n    immutable: true\n');
    const long = check('audit: {security: {signing: {enabled: true, algorithm: ed25519}, immutable: true}}');
    expect(short.findings).toEqual([]);
    expect(showResolved(short.settings)).toEqual(showResolved(long.settings));
  });

  it('a key file is taken from where the fragment says', () => {
    const { config } = check('audit: {security: {signing: {enabled: true, key_file: /etc/geode/keys/a.key}}}');
    expect(config?.log.keyFile).toBe('/etc/geode/keys/a.key');
  });

  it.each([
    'signing: false',
    'signing: {enabled: false}',
    'immutable: false',
    'append_only: false',
    'signing: {algorithm: rsa}',
  ])('%s is refused with the reason', (line) => {
    const { findings } = check(`audit: {security: {${line}}}`);
    expect(findings).toMatchObject([{ severity: 'error', kind: 'wrong_value' }]);
  });

  it('retention.duration: 2555d equals retention_days: 2555', () => {
    const byDuration = check('audit:\n  retention:\n    duration: 2555d # 7 years covers most requirements\n');
    const byDays = check('audit:\n  retention_days: 2555 # 7 years for compliance\n');
    expect(byDuration.findings).toEqual([]);
    expect(showResolved(byDuration.settings)).toMatchObject({ audit: { retention: { duration: 220_752_000_000 } } });
    expect(showResolved(byDays.settings)).toMatchObject({ audit: { retention: { duration: 220_752_000_000 } } });
  });

  it('the fragment on performance gives spool, its bounds and its rule', () => {
    const { config, findings } = check(`audit:
  async: true
  buffer_size: 10000
  flush_interval: 5s
  batch_writes: true
  exclude:
    - event_type: data_access
      operation.query: "MATCH (n) RETURN count(n)" # Health checks
`);
    expect(findings).toEqual([]);
    expect(new Set(Object.values(config?.policy.failurePolicy ?? {}))).toEqual(new Set(['spool']));
    expect(config?.policy).toMatchObject({
      bufferSize: 10_000,
      flushIntervalMs: 5000,
      batchWrites: true,
      exclude: [{ event_type: 'data_access', 'operation.query': 'MATCH (n) RETURN count(n)' }],
    });
  });
});

describe('a fragment with parts that are not there yet', () => {
  it.each([
    ['the full file', full, ['audit.output.file', 'audit.output.stream']],
    ['alerts', alerts, ['audit.alerts']],
    [
      'an alert at once',
      "audit: {alerts: [{name: a, condition: severity = 'critical', action: {notify: immediate}}]}",
      ['audit.alerts'],
    ],
    ['anomaly detection', anomaly, ['audit.anomaly_detection']],
    ['Kafka', kafka, ['audit.output.kafka']],
    ['compliance checks', compliance, ['audit.compliance']],
    ['security', security, ['audit.security.encryption', 'audit.security.access']],
    ['encryption in short', 'audit: {security: {encryption: true}}', ['audit.security.encryption']],
    [
      'tiers',
      tiers,
      ['audit.retention.hot', 'audit.retention.warm', 'audit.retention.cold', 'audit.retention.purge_after_retention'],
    ],
    [
      'stream and access directly under audit',
      'audit: {stream: {enabled: true}, access: {write_roles: []}}',
      ['audit.stream', 'audit.access'],
    ],
  ])('%s is refused for these parts and nothing else', (_, yaml, keys) => {
    expect(refused(yaml)).toEqual(keys);
    expect(check(yaml).config).toBeUndefined();
  });

  it('a slip inside such a part is told apart from it', () => {
    const { findings } = check(kafka.replace('brokers', 'broker').replace('lz4', 'lz5'));
    expect(findings.map(({ kind }) => kind)).toEqual(['not_available_yet', 'unknown_key', 'wrong_value']);
    expect(findings[1]?.message).toContain('did you mean "brokers"?');
  });

  it('each unset variable is named with its line', () => {
    const { findings } = check(alerts, { ...environment, PAGERDUTY_KEY: '' });
    expect(findings.filter(({ kind }) => kind === 'unreadable')).toMatchObject([
      { source: 'indelible.yaml:14:26', message: expect.stringContaining('PAGERDUTY_KEY') },
    ]);
  });

  it('an obfuscated address is no address', () => {
    const { findings } = check(alerts.replace('recipients: security@example.com', 'recipients: [email protected]'));
    expect(findings.some(({ message }) => message.includes('is not a mail address'))).toBe(true);
  });
});
