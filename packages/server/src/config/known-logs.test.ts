import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSigner, generateSigningKey } from '@indelible/log';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { knownLogsFile, pinFirstKey, pinnedKeys, userConfigDir } from './known-logs.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'indelible-known-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const newKey = (origin: string) => createSigner(origin, generateSigningKey()).vkey;

describe('known logs', () => {
  it('pins the first key of a log, and never another one in its place', () => {
    const environment = { INDELIBLE_CONFIG_HOME: join(home, 'deep', 'down') };
    const [first, second] = [newKey('a.example/log'), newKey('a.example/log')];
    expect(pinFirstKey(first, environment)).toEqual({ pinned: [first], added: true });
    expect(pinFirstKey(second, environment)).toEqual({ pinned: [first], added: false });
    expect(pinnedKeys('a.example/log', environment)).toEqual([first]);
    expect(statSync(knownLogsFile(environment)).mode & 0o777).toBe(0o600);
  });

  it('keeps logs apart whose names begin alike', () => {
    const environment = { INDELIBLE_CONFIG_HOME: home };
    pinFirstKey(newKey('a.example/log2'), environment);
    expect(pinnedKeys('a.example/log', environment)).toEqual([]);
  });

  it('passes over comments and blank lines', () => {
    const vkey = newKey('a.example');
    writeFileSync(join(home, 'known_logs'), `# mine\n\n  ${vkey}  \n`);
    expect(pinnedKeys('a.example', { INDELIBLE_CONFIG_HOME: home })).toEqual([vkey]);
  });

  it('refuses what is no vkey and leaves the file alone', () => {
    const environment = { INDELIBLE_CONFIG_HOME: home };
    const vkey = newKey('a.example');
    pinFirstKey(vkey, environment);
    expect(() => pinFirstKey('a.example+00000000+AAAA', environment)).toThrow(
      expect.objectContaining({ code: 'invalid_key' }),
    );
    expect(readFileSync(knownLogsFile(environment), 'utf8')).toBe(`${vkey}\n`);
  });

  it('lies where the environment says', () => {
    expect(userConfigDir({ XDG_CONFIG_HOME: '/x' })).toBe('/x/indelible');
    expect(userConfigDir({ XDG_CONFIG_HOME: 'relative' })).toMatch(/\/\.config\/indelible$/);
    expect(userConfigDir({ XDG_CONFIG_HOME: '/x', INDELIBLE_CONFIG_HOME: '/y' })).toBe('/y');
  });
});
