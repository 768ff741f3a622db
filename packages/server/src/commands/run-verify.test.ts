import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { proveRecord } from '@indelible/log';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MadeLog, makeLog } from '../../../../test/drill/make-log.ts';
import { runDrill } from './drill/run-drill.ts';
import type { Streams } from './run-search.ts';
import { runVerify } from './run-verify.ts';
import { runVerifyProof } from './run-verify-proof.ts';

let log: MadeLog;

beforeAll(() => {
  log = makeLog({ commits: 260, recordsPerCommit: 5, segmentBytesMax: 1 << 20 });
});

afterAll(() => log.remove());

async function printed(run: (streams: Streams) => Promise<number> | number) {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const texts = Promise.all([text(streams.stdout), text(streams.stderr)]);
  const code = await run(streams);
  streams.stdout.end();
  streams.stderr.end();
  const [stdout, stderr] = await texts;
  return { code, stdout, stderr };
}

const verify = (dataDir: string, more: { json?: boolean; quiet?: boolean } = {}) =>
  printed((streams) =>
    runVerify({ options: { dataDir, settleMs: 0 }, json: more.json === true, quiet: more.quiet === true }, streams),
  );

test('a sound log prints the five lines of the seed, the first of them as talk', async () => {
  const { code, stdout, stderr } = await verify(log.dataDir);
  expect(code).toBe(0);
  expect(stdout).toBe('Total entries: 1,301\nValid signatures: 1,301\nChain integrity: OK\nNo tampering detected\n');
  expect(stderr).toMatch(/^Verifying audit log integrity\.\.\.\nPositions 0 to 1560 are complete and unchanged/);
});

test('quiet says nothing of a sound log', async () => {
  expect(await verify(log.dataDir, { quiet: true })).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('a changed log exits 1 and says what was found and where', async () => {
  const changed = makeLog();
  const path = join(changed.dataDir, 'log', `${'0'.repeat(20)}.ndjson`);
  writeFileSync(path, readFileSync(path, 'utf8').replace('alice', 'mallo'));
  const { code, stdout } = await verify(changed.dataDir);
  const json = await verify(changed.dataDir, { json: true });
  changed.remove();
  expect(code).toBe(1);
  const [entries, , chain, tampering, finding] = stdout.split('\n');
  expect([entries, chain]).toEqual(['Total entries: 25', 'Chain integrity: BROKEN']);
  expect(tampering).toMatch(/^Tampering detected: \d findings?$/);
  expect(finding).toMatch(/^ {2}0{20}\.ndjson:2, position 1: .*among positions 1 to 5/);
  const report = JSON.parse(json.stdout);
  expect(json.code).toBe(1);
  expect(report).toMatchObject({ ok: false, entries: 25 });
  expect(report.findings[0]).toMatchObject({
    kind: 'lines_changed',
    segment: `${'0'.repeat(20)}.ndjson`,
    line: 2,
    seq: 1,
  });
});

test('a proof is checked without any log, under the key that is given, pinned, or else the log’s own', async () => {
  const { proof, line } = await proveRecord(log.dataDir, 40);
  const check = (keys: { trustedKey?: string; ownKey?: string; pinned?: string[] }, of = proof) =>
    printed((streams) =>
      runVerifyProof(
        {
          proof: of,
          trustedKey: keys.trustedKey,
          ownKey: keys.ownKey,
          pinnedKeysOf: () => keys.pinned ?? [],
          json: false,
          quiet: false,
        },
        streams,
      ),
    );
  const { vkey } = log.signer;
  for (const keys of [{ trustedKey: vkey }, { ownKey: vkey }, { pinned: [vkey] }]) {
    expect(await check(keys)).toMatchObject({ code: 0, stdout: `${line}\n` });
  }
  const other = makeLog({ commits: 1 });
  expect(await check({ trustedKey: other.signer.vkey })).toMatchObject({ code: 1 });
  other.remove();
  const extra = Buffer.from(line.replace('alice', 'mallo')).toString('base64');
  expect(await check({ ownKey: vkey }, proof.replace(/extra .*/, `extra ${extra}`))).toMatchObject({ code: 1 });
  await expect(check({})).rejects.toMatchObject({ code: 'not_found' });
});

test('the drill catches every attack on a copy, and leaves the log as it is', async () => {
  const path = join(log.dataDir, 'log', `${'0'.repeat(20)}.ndjson`);
  const before = readFileSync(path);
  const { code, stdout } = await printed((streams) => runDrill({ dataDir: log.dataDir, json: true }, streams));
  const { ok, results } = JSON.parse(stdout);
  expect(results.filter(({ caught }: { caught: boolean | null }) => caught !== true)).toEqual([]);
  expect([code, ok]).toEqual([0, true]);
  expect(results.length).toBeGreaterThan(25);
  expect(readFileSync(path).equals(before)).toBe(true);
}, 60_000);

test('the drill says so when an attack is not caught, and which do not apply', async () => {
  const attacks = [
    { name: 'nothing', what: '', apply: () => ({}) },
    { name: 'impossible', what: '', apply: () => ({ doesNotApply: 'no place for it' }) },
  ];
  const { code, stdout } = await printed((streams) =>
    runDrill({ dataDir: log.dataDir, json: false, attacks }, streams),
  );
  expect(code).toBe(1);
  expect(stdout).toMatch(/nothing +NO/);
  expect(stdout).toMatch(/impossible +– .*no place for it/);
});

test('the drill works on a log of one commit, and refuses one that is damaged already', async () => {
  const small = makeLog({ commits: 0 });
  const drill = (dataDir: string) => printed((streams) => runDrill({ dataDir, json: true }, streams));
  expect(await drill(small.dataDir)).toMatchObject({ code: 0 });
  const path = join(small.dataDir, 'log', `${'0'.repeat(20)}.ndjson`);
  writeFileSync(path, readFileSync(path, 'utf8').replace('"format":1', '"format":2'));
  await expect(drill(small.dataDir)).rejects.toMatchObject({ code: 'log_damaged' });
  rmSync(small.dataDir, { recursive: true });
}, 60_000);
