// The queue before the sealing thread: order, bounds, and who is told what when it fails.

import { expect, test } from 'vitest';
import { leafHash } from '../integrity/hash.ts';
import { AppendQueue } from './append-queue.ts';
import type { Receipt } from './log.ts';

const bodyBytes = 60_000;
const largeBody = JSON.stringify('x'.repeat(bodyBytes - 2));

/** A sealing thread that does nothing until told, and remembers what came. */
class FakeThread {
  readonly queue: AppendQueue;
  readonly posted: { buffer: ArrayBuffer; bodies: string[] }[] = [];
  readonly sealed: string[] = [];
  bufferBytes = 0;

  constructor() {
    this.queue = new AppendQueue((buffer, length) => {
      this.bufferBytes += buffer.byteLength;
      const text = Buffer.from(buffer, 0, length).toString();
      this.posted.push({ buffer, bodies: text.split('\n').slice(0, -1) });
    });
  }

  /** Commits the first chunks posted. */
  commit(chunks = this.posted.length): void {
    const taken = this.posted.splice(0, chunks);
    const bodies = taken.flatMap((chunk) => chunk.bodies);
    const first = this.sealed.length;
    this.sealed.push(...bodies);
    const leafHashes = Buffer.from(bodies.map((body) => leafHash(body)).join(''), 'latin1');
    const buffers = taken.map(({ buffer }) => buffer);
    for (const buffer of buffers) this.bufferBytes -= buffer.byteLength;
    this.queue.committed(chunks, { first, leafHashes, checkpoint: `at ${first}`, size: this.sealed.length }, buffers);
  }

  async commitAll(): Promise<void> {
    while (!this.queue.isEmpty) {
      await Promise.resolve();
      this.commit();
    }
  }
}

/** Pushes until an event finds no room, and returns how many found some. */
async function fill(thread: FakeThread): Promise<number> {
  const before = 16 * 2 ** 20;
  let count = 0;
  for (let bytes = 0; bytes < before; bytes += bodyBytes + 1) {
    thread.queue.push('e', largeBody).catch(() => {});
    count += 1;
  }
  await Promise.resolve();
  return count;
}

test('events that come in one turn cross together and in order, and each gets its own receipt', async () => {
  const thread = new FakeThread();
  const bodies = ['{"a":"é"}', '{"b":"𝄞"}', '{"c":3}'];
  const receipts = Promise.all(bodies.map((body, i) => thread.queue.push(`evt_${i}`, body)));
  await Promise.resolve();
  expect(thread.posted.map((chunk) => chunk.bodies)).toEqual([bodies]);
  thread.commit();
  for (const [i, receipt] of (await receipts).entries()) {
    expect(receipt).toMatchObject({ seq: i, event_id: `evt_${i}`, checkpoint: 'at 0' });
    expect(receipt.leafHash.toString('latin1')).toBe(leafHash(bodies[i]!));
    expect(receipt.leafHash).toHaveLength(32);
  }
});

test('a receipt waits for its own commit', async () => {
  const thread = new FakeThread();
  const settled: string[] = [];
  const first = thread.queue.push('a', '{"a":1}').then(() => settled.push('a'));
  await Promise.resolve();
  const second = thread.queue.push('b', '{"b":1}').then(() => settled.push('b'));
  await Promise.resolve();
  expect(thread.posted).toHaveLength(2);
  thread.commit(1);
  await first;
  expect(settled).toEqual(['a']);
  thread.commit(1);
  await second;
  expect(settled).toEqual(['a', 'b']);
});

test('what a receipt says does not change when its buffer is filled again', async () => {
  const thread = new FakeThread();
  const receipt = thread.queue.push('a', '{"a":1}');
  await Promise.resolve();
  thread.commit();
  const { leafHash: before } = await receipt;
  const copy = Buffer.from(before);
  for (let i = 0; i < 200; i++) void thread.queue.push('b', `{"b":${i}}`);
  await thread.commitAll();
  expect(before).toEqual(copy);
});

test('everything pushed is sealed once and in order, whatever the sizes and however the commits fall', async () => {
  const thread = new FakeThread();
  const bodies = Array.from({ length: 5_000 }, (_, i) => JSON.stringify([i, 'é'.repeat((i * 7919) % 900)]));
  const receipts: Promise<Receipt>[] = [];
  for (const [i, body] of bodies.entries()) {
    receipts.push(thread.queue.push(String(i), body));
    if (i % 17 === 0) await Promise.resolve();
    if (i % 101 === 0 && thread.posted.length > 0) thread.commit(1 + (i % thread.posted.length));
  }
  await thread.commitAll();
  expect(thread.sealed).toEqual(bodies);
  expect((await Promise.all(receipts)).map(({ seq, event_id }) => [seq, event_id])).toEqual(
    bodies.map((_, i) => [i, String(i)]),
  );
});

test('an event that finds no room waits its turn, also before one pushed by whoever got a receipt', async () => {
  const thread = new FakeThread();
  const early = thread.queue.push('early', '"early"').then(() => thread.queue.push('later', '"later"'));
  await fill(thread);
  const waiting = thread.queue.push('waiting', '"waiting"');
  const posted = thread.posted.flatMap((chunk) => chunk.bodies);
  expect(posted.length).toBeGreaterThan(10);
  await thread.commitAll();
  await Promise.all([early, waiting]);
  expect(thread.sealed.indexOf('"waiting"')).toBeGreaterThan(0);
  expect(thread.sealed.indexOf('"waiting"')).toBeLessThan(thread.sealed.indexOf('"later"'));
});

test('of all that is pushed only a bounded part is at the thread, and in bounded memory', async () => {
  const thread = new FakeThread();
  await fill(thread);
  expect(thread.bufferBytes).toBeLessThan(8 * 2 ** 20);
  const scattered = new FakeThread();
  for (let i = 0; i < 20_000; i++) {
    void scattered.queue.push('e', `{"n":${i}}`);
    // Each in a turn of its own: every one could be a chunk.
    await Promise.resolve();
  }
  expect(scattered.bufferBytes).toBeLessThan(16 * 2 ** 20);
  await scattered.commitAll();
  expect(scattered.sealed).toHaveLength(20_000);
});

test('past the second bound an event is refused at once, and nothing of it is sealed', async () => {
  const thread = new FakeThread();
  const filled = await fill(thread);
  const waiting: Promise<Receipt>[] = [];
  for (let i = 0; i < 100_000; i++) waiting.push(thread.queue.push('w', `{"w":${i}}`));
  await expect(thread.queue.push('refused', '"refused"')).rejects.toMatchObject({ code: 'queue_full' });
  await thread.commitAll();
  await Promise.all(waiting);
  expect(thread.sealed).toHaveLength(filled + 100_000);
  expect(thread.sealed).not.toContain('"refused"');
});

test('large events are refused by their length before their number', async () => {
  const thread = new FakeThread();
  await fill(thread);
  const outcomes = Array.from({ length: 2_000 }, () => thread.queue.push('w', largeBody).catch(({ code }) => code));
  expect(await outcomes.at(-1)).toBe('queue_full');
  await thread.commitAll();
  const refused = (await Promise.all(outcomes)).filter((outcome) => outcome === 'queue_full').length;
  expect((2_000 - refused) * bodyBytes).toBeGreaterThan(60 * 2 ** 20);
  expect((2_000 - refused) * bodyBytes).toBeLessThan(70 * 2 ** 20);
});

test('it is drained when all that was pushed is sealed, those that waited for room too', async () => {
  const thread = new FakeThread();
  await expect(thread.queue.drained()).resolves.toBeUndefined();
  const filled = await fill(thread);
  void thread.queue.push('waiting', '"waiting"');
  let isDrained = false;
  const drained = thread.queue.drained().then(() => {
    isDrained = true;
  });
  thread.commit();
  await Promise.resolve();
  expect(isDrained).toBe(false);
  await thread.commitAll();
  await drained;
  expect(thread.sealed).toHaveLength(filled + 1);
});

test('of what was posted the first chunks fail with one error, everything else with the other', async () => {
  const thread = new FakeThread();
  const outcome = (receipt: Promise<Receipt>) => receipt.then(String, (error: Error) => error.message);
  const first = outcome(thread.queue.push('a', '"a"'));
  await Promise.resolve();
  const second = outcome(thread.queue.push('b', '"b"'));
  await fill(thread);
  const waiting = outcome(thread.queue.push('c', '"c"'));
  thread.queue.failed(1, new Error('unknown'), new Error('not written'));
  expect(await Promise.all([first, second, waiting])).toEqual(['unknown', 'not written', 'not written']);
  expect(thread.queue.isEmpty).toBe(true);
  expect(thread.queue.postedChunks).toBe(0);
});
