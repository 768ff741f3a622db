import { isUtf8 } from 'node:buffer';
import type { AuditEvent, RecordResult } from '@indelible/log';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runRecord } from './run-record.ts';

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

/** Records into an array; what is of the type `system` is excluded. */
function createArrayWriter() {
  const events: AuditEvent[] = [];
  const takeOne = (event: AuditEvent): RecordResult => {
    if (event.event_type === 'system') return { excluded: true };
    return { seq: events.push(event) + 99 };
  };
  return { events, record: async (batch: readonly AuditEvent[]) => batch.map(takeOne) };
}

async function record(input: string | Buffer, chunkSize = 7) {
  const writer = createArrayWriter();
  const rejections: { line: number; reason: string }[] = [];
  const reject = (line: number, reason: string) => rejections.push({ line, reason });
  const summary = await runRecord({ input: inChunks(Buffer.from(input), chunkSize), writer, reject });
  return { summary, rejections, events: writer.events };
}

const good = (user: string) => JSON.stringify({ event_type: 'authentication', actor: { user_id: user } });

test('valid lines are recorded around the invalid ones, which are told with number and reason', async () => {
  const input = [good('ana'), '{"event_type":', '', good('bob'), '{"event_type":"no_such"}', '[]', good('eve')].join(
    '\n',
  );
  const { summary, rejections, events } = await record(input);
  expect(summary).toEqual({ recorded: 3, rejected: 3, excluded: 0, first_seq: 100, last_seq: 102 });
  expect(events.map((event) => event.actor?.user_id)).toEqual(['ana', 'bob', 'eve']);
  expect(rejections.map(({ line }) => line)).toEqual([2, 5, 6]);
  expect(rejections[1]?.reason).toMatch(/event_type/);
});

test('what the configuration leaves out is neither recorded nor rejected', async () => {
  const { summary } = await record('{"event_type":"system","subtype":"metrics"}\n');
  expect(summary).toEqual({ recorded: 0, rejected: 0, excluded: 1, first_seq: null, last_seq: null });
});

test('a line that is no text and a line that is too long are told, and the next one is recorded', async () => {
  const bytes = Buffer.concat([
    Buffer.from([0xff, 0xfe, 0x00, 0x0a]),
    Buffer.from(`${good('x'.repeat(5 << 20))}\n`),
    Buffer.from(good('ana')),
  ]);
  const { summary, rejections } = await record(bytes, 1 << 16);
  expect(summary).toMatchObject({ recorded: 1, rejected: 2 });
  expect(rejections).toEqual([
    { line: 1, reason: 'not valid UTF-8' },
    { line: 2, reason: expect.stringContaining('longer than a line may be') },
  ]);
});

test('Windows line ends and a byte order mark are no mistakes', async () => {
  expect((await record(`\ufeff${good('ana')}\r\n${good('bob')}\r\n`)).summary).toMatchObject({
    recorded: 2,
    rejected: 0,
  });
});

test('whatever comes in, each line is either recorded or reported, in order', async () => {
  const line = fc.oneof(
    fc.constantFrom(good('ana'), good('bob')).map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0x0a))),
    fc.json().map((text) => Buffer.from(text)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 100 }), async (lines, chunkSize) => {
      const input = Buffer.concat(lines.flatMap((bytes) => [bytes, Buffer.from('\n')]));
      const { summary, rejections } = await record(input, chunkSize);
      const blank = lines.filter((bytes) => isUtf8(bytes) && bytes.toString().trim() === '').length;
      expect(summary.recorded).toBe(lines.filter((bytes) => bytes.toString().startsWith('{"event_type":"auth')).length);
      expect(summary.recorded + summary.rejected + blank).toBe(lines.length);
      expect(rejections.map((r) => r.line)).toEqual(rejections.map((r) => r.line).toSorted((a, b) => a - b));
    }),
  );
});

test('a log that fails ends it with the log’s error', async () => {
  const writer = { record: () => Promise.reject(new TypeError('gone')) };
  const run = { input: inChunks(Buffer.from(`${good('ana')}\n`), 1000), writer, reject: () => {} };
  await expect(runRecord(run)).rejects.toThrow('gone');
});
