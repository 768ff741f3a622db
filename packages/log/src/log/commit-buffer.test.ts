// The bytes of a commit are its lines, and the hashes are theirs.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leafHash } from '../integrity/hash.ts';
import { CommitBuffer } from './commit-buffer.ts';
import { lineBytesMax } from './line.ts';

const anyBody = fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', maxLength: 200 }), {
  minKeys: 1,
});

test('whatever the events say, the bytes are the joined lines and the hashes those of the lines', () => {
  const buffer = new CommitBuffer();
  fc.assert(
    fc.property(fc.array(anyBody, { minLength: 1 }), fc.nat(), (events, first) => {
      buffer.clear();
      const lines = events.map((event, i) => `{"seq":${first + i},${JSON.stringify(event).slice(1)}`);
      const hashes = events.map((event, i) => buffer.addRecord(first + i, Buffer.from(JSON.stringify(event))));
      expect(buffer.bytes.toString()).toBe(lines.map((line) => `${line}\n`).join(''));
      expect(hashes).toEqual(lines.map((line) => leafHash(line)));
    }),
  );
});

test('a line that is no leaf stands among the others', () => {
  const buffer = new CommitBuffer();
  buffer.addLine('{"gap":"é€𝄞"}');
  const leaf = buffer.addRecord(5, Buffer.from('{"a":1}'));
  expect(buffer.bytes.toString()).toBe('{"gap":"é€𝄞"}\n{"seq":5,"a":1}\n');
  expect(leaf).toBe(leafHash('{"seq":5,"a":1}'));
});

test('nothing of the commit before is left after it was cleared', () => {
  const buffer = new CommitBuffer();
  buffer.addRecord(0, Buffer.from(`{"a":"${'x'.repeat(500)}"}`));
  buffer.clear();
  expect(buffer.bytes).toHaveLength(0);
  buffer.addRecord(1, Buffer.from('{"b":1}'));
  expect(buffer.bytes.toString()).toBe('{"seq":1,"b":1}\n');
});

test('a commit larger than the buffer was made for keeps every line', () => {
  const buffer = new CommitBuffer();
  const body = Buffer.from(`{"a":"${'é'.repeat(30_000)}"}`);
  const hashes = Array.from({ length: 60 }, (_, i) => buffer.addRecord(i, body));
  const lines = buffer.bytes.toString().split('\n').slice(0, -1);
  expect(lines).toHaveLength(60);
  expect(lines.map((line) => leafHash(line))).toEqual(hashes);
});

test('the longest line is taken and one byte more is refused', () => {
  const buffer = new CommitBuffer();
  const rest = lineBytesMax - '{"seq":0,"a":""}'.length;
  buffer.addRecord(0, Buffer.from(`{"a":"${'x'.repeat(rest)}"}`));
  expect(buffer.bytes).toHaveLength(lineBytesMax + 1);
  expect(() => buffer.addRecord(0, Buffer.from(`{"a":"${'x'.repeat(rest + 1)}"}`))).toThrow(RangeError);
});
