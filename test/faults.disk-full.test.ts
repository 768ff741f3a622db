// A disk that fills up and has room again, as a small tmpfs of its own. Needs root and the right to mount; without them
// the test is skipped by name.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openReopeningLog } from '../packages/log/src/log/reopening-log.ts';
import { verifyLog } from '../packages/log/src/verify/verify-log.ts';
import { recordsOfLog, temporaryFolder } from './log/log-folder.ts';

const diskBytes = 24 << 20;
const ballastBytes = 2 << 20;

/** Mounts a small disk, or says why that cannot be. */
function mountSmallDisk(): { folder: string } | { refused: string } {
  if (process.platform !== 'linux') return { refused: 'a small tmpfs can be mounted on Linux only' };
  if (process.getuid?.() !== 0) return { refused: 'mounting a small tmpfs needs root' };
  const folder = join(temporaryFolder(), 'disk');
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes}`, 'tmpfs', folder], { stdio: 'pipe' });
  } catch (error) {
    return { refused: `mounting a small tmpfs was refused: ${error}` };
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return { folder };
}

function fillUpTo(path: string, bytesLeft: number): void {
  const { bavail, bsize } = statfsSync(join(path, '..'));
  writeFileSync(path, Buffer.alloc(bavail * bsize - bytesLeft, 'x'));
}

test('a full disk refuses, is recorded, and loses nothing; with room again the log goes on', {
  timeout: 60_000,
}, async (context) => {
  const disk = mountSmallDisk();
  if ('refused' in disk) return context.skip(disk.refused);
  const dataDir = join(disk.folder, 'data');
  let wake = () => {};
  const states: string[] = [];
  const log = await openReopeningLog({
    dataDir,
    ballastBytes,
    heartbeatMs: 0,
    backoffMs: 10,
    onState: (state) => {
      states.push(state);
      wake();
    },
  });
  onTestFinished(() => log.close());
  expect(existsSync(join(dataDir, 'ballast'))).toBe(true);
  const filler = join(disk.folder, 'filler');
  fillUpTo(filler, 1_500_000);

  const acknowledged = new Map<number, number>();
  let refusal: { code?: string } = {};
  for (let n = 0; refusal.code === undefined && n < 200; n++) {
    const event = { event_type: 'data_access' as const, details: { n, pad: 'x'.repeat(50_000) } };
    await log.append(event).then(
      ({ seq }) => acknowledged.set(n, seq),
      (error) => {
        refusal = error;
      },
    );
  }
  expect(refusal.code).toBe('outcome_unknown');
  expect(acknowledged.size).toBeGreaterThan(5);
  expect(existsSync(join(dataDir, 'ballast'))).toBe(false);
  while (!states.includes('open')) await new Promise<void>((resolve) => (wake = resolve));
  // Still full but for what the ballast gave back: that it was full is in the log already.
  const full = (await recordsOfLog(dataDir)).find(({ subtype }) => subtype === 'disk_full');
  expect(full).toMatchObject({ severity: 'critical', details: { reason: expect.stringContaining('ENOSPC') } });

  rmSync(filler);
  const { seq } = await log.append({ event_type: 'data_access', details: { n: 'after' } });
  const records = new Map((await recordsOfLog(dataDir)).map((record) => [record.seq, record]));
  expect(records.get(seq)?.details).toEqual({ n: 'after' });
  for (const [n, at] of acknowledged) expect(records.get(at)?.details, `record ${at}`).toMatchObject({ n });
  await log.close();
  const report = await verifyLog({ dataDir, trustedKey: log.vkey, allSignatures: true });
  expect(report).toMatchObject({ ok: true, findings: [], size: log.size });
});
