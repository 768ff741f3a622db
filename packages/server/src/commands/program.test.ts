import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditError } from '@indelible/log';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { pinnedKeys } from '../config/known-logs.ts';
import { reportError } from './exit-code.ts';
import { buildProgram } from './program.ts';

let folder: string;
let config: string;
let data: string;
const homeBefore = process.env.INDELIBLE_CONFIG_HOME;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'indelible-cli-'));
  config = join(folder, 'indelible.yaml');
  data = join(folder, 'data');
  process.env.INDELIBLE_CONFIG_HOME = join(folder, 'home');
});
afterEach(() => {
  if (homeBefore === undefined) delete process.env.INDELIBLE_CONFIG_HOME;
  else process.env.INDELIBLE_CONFIG_HOME = homeBefore;
  vi.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(folder, { recursive: true });
});

/** Runs the program as `main` does, with what it writes and its exit code. */
async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += text;
    return true;
  });
  process.exitCode = undefined;
  try {
    await buildProgram().parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = reportError(error, process.stderr, false);
  }
  const code = Number(process.exitCode ?? 0);
  process.exitCode = undefined;
  vi.restoreAllMocks();
  return { code, out, err };
}

const yaml = (text: string) => writeFileSync(config, text);

describe('a wrong call', () => {
  it('exits with 2 and names the nearest verb', async () => {
    expect(await run('serach')).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean search?') });
    expect(await run('audit', 'serach')).toMatchObject({
      code: 2,
      err: expect.stringContaining('Did you mean search?'),
    });
  });

  it('exits with 2 and names the nearest flag', async () => {
    const { code, err } = await run('serve', '--audit-log-levle=security');
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean --audit-log-level?') });
  });

  it.each([
    ['--audit-enabled=yes', 'true or false'],
    ['--audit-log-level=comprehensiv', 'did you mean "comprehensive"?'],
    ['--audit-events=authentication,athorization', 'did you mean "authorization"?'],
    ['--audit-log-max-size=5x', 'is not a size'],
    ['--audit-log-format=xml', 'one of json, syslog, cef'],
    ['--audit-log-file=/tmp/audit.log', 'not yet available'],
    ['--listen=nowhere', 'host:port'],
    ['--upstream=mysql://x', 'postgres://'],
  ])('serve %s exits with 2 and says why', async (flag, why) => {
    const { code, err } = await run('serve', flag, '--config', emptyConfig());
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining(why) });
  });

  it('exits with 2 for a wrong configuration, 3 for one that is not there', async () => {
    yaml('audit: {levle: x}');
    expect(await run('search', '--config', config)).toMatchObject({
      code: 2,
      err: expect.stringContaining('did you mean "level"?'),
    });
    expect(await run('search', '--config', join(folder, 'nope.yaml'))).toMatchObject({ code: 3 });
  });
});

describe('help', () => {
  it('exits with 0 on stdout, shows examples, and lists the verbs but not their long names', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    expect(out).toMatch(/Examples:\n {2}\$ indelible/);
    expect(out).not.toMatch(/^ {2}audit /m);
    expect(await run('--version')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it('teaches by example for each verb', async () => {
    for (const { name } of buildProgram().commands.map((command) => ({ name: command.name() }))) {
      if (name === 'audit') continue;
      const { code } = await run(name, '--help');
      expect({ name, code }).toEqual({ name, code: 0 });
    }
  });

  it('lists on serve every flag of the schema', async () => {
    const { out } = await run('serve', '--help');
    for (const flag of ['--audit-enabled', '--audit-log-file', '--upstream', '--health-listen'])
      expect(out).toContain(flag);
  });
});

describe('config show', () => {
  it('prints what is in effect as YAML, a category a line', async () => {
    yaml('audit: {level: security}');
    const { code, out } = await run('config', 'show', '--config', config, '--audit-events=admin');
    expect(code).toBe(0);
    expect(out).toMatch(/level: security # .*indelible.yaml:1/);
    expect(out).toMatch(/^ {2}events:$/m);
    expect(parse(out).audit.events).toMatchObject({ admin_actions: true, data_access: false });
  });

  it('takes its options before the verb too, and by the long form', async () => {
    yaml('audit: {level: minimal}');
    const before = await run('--config', config, '--json', 'config', 'show');
    const long = await run('audit', 'config', 'show', '--config', config, '--json');
    expect(JSON.parse(before.out).audit.level).toBe('minimal');
    expect(long.out).toBe(before.out);
  });
});

describe('config check', () => {
  it('exits with 0 when all is right, and prints its notes', async () => {
    yaml('audit: {level: minimal}');
    const { code, out } = await run('config', 'check', '--config', config);
    expect(code).toBe(0);
    expect(out).toContain('production needs at least security');
  });

  it('exits with 1 and a line for each finding', async () => {
    yaml('audit: {levle: x, alerts: [{name: a}]}');
    const { code, out } = await run('config', 'check', '--config', config);
    expect(code).toBe(1);
    expect(out.trim().split('\n')).toHaveLength(2);
    const { code: again, out: report } = await run('config', 'check', '--config', config, '--json');
    expect(again).toBe(1);
    expect(JSON.parse(report)).toMatchObject({
      ok: false,
      findings: [{ kind: 'unknown_key' }, { kind: 'not_available_yet' }],
    });
  });
});

describe('init', () => {
  it('makes log, key, pin and file once, and leaves them as they are afterwards', async () => {
    const first = await run('init', '--data', data, '--config', config, '--origin', 'audit.example/orders', '--json');
    expect(first.code).toBe(0);
    const report = JSON.parse(first.out);
    expect(report).toMatchObject({ origin: 'audit.example/orders', created: true, pinned: true });
    expect(pinnedKeys('audit.example/orders')).toEqual([report.vkey]);
    expect(statSync(join(data, 'keys', 'signing.key')).mode & 0o777).toBe(0o600);
    const file = readFileSync(config, 'utf8');
    const second = await run('init', '--data', data, '--config', config, '--json');
    expect(JSON.parse(second.out)).toEqual({ ...report, created: false, pinned: false });
    expect(readFileSync(config, 'utf8')).toBe(file);
    expect(await run('config', 'check', '--config', config)).toMatchObject({ code: 0 });
  });

  it('makes the key file that the configuration names', async () => {
    const key = join(folder, 'deep', 'audit.key');
    yaml(`audit: {security: {signing: {key_file: ${key}}}}`);
    const { code, out } = await run('init', '--data', data, '--config', config);
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('Next:') });
    expect(statSync(key).mode & 0o777).toBe(0o600);
    expect(existsSync(join(data, 'keys', 'signing.key'))).toBe(false);
  });

  it('refuses another origin for a log that has one', async () => {
    await run('init', '--data', data, '--config', config, '--origin', 'a.example');
    expect(await run('init', '--data', data, '--config', config, '--origin', 'b.example')).toMatchObject({ code: 3 });
  });
});

describe('serve', () => {
  it('exits with 3 when the key file is missing', async () => {
    yaml(`audit: {security: {signing: {key_file: ${join(folder, 'none.key')}}}}`);
    const { code, err } = await run('serve', '--config', config, '--data', data);
    expect({ code, err }).toMatchObject({ code: 3, err: expect.stringContaining('indelible init') });
    expect(existsSync(join(data, 'log'))).toBe(false);
  });
});

describe('reportError', () => {
  it('prints one line for what nobody expected, and how to see more', () => {
    const written: string[] = [];
    const stderr = { write: (text: string) => written.push(text) };
    expect(reportError(new TypeError('boom\nat x'), stderr, false)).toBe(3);
    expect(reportError(new AuditError('invalid_argument', 'no'), stderr, false)).toBe(2);
    expect(reportError(new AuditError('unavailable', 'no'), stderr, false)).toBe(3);
    expect(written[0]).toMatch(/^error: .*boom.*INDELIBLE_DEBUG=1.*\n$/);
    reportError(new TypeError('boom'), stderr, true);
    expect(written.at(-1)).toContain('program.test.ts');
  });
});

function emptyConfig(): string {
  yaml('');
  return config;
}
