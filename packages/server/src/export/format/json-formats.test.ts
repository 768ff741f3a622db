import { expect, test } from 'vitest';
import { hostileRecords, recordAt, textOf } from '../testing/records.ts';
import { jsonFormat } from './json-format.ts';
import { ndjsonFormat } from './ndjson-format.ts';

test('NDJSON is the stored lines byte for byte', async () => {
  expect(await textOf(ndjsonFormat, hostileRecords)).toBe(hostileRecords.map(({ line }) => `${line}\n`).join(''));
  expect(await textOf(ndjsonFormat, [])).toBe('');
});

test('NDJSON passes on a line that is no JSON: it is what the log has', async () => {
  expect(await textOf(ndjsonFormat, [{ seq: 0, line: '{"seq":0,torn' }])).toBe('{"seq":0,torn\n');
});

test('JSON is one array of the stored lines, one a row', async () => {
  const text = await textOf(jsonFormat, hostileRecords);
  expect(JSON.parse(text)).toEqual(hostileRecords.map(({ line }) => JSON.parse(line)));
  expect(
    text
      .split('\n')
      .slice(1, -2)
      .map((row) => row.replace(/,$/, '')),
  ).toEqual(hostileRecords.map((r) => r.line));
});

test('JSON of nothing is an empty array, and of one record has no comma', async () => {
  expect(JSON.parse(await textOf(jsonFormat, []))).toEqual([]);
  expect(await textOf(jsonFormat, [recordAt(3)])).toBe(`[\n${recordAt(3).line}\n]\n`);
});

test.each(['{"seq":5,"torn', '[1]', '"text"', 'null'])('JSON refuses %s, and says where it stands', async (line) => {
  await expect(textOf(jsonFormat, [{ seq: 5, line }])).rejects.toMatchObject({
    code: 'log_damaged',
    message: expect.stringContaining('position 5'),
  });
});
