import { describe, expect, it } from 'vitest';
import { Framer } from './framer.ts';
import type { Message } from './message.ts';

function message(type: string, body: string): Buffer {
  const header = Buffer.alloc(5);
  header.write(type);
  header.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([header, Buffer.from(body)]);
}

function readAll(framer: Framer, chunks: readonly Buffer[]): [string, string | undefined, number][] {
  const messages: [string, string | undefined, number][] = [];
  const note = ({ type, body, size }: Message) => messages.push([String.fromCharCode(type), body?.toString(), size]);
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const step = framer.read(chunk, at);
      at = step.end;
      if (step.message !== undefined) note(step.message);
    }
  }
  return messages;
}

const keepsQueries = (type: number) => type === 'Q'.charCodeAt(0);

describe('Framer', () => {
  const stream = Buffer.concat([
    message('Q', 'SELECT 1\0'),
    message('d', 'copied'),
    message('S', ''),
    message('Q', ''),
  ]);
  const expected = [
    ['Q', 'SELECT 1\0', 14],
    ['d', undefined, 11],
    ['S', undefined, 5],
    ['Q', '', 5],
  ];

  it('finds the same messages wherever the stream is cut', () => {
    for (let size = 1; size <= stream.length; size++) {
      const framer = new Framer({ keeps: keepsQueries, keptBytesMax: 100, beyondMax: 'fail' });
      const count = Math.ceil(stream.length / size);
      const chunks = Array.from({ length: count }, (_, n) => stream.subarray(n * size, (n + 1) * size));
      expect(readAll(framer, chunks)).toEqual(expected);
      expect(framer.atBoundary).toBe(true);
    }
  });

  it('refuses a wanted body past the limit before it has come, and names both sizes', () => {
    const framer = new Framer({ keeps: keepsQueries, keptBytesMax: 3, beyondMax: 'fail' });
    expect(() => framer.read(message('Q', 'long').subarray(0, 5), 0)).toThrow(/4 bytes is over the limit of 3/);
  });

  it('keeps the head of a wanted body past the limit where it may not refuse', () => {
    const framer = new Framer({ keeps: keepsQueries, keptBytesMax: 3, beyondMax: 'head' });
    expect(readAll(framer, [message('Q', 'long')])).toEqual([['Q', 'lon', 9]]);
  });

  it('refuses a length that cannot be', () => {
    const framer = new Framer({ keeps: keepsQueries, keptBytesMax: 3, beyondMax: 'head' });
    expect(() => framer.read(Buffer.from([0x51, 0, 0, 0, 3]), 0)).toThrow(/invalid message length 3/);
  });
});
