import { expect, test } from 'vitest';
import { type AnswerFormat, csvFormat, jsonFormat, ndjsonFormat, type Row } from './answer-format.ts';

const columns = ['user', 'count', 'user'];
const batches: readonly (readonly Row[])[] = [
  [['a"na,\r\n', 1, null]],
  [],
  [
    ['bob', 2, ['x']],
    ['', 0, { a: null }],
  ],
];

function write(format: AnswerFormat): string {
  return [format.begin(columns), ...batches.map((rows) => format.rows(rows)), format.end()].join('');
}

const objects = [
  { user: 'a"na,\r\n', count: 1, user_2: null },
  { user: 'bob', count: 2, user_2: ['x'] },
  { user: '', count: 0, user_2: { a: null } },
];

test('JSON is one array, whatever the batches, and no column of the same name is lost', () => {
  expect(JSON.parse(write(jsonFormat()))).toEqual(objects);
});

test('an empty answer is an empty array', () => {
  const format = jsonFormat();
  expect(JSON.parse(format.begin(['a']) + format.end())).toEqual([]);
});

test('JSON lines are one object a line', () => {
  const lines = write(ndjsonFormat()).trimEnd().split('\n');
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual(objects);
});

test('CSV quotes what would break it, and writes composed values as JSON', () => {
  expect(write(csvFormat())).toBe('user,count,user\r\n"a""na,\r\n",1,\r\nbob,2,"[""x""]"\r\n,0,"{""a"":null}"\r\n');
});
