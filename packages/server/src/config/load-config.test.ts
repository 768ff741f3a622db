import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditError } from '@indelible/log';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatFinding } from './finding.ts';
import { checkConfig, loadConfig } from './load-config.ts';
import { showResolved, showYaml } from './show.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'indelible-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Given {
  yaml?: string;
  flags?: Record<string, string>;
  environment?: Record<string, string>;
}

function inputs({ yaml, flags = {}, environment = {} }: Given) {
  rmSync(join(folder, 'indelible.yaml'), { force: true });
  if (yaml !== undefined) writeFileSync(join(folder, 'indelible.yaml'), yaml);
  return { flags: new Map(Object.entries(flags)), environment, workingDir: folder };
}
const check = (given: Given) => checkConfig(inputs(given));
const load = (given: Given) => loadConfig(inputs(given));
const said = (given: Given) => check(given).findings.map(formatFinding);

describe('precedence', () => {
  const yaml = 'audit:\n  level: minimal\n  buffer_size: 5\n  flush_interval: 1s\n';

  it('takes the default where nothing is said, without any file', () => {
    expect(load({}).policy).toMatchObject({ enabled: true, level: 'comprehensive', bufferSize: 10_000 });
    expect(load({}).log).toEqual({
      dataDir: join(folder, 'indelible-data'),
      segmentBytesMax: 64 * 2 ** 20,
      heartbeatMs: 60_000,
    });
  });

  it('puts the flag before the environment before the file before the default', () => {
    const environment = { INDELIBLE_AUDIT_LEVEL: 'security', INDELIBLE_AUDIT_BUFFER_SIZE: '6' };
    const { policy } = load({ yaml, environment, flags: { 'audit-log-level': 'compliance' } });
    expect(policy).toMatchObject({ level: 'compliance', bufferSize: 6, flushIntervalMs: 1000, batchWrites: true });
  });

  it('reports a wrong value even where another one comes before it', () => {
    expect(said({ yaml: 'audit: {level: none}', flags: { 'audit-log-level': 'security' } })).toEqual([
      expect.stringMatching(/^indelible.yaml:1:16: audit.level: "none" is not one of minimal/),
    ]);
  });

  it('resolves paths of the file from its folder, those of flags from the working folder', () => {
    writeFileSync(join(folder, 'other.yaml'), 'log: {data: here}');
    const config = loadConfig({ file: join(folder, 'other.yaml'), environment: {}, workingDir: '/' });
    expect(config.log.dataDir).toBe(join(folder, 'here'));
    expect(loadConfig({ flags: new Map([['data', 'x']]), environment: {}, workingDir: '/nowhere' }).log.dataDir).toBe(
      '/nowhere/x',
    );
  });
});

describe('categories', () => {
  it('accepts every name of a category, as key and in the list of the flag', () => {
    const { policy } = load({ yaml: 'audit: {events: {admin: false, schema_change: false, system: false}}' });
    expect(policy.events).toMatchObject({
      admin_action: false,
      schema_change: false,
      system: false,
      data_access: true,
    });
    const flags = { 'audit-events': 'authentication,authorization,data_modification,admin' };
    expect(load({ flags }).policy.events).toEqual({
      authentication: true,
      authorization: true,
      data_access: false,
      data_modification: true,
      schema_change: false,
      admin_action: true,
      system: false,
      memory_operation: false,
    });
  });

  it('takes a list in the file for a list', () => {
    expect(load({ yaml: 'audit: {events: [system_events]}' }).policy.events).toMatchObject({
      system: true,
      data_access: false,
    });
  });

  it('names the nearest category for one that is none', () => {
    expect(said({ flags: { 'audit-events': 'authentification' } })).toEqual([
      '--audit-events: audit.events: "authentification" is not a category of events; did you mean "authentication"?',
    ]);
    expect(said({ flags: { 'audit-events': '' } })).toHaveLength(1);
  });

  it('refuses two names of one category', () => {
    expect(said({ yaml: 'audit: {events: {admin: true, admin_actions: false}}' })[0]).toContain('the same option');
  });
});

describe('failure policy', () => {
  it('blocks for all but reads unless told otherwise', () => {
    expect(load({}).policy.failurePolicy).toMatchObject({ authentication: 'block', data_access: 'spool' });
  });

  it('takes async for all categories, and a category that is named before it', () => {
    const spool = load({ yaml: 'audit: {async: true, failure_policy: {admin_action: block}}' }).policy.failurePolicy;
    expect(spool).toMatchObject({ authentication: 'spool', admin_action: 'block' });
    expect(load({ yaml: 'audit: {async: false}' }).policy.failurePolicy.data_access).toBe('block');
  });
});

describe('what is wrong', () => {
  it('is reported all at once, with place and nearest key', () => {
    const yaml = 'audit:\n  levle: security\n  flush_interval: 5x\nlogs:\n  data: x\n';
    expect(said({ yaml })).toEqual([
      'indelible.yaml:2:3: unknown key "levle" under audit; did you mean "level"?',
      expect.stringMatching(/^indelible.yaml:3:19: audit.flush_interval: "5x" is not a duration/),
      'indelible.yaml:4:1: unknown key "logs"; did you mean "log"?',
    ]);
  });

  it('fails as an error of the call, each finding a line', () => {
    const attempt = () => load({ yaml: 'audit: {levle: 1, lvl: 2}' });
    expect(attempt).toThrow(AuditError);
    expect(attempt).toThrow(/:1:9: .*\n.*:1:19: /);
  });

  it('names a variable that is not set, and never the value of one that is', () => {
    expect(said({ yaml: 'log:\n  data: ${NOPE}\n' })).toEqual([
      expect.stringMatching(/^indelible.yaml:2:9: the variable NOPE is not set/),
    ]);
    const [finding] = said({ yaml: 'audit: {flush_interval: "${SECRET}"}', environment: { SECRET: 'hunter2' } });
    expect(finding).toContain('the value of SECRET is not a duration');
    expect(finding).not.toContain('hunter2');
  });

  it('warns of a variable whose name is nearly that of an option, and of no other', () => {
    const environment = { INDELIBLE_AUDIT_LEVLE: 'security', INDELIBLE_PORT_6432_TCP: 'tcp://10.0.0.1' };
    expect(said({ environment })).toEqual([
      expect.stringMatching(/^INDELIBLE_AUDIT_LEVLE: warning: .*INDELIBLE_AUDIT_LEVEL/),
    ]);
  });

  it('is an error of its own kind when only parts are missing that are not there yet', () => {
    const code = (given: Given) => {
      try {
        load(given);
      } catch (error) {
        return error instanceof AuditError ? error.code : error;
      }
    };
    expect(code({ yaml: 'audit: {alerts: [{name: x}]}' })).toBe('not_available_yet');
    expect(code({ yaml: 'audit: {alerts: [{name: x}], levle: 1}' })).toBe('invalid_config');
    expect(code({ flags: { 'audit-log-file': '/x' } })).toBe('not_available_yet');
    expect(code({ environment: { INDELIBLE_AUDIT_OUTPUT_FILE_PATH: '/x' } })).toBe('not_available_yet');
  });

  it('lets a part that is not there yet be switched off', () => {
    const yaml = `audit:
  alerts: []
  anomaly_detection: {enabled: false}
  security: {encryption: false}
  output: {kafka: {enabled: false}}
  retention: {purge_after_retention: false}
`;
    expect(said({ yaml })).toEqual([]);
    expect(showYaml(check({ yaml }).settings)).toContain('purge_after_retention: false # indelible.yaml:6');
  });

  it('follows no alias round in circles', () => {
    expect(said({ yaml: 'audit: {exclude: [&x {operation: *x}]}' })).toHaveLength(1);
    expect(said({ yaml: 'audit: &x {events: *x}' })).not.toEqual([]);
    expect(said({ yaml: 'audit: {exclude: [{operation: &x {query: *x}}]}' })[0]).toContain('nested too deeply');
  });

  it.each([
    ['a folder', '.', 'invalid_config'],
    ['nothing', 'nope.yaml', 'not_found'],
  ])('says so when --config names %s', (_, file, code) => {
    expect(() => checkConfig({ file, environment: {}, workingDir: folder })).toThrow(expect.objectContaining({ code }));
  });
});

describe('retention', () => {
  it('resolves days and duration to one total, which keeping for ever meets', () => {
    const { settings } = check({ yaml: 'audit: {retention_days: 2555}' });
    expect(showYaml(settings)).toMatch(/retention_days: 2555 # indelible.yaml:1; a minimum, met/);
    expect(showYaml(settings)).toMatch(/duration: 2555d # from audit.retention_days/);
    expect(showResolved(settings)).toMatchObject({ audit: { retention: { duration: 2555 * 86_400_000 } } });
    expect(said({ yaml: 'audit: {retention_days: 2555, retention: {duration: 2555d}}' })).toEqual([]);
  });

  it('refuses two totals that differ, and names both lines', () => {
    const [finding, ...others] = said({ yaml: 'audit:\n  retention_days: 2555\n  retention:\n    duration: 7y\n' });
    expect(finding).toMatch(/indelible.yaml:4.*indelible.yaml:2/);
    expect(others).toEqual([]);
  });
});

describe('advice', () => {
  it('notes that production needs at least the level security', () => {
    expect(said({ yaml: 'audit: {level: minimal}' })[0]).toMatch(/note: .*production needs at least security/);
    expect(said({ flags: { 'audit-enabled': 'false' } })[0]).toMatch(/--audit-enabled: note: auditing is off/);
    expect(said({ yaml: 'audit: {enabled: true, level: security}' })).toEqual([]);
  });

  it('warns of recorded result rows and of a configuration that records nothing', () => {
    expect(said({ yaml: 'audit: {include_result_data: true}' })[0]).toMatch(/warning: result rows/);
    const none = Object.keys(load({}).policy.events).map((name) => `${name}: false`);
    expect(said({ yaml: `audit: {events: {${none.join(', ')}}}` })[0]).toMatch(/warning: every category/);
  });
});

describe('config show', () => {
  const yaml = `audit:
  level: \${LEVEL}
  retention_days: 30
  exclude:
    - event_type: data_access
      operation.query: "MATCH (n) RETURN count(n)"
gateway:
  upstream: postgres://app:\${PASSWORD}@db:5433/x?password=hunter2
`;
  const environment = { LEVEL: 'security', PASSWORD: 'hunter2' };

  it('says where each value came from, and checks again to the same values', () => {
    const { settings } = check({ yaml, environment, flags: { listen: '[::1]:7000' } });
    const shown = showYaml(settings);
    expect(shown).toContain('level: security # ${LEVEL} in indelible.yaml:2');
    expect(shown).toContain('# --listen');
    const again = check({ yaml: shown });
    expect(again.findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
    expect(showResolved(again.settings)).toEqual(showResolved(settings));
  });

  it('shows no secret', () => {
    const { settings } = check({ yaml, environment });
    expect(showYaml(settings)).toContain('postgres://app:***@db:5433/x?password=*** # ${PASSWORD} in indelible.yaml:8');
    expect(showYaml(settings) + JSON.stringify(showResolved(settings))).not.toContain('hunter2');
  });
});
