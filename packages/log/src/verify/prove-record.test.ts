import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MadeLog, makeLog } from '../../../../test/drill/make-log.ts';
import { verifyTlogProof } from '../integrity/tlog-proof.ts';
import { readHead } from '../log/head.ts';
import { readLines } from '../log/reader.ts';
import { TreeFiles, treeFilePath } from '../log/tree-files.ts';
import { proveRecord } from './prove-record.ts';

let log: MadeLog;

beforeEach(() => {
  log = makeLog({ commits: 90, recordsPerCommit: 6, segmentBytesMax: 50_000 });
});

afterEach(() => log.remove());

async function writeTreeFiles(): Promise<void> {
  const tree = TreeFiles.open(log.dataDir);
  await tree.catchUp();
  tree.close();
}

test('every position but the newest seal is proved, with tree files as without', async () => {
  const sizes: number[] = [];
  for (const hasTree of [false, true]) {
    if (hasTree) await writeTreeFiles();
    for (const seq of [0, 1, 2, 255, 256, 511, 512, 600]) {
      const { proof, line } = await proveRecord(log.dataDir, seq);
      const verified = verifyTlogProof(proof, [log.signer.verifier]);
      expect(verified).toMatchObject({ index: seq });
      expect(verified.extra.toString()).toBe(line);
      sizes.push(proof.length);
    }
  }
  expect(sizes.slice(0, 8)).toEqual(sizes.slice(8));
});

test('a record is found by its event_id', async () => {
  let wanted: { seq: number; line: string } | undefined;
  for await (const lines of readLines(log.dataDir, { from: 300, to: 301 })) wanted = lines[0];
  const id = JSON.parse(wanted!.line).event_id;
  expect(await proveRecord(log.dataDir, id)).toMatchObject({ seq: 300, line: wanted!.line });
});

test('wrong tree files are made up for, and not believed', async () => {
  await writeTreeFiles();
  for (const tier of [0, 1]) writeFileSync(treeFilePath(log.dataDir, tier), Buffer.alloc(32 * 700));
  const { proof } = await proveRecord(log.dataDir, 17);
  expect(verifyTlogProof(proof, [log.signer.verifier]).index).toBe(17);
});

test('what is not there, or not covered yet, is told', async () => {
  const { size } = readHead(log.dataDir)!;
  await expect(proveRecord(log.dataDir, size - 1)).rejects.toMatchObject({ code: 'not_found' });
  await expect(proveRecord(log.dataDir, size + 5)).rejects.toMatchObject({ code: 'not_found' });
  await expect(proveRecord(log.dataDir, 'evt_nobody')).rejects.toMatchObject({ code: 'not_found' });
  rmSync(join(log.dataDir, 'head'));
  await expect(proveRecord(log.dataDir, 3)).rejects.toMatchObject({ code: 'no_log' });
});
