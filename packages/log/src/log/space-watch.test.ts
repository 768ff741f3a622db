// When a watermark counts as passed.

import { statfsSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../../../test/log/log-folder.ts';
import { type SpaceReport, watchSpace, watermarkOf } from './space-watch.ts';

test.each([
  [0, 0, 0],
  [79, 0, 0],
  [80, 0, 80],
  [94, 0, 80],
  [95, 0, 95],
  [100, 0, 95],
  [95, 80, 95],
  [94, 95, 95],
  [93, 95, 80],
  [79, 80, 80],
  [78, 80, 0],
  [50, 95, 0],
])('at %i %% after the mark %i the mark is %i', (usedPercent, passed, mark) => {
  expect(watermarkOf(usedPercent, passed)).toBe(mark);
});

test('going to and fro around a mark passes it once', () => {
  let passed = 0;
  const told: number[] = [];
  for (const usedPercent of [79, 80, 79, 80, 81, 79, 80, 77, 80]) {
    const mark = watermarkOf(usedPercent, passed);
    if (mark > passed) told.push(usedPercent);
    passed = mark;
  }
  expect(told).toEqual([80, 80]);
});

test('a disk below every mark is not told of, and one above it is told of at once', async () => {
  const folder = temporaryFolder();
  const { blocks, bfree, bavail } = statfsSync(folder);
  const usedPercent = Math.round((100 * (blocks - bfree)) / (blocks - bfree + bavail));
  const reports: SpaceReport[] = [];
  onTestFinished(watchSpace(folder, (report) => reports.push(report)));
  // The first look is one call of statfs away: by the time that this later one answers it is over.
  for (let i = 0; i < 5; i++) await import('node:fs/promises').then(({ statfs }) => statfs(folder));
  expect(reports.map((report) => report.watermark_percent)).toEqual(
    [watermarkOf(usedPercent, 0)].filter((mark) => mark > 0),
  );
});
