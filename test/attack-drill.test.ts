// Every way of tampering that the drill knows, done to a real log: each must be found, and where it touched a line,
// found at that line. With leaf hashes kept from before, to the very record; without them, to its commit.

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TreeFiles, type VerifyReport, verifyLog } from '@indelible/log';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Attack, Outcome } from '../packages/server/src/commands/drill/attack.ts';
import { attacks } from '../packages/server/src/commands/drill/attacks.ts';
import { LogCopy } from '../packages/server/src/commands/drill/log-copy.ts';
import { type MadeLog, makeLog } from './drill/make-log.ts';

let log: MadeLog;
let copies: string;

beforeAll(async () => {
  log = makeLog({ commits: 12, recordsPerCommit: 6, segmentBytesMax: 12_000 });
  copies = mkdtempSync(join(tmpdir(), 'indelible-attacks-'));
  const tree = TreeFiles.open(log.dataDir);
  await tree.catchUp();
  tree.close();
});

afterAll(() => {
  log.remove();
  rmSync(copies, { recursive: true, force: true });
});

async function attack({ apply }: Attack, keepTree: boolean): Promise<{ outcome: Outcome; report: VerifyReport }> {
  const dataDir = mkdtempSync(join(copies, 'copy-'));
  cpSync(log.dataDir, dataDir, { recursive: true });
  if (!keepTree) rmSync(join(dataDir, 'tree'), { recursive: true });
  const outcome = apply(new LogCopy(dataDir));
  const knownHeads = [log.checkpoints.at(-1)!];
  const report = await verifyLog({ dataDir, knownHeads, trustedKey: log.signer.vkey, settleMs: 0 });
  return { outcome, report };
}

test('the log that is attacked verifies as it is', async () => {
  const report = await verifyLog({ dataDir: log.dataDir, knownHeads: log.checkpoints, trustedKey: log.signer.vkey });
  expect(report.findings).toEqual([]);
  expect(report).toMatchObject({ ok: true, entries: 73, signed: 73, seals: 13, withheld: 0, key: { status: 'given' } });
});

describe.each(attacks.map((each) => [each.name, each] as const))('%s', (_, each) => {
  test('is found with leaf hashes from before, at the line that it touched', async () => {
    const { outcome, report } = await attack(each, true);
    expect(outcome).not.toHaveProperty('doesNotApply');
    expect(report.ok).toBe(false);
    const { seq } = outcome as { seq?: number };
    if (seq === undefined) return;
    const located = report.findings.filter((finding) => finding.severity === 'error' && finding.seq === seq);
    expect(located.length, JSON.stringify(report.findings, null, 1)).toBeGreaterThan(0);
    expect(located[0]!.segment).toMatch(/^\d{20}\.ndjson$/);
    expect(located[0]!.line).toBeGreaterThan(0);
  });

  test('is found without them, in the commit that it touched', async () => {
    const { outcome, report } = await attack(each, false);
    expect(report.ok).toBe(false);
    const { seq } = outcome as { seq?: number };
    if (seq === undefined) return;
    const covering = report.findings.filter(
      (finding) => finding.seq !== null && finding.seq <= seq && seq < (finding.end ?? finding.seq + 1),
    );
    expect(covering.length, JSON.stringify(report.findings, null, 1)).toBeGreaterThan(0);
  });
});
