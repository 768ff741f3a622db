// Names of segments, and which files of a folder are some.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../../test/log/log-folder.ts';
import { firstOfSegmentName, listSegments, logDirOf, segmentName } from './segment.ts';

test('a segment is named by its first position in twenty digits', () => {
  expect(segmentName(0)).toBe('00000000000000000000.ndjson');
  expect(segmentName(1_234_067)).toBe('00000000000001234067.ndjson');
  expect(firstOfSegmentName(`/x/${segmentName(Number.MAX_SAFE_INTEGER)}`)).toBe(Number.MAX_SAFE_INTEGER);
});

test.each([
  'x.ndjson',
  '0.ndjson',
  '0000000000000000000.ndjson',
  '000000000000000000000.ndjson',
  '00000000000000000000.ndjson.gz',
  '00000000000000000000.json',
  '-0000000000000000001.ndjson',
  '99999999999999999999.ndjson',
  '0000000000000000000a.ndjson',
])('%s is not the name of a segment', (name) => {
  expect(firstOfSegmentName(name)).toBeUndefined();
});

test('the segments of a folder come in the order of their positions, without the other files', () => {
  const folder = temporaryFolder();
  for (const name of [segmentName(100), segmentName(20), 'notes.txt', segmentName(0), `${segmentName(5)}.gz`]) {
    writeFileSync(join(folder, name), '');
  }
  expect(listSegments(folder)).toEqual(
    [0, 20, 100].map((first) => ({ first, name: segmentName(first), path: join(folder, segmentName(first)) })),
  );
});

test('a folder that is not there has no segments', () => {
  expect(listSegments(logDirOf(temporaryFolder()))).toEqual([]);
});
