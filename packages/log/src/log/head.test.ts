// The head file: what comes back from it, and that nothing torn or foreign does.

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../../test/log/log-folder.ts';
import { formatHead, type Head, headPath, parseHead, readHead } from './head.ts';
import { segmentName } from './segment.ts';

const head: Head = {
  segment: segmentName(0),
  offset: 1234,
  size: 17,
  checkpoint: 'indelible.test/log\n16\nroot\n\n— x y\n',
};

test('a head comes back as it was', () => {
  expect(parseHead(formatHead(head))).toEqual(head);
});

test('every head takes the same room, so that a shorter one covers a longer one', () => {
  const longer = { ...head, size: 1_000_000, checkpoint: head.checkpoint.repeat(3) };
  expect(formatHead(longer)).toHaveLength(formatHead(head).length);
});

test('a head that outgrows its room is read, and so is the shorter one written over it', () => {
  const folder = temporaryFolder();
  const long = { ...head, checkpoint: head.checkpoint.repeat(100) };
  writeFileSync(headPath(folder), formatHead(long));
  expect(readHead(folder)).toEqual(long);
  const over = Buffer.concat([formatHead(head), formatHead(long).subarray(formatHead(head).length)]);
  writeFileSync(headPath(folder), over);
  expect(readHead(folder)).toEqual(head);
});

test('the first bytes of one head and the last of another are no head', () => {
  const [one, other] = [formatHead(head), formatHead({ ...head, offset: 5678, size: 28 })];
  for (let cut = 1; cut < 300; cut++) {
    const torn = Buffer.concat([one.subarray(0, cut), other.subarray(cut)]);
    const read = parseHead(torn);
    if (torn.equals(one)) expect(read).toEqual(head);
    else if (torn.equals(other)) expect(read?.size).toBe(28);
    else expect(read, `cut at ${cut}`).toBeUndefined();
  }
});

test.each<[string, unknown]>([
  ['another offset', { ...head, offset: 1235 }],
  ['another size', { ...head, size: 18 }],
  ['another segment', { ...head, segment: segmentName(1) }],
  ['another checkpoint', { ...head, checkpoint: 'x' }],
])('a head with %s under the old check is none', (_, changed) => {
  const { check } = JSON.parse(formatHead(head).toString());
  expect(parseHead(Buffer.from(JSON.stringify({ ...Object(changed), check })))).toBeUndefined();
});

test.each(['', ' ', '\n', 'null', '[]', '5', '"head"', '{}', '{"segment":5}', '\0\0\0\0', '{"segment":"x"'])(
  'the file %j is no head',
  (text) => {
    expect(parseHead(Buffer.from(text))).toBeUndefined();
  },
);

test('a folder without a head, or with an unreadable one, has none', () => {
  const folder = temporaryFolder();
  expect(readHead(folder)).toBeUndefined();
  writeFileSync(headPath(folder), 'torn');
  expect(readHead(folder)).toBeUndefined();
  writeFileSync(headPath(folder), formatHead(head));
  expect(readHead(folder)).toEqual(head);
  rmSync(headPath(folder));
  expect(readHead(join(folder, 'missing'))).toBeUndefined();
});
