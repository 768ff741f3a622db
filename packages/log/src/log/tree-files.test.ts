// The derived hashes of a log: equal to a tree made from its lines, whatever state they were found in.

import { appendFileSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  bodyOf,
  createTestSigner,
  linesOfLog,
  openTestSealer,
  temporaryFolder,
} from '../../../../test/log/log-folder.ts';
import { Frontier } from '../integrity/frontier.ts';
import { type Hash, leafHash } from '../integrity/hash.ts';
import type { Sealer } from './sealer.ts';
import { TreeFiles, tileWidth, treeFilePath } from './tree-files.ts';

const signer = createTestSigner();

function grow(sealer: Sealer, lines: number): void {
  for (let left = lines; left > 0; left -= 1024) {
    sealer.commit(Array.from({ length: Math.min(left, 1024) - 1 }, (_, i) => bodyOf(i)));
  }
}

/** A log of so many lines. */
function makeLog(lines: number): { dataDir: string; sealer: Sealer } {
  const dataDir = temporaryFolder();
  const sealer = openTestSealer(dataDir, { signer });
  grow(sealer, lines - sealer.size);
  return { dataDir, sealer };
}

async function catchUp(dataDir: string): Promise<number> {
  const files = TreeFiles.open(dataDir);
  try {
    await files.catchUp();
    return files.size;
  } finally {
    files.close();
  }
}

function hashesIn(dataDir: string, tier: number): Hash[] {
  const text = readFileSync(treeFilePath(dataDir, tier), 'latin1');
  expect(text.length % 32).toBe(0);
  return Array.from({ length: text.length / 32 }, (_, i) => text.slice(32 * i, 32 * i + 32));
}

/** The tiers as anybody would make them who has all lines at hand. */
async function expectedTiers(dataDir: string): Promise<Hash[][]> {
  const tiers = [(await linesOfLog(dataDir)).map(({ line }) => leafHash(line))];
  while (tiers.at(-1)!.length >= tileWidth) {
    const below = tiers.at(-1)!;
    const roots: Hash[] = [];
    for (let at = 0; at + tileWidth <= below.length; at += tileWidth) {
      const frontier = Frontier.empty();
      for (const hash of below.slice(at, at + tileWidth)) frontier.appendLeaf(hash);
      roots.push(frontier.root());
    }
    tiers.push(roots);
  }
  return tiers;
}

async function expectRight(dataDir: string): Promise<void> {
  for (const [tier, hashes] of (await expectedTiers(dataDir)).entries()) {
    expect(hashesIn(dataDir, tier).length, `tier ${tier}`).toBe(hashes.length);
    expect(hashesIn(dataDir, tier).join('') === hashes.join(''), `tier ${tier}`).toBe(true);
  }
}

test.each([2, 255, 256, 257, 1_500])('a log of %i lines has the hashes of its lines and full tiles', async (lines) => {
  const { dataDir } = makeLog(lines);
  expect(await catchUp(dataDir)).toBe(lines);
  await expectRight(dataDir);
});

test('the files grow with the log, however often they are brought up to date', async () => {
  const { dataDir, sealer } = makeLog(10);
  const files = TreeFiles.open(dataDir);
  onTestFinished(() => files.close());
  for (const lines of [3, 240, 2, 2, 700]) {
    grow(sealer, lines);
    await files.catchUp();
    expect(files.size).toBe(sealer.size);
    await expectRight(dataDir);
  }
});

test('files that are gone are made again', async () => {
  const { dataDir } = makeLog(900);
  await catchUp(dataDir);
  for (const path of ['tree', 'tree/0', 'tree/1']) {
    rmSync(join(dataDir, path), { recursive: true });
    await catchUp(dataDir);
    await expectRight(dataDir);
  }
});

test('files that were torn are mended', async () => {
  const { dataDir, sealer } = makeLog(900);
  await catchUp(dataDir);
  const tears: (() => void)[] = [
    () => truncateSync(treeFilePath(dataDir, 0), 32 * 300 + 7),
    () => truncateSync(treeFilePath(dataDir, 0), 32 * 100),
    () => truncateSync(treeFilePath(dataDir, 0), 0),
    () => truncateSync(treeFilePath(dataDir, 1), 33),
    () => truncateSync(treeFilePath(dataDir, 1), 0),
    () => appendFileSync(treeFilePath(dataDir, 1), 'x'.repeat(64)),
    () => appendFileSync(treeFilePath(dataDir, 0), 'torn'),
  ];
  for (const tear of tears) {
    tear();
    grow(sealer, 3);
    await catchUp(dataDir);
    await expectRight(dataDir);
  }
});

test('three tiers are mended after the lowest lost nearly all of it', { timeout: 60_000 }, async () => {
  const { dataDir } = makeLog(66_000);
  await catchUp(dataDir);
  await expectRight(dataDir);
  expect(hashesIn(dataDir, 2)).toHaveLength(1);
  truncateSync(treeFilePath(dataDir, 0), 32 * 100);
  await catchUp(dataDir);
  await expectRight(dataDir);
  expect(hashesIn(dataDir, 2)).toHaveLength(1);
});

test('without a log there is nothing to catch up with', async () => {
  await expect(catchUp(temporaryFolder())).rejects.toMatchObject({ code: 'no_log' });
});
