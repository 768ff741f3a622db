import { mkdtemp } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { AuditEvent } from '../event/event.ts';
import { connectToWriter, type WriterClient } from './writer-client.ts';
import { listenAtWriterSocket, type WriterHandlers } from './writer-socket.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function startWriter(handlers: Partial<WriterHandlers> = {}): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'indelible-socket-'));
  let seq = 0;
  const all: WriterHandlers = {
    record: async () => ({ seq: seq++ }),
    rotateKey: async () => 'a-new-key',
    watch: () => () => {},
    ...handlers,
  };
  const socket = await listenAtWriterSocket(dataDir, all);
  cleanups.push(() => socket.close());
  return dataDir;
}

async function connectClient(dataDir: string): Promise<WriterClient> {
  const client = await connectToWriter(dataDir);
  if (client === undefined) throw new TypeError('nobody listens');
  cleanups.push(() => client.close());
  return client;
}

/** A promise that the test resolves. Node 20 has no Promise.withResolvers. */
function signal() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

const event: AuditEvent = { event_type: 'authentication', subtype: 'logout' };

test('events get their results in order, invalid ones among them', async () => {
  const client = await connectClient(await startWriter());
  const invalid = { event_type: 'authentication' as const, subtype: 'no_such' };
  const [first, second, third] = await client.record([event, invalid, event]);
  expect(first).toEqual({ seq: 0 });
  expect(second?.error).toMatch(/no_such|subtype/);
  expect(third).toEqual({ seq: 1 });
  expect(await client.rotateKey()).toBe('a-new-key');
});

test('a folder without a writer is told from one with', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'indelible-socket-'));
  expect(await connectToWriter(empty)).toBeUndefined();
});

test('a client that is cut off in the middle does not take the writer along', async () => {
  const gone = signal();
  let announce: (event: AuditEvent) => void = () => {};
  const watched = signal();
  const dataDir = await startWriter({
    watch: (pending) => {
      announce = pending;
      watched.resolve();
      return () => gone.resolve();
    },
  });
  const socket = connect(join(dataDir, 'indelible.sock'));
  socket.write('{"id":1,"kind":"watch"}\n');
  await watched.promise;
  // Unread answers make the system reset the connection instead of closing it.
  socket.pause();
  for (let i = 0; i < 1000; i++) announce({ ...event, details: { filler: 'x'.repeat(1000) } });
  socket.destroy();
  await gone.promise;
  announce(event);
  const client = await connectClient(dataDir);
  expect(await client.record([event])).toEqual([{ seq: 0 }]);
});

test('who waits for an answer learns that the writer is gone', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'indelible-socket-'));
  const asked = signal();
  const writer = await listenAtWriterSocket(dataDir, {
    record: () => {
      asked.resolve();
      return new Promise(() => {});
    },
    rotateKey: async () => '',
    watch: () => () => {},
  });
  const client = await connectClient(dataDir);
  const answer = client.record([event]);
  const outcome = expect(answer).rejects.toMatchObject({ code: 'outcome_unknown' });
  await asked.promise;
  await writer.close();
  await outcome;
});
