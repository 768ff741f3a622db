// A real writer killed under load, again and again over the same log: whatever it acknowledged is there, nothing is
// there twice, and the log verifies.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openLog } from '../packages/log/src/log/open-log.ts';
import { verifyLog } from '../packages/log/src/verify/verify-log.ts';
import { openTestLog, recordsOfLog, temporaryFolder } from './log/log-folder.ts';

const rounds = 12;

/** Runs a writer until it has acknowledged so many records, kills it, and returns all that it acknowledged. */
async function runAndKill(dataDir: string, firstNumber: number, enough: number): Promise<Map<number, number>> {
  const child = spawn(
    process.execPath,
    [
      '--conditions=@indelible/source',
      '--import=tsx',
      join(import.meta.dirname, 'log', 'writer-child.ts'),
      dataDir,
      String(firstNumber),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  let lines = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    for (const byte of chunk) if (byte === 0x0a) lines += 1;
    if (lines >= enough) child.kill('SIGKILL');
  });
  const [, signal] = await once(child, 'close');
  expect(signal).toBe('SIGKILL');
  // A last line that the kill cut short says nothing.
  const whole = said.slice(0, said.lastIndexOf('\n')).split('\n');
  return new Map(whole.map((line) => line.split(' ').map(Number)).map(([seq = -1, n = -1]) => [n, seq]));
}

test('kill -9 under load loses nothing that was acknowledged', { timeout: 300_000 }, async () => {
  const dataDir = temporaryFolder();
  // The name and the key are made before the first kill, so that the key to trust is known from the start.
  const made = await openLog({ dataDir, heartbeatMs: 0, ballastBytes: 0 });
  await made.close();
  const acknowledged = new Map<number, number>();
  for (let round = 0; round < rounds; round++) {
    const firstNumber = round * 1_000_000;
    const said = await runAndKill(dataDir, firstNumber, 1 + ((round * 397) % 900));
    expect(said.size).toBeGreaterThan(0);
    for (const [n, seq] of said) acknowledged.set(n, seq);
  }
  const log = await openTestLog(dataDir);
  const records = new Map((await recordsOfLog(dataDir)).map((record) => [record.seq, record]));
  for (const [n, seq] of acknowledged) expect(records.get(seq)?.details, `record ${seq}`).toMatchObject({ n });
  expect(acknowledged.size).toBeGreaterThan(1_000);

  // What the last child sent is sent once more: what is there is not recorded again.
  const last = [...acknowledged].slice(-20);
  for (const [n, seq] of last) {
    const receipt = await log.append({
      event_type: 'data_modification',
      context: { producer: { id: 'child', epoch: 1, seq: n } },
    });
    expect(receipt.seq).toBe(seq);
  }
  const numbers = [...records.values()].flatMap(({ details }) => (details?.n === undefined ? [] : [details.n]));
  expect(new Set(numbers).size).toBe(numbers.length);
  await log.close();
  const report = await verifyLog({ dataDir, trustedKey: made.vkey, allSignatures: true });
  expect(report.findings).toEqual([]);
  expect(report).toMatchObject({ ok: true, size: log.size });
});
