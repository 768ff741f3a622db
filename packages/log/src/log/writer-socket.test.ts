// The writer's door, from both sides, with good clients and bad ones.

import { once } from 'node:events';
import { mkdirSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../../../test/log/log-folder.ts';
import { AuditError } from '../base/errors.ts';
import type { AuditEvent } from '../event/event.ts';
import { connectToWriter, type WriterClient } from './writer-client.ts';
import { listenAtWriterSocket, type WriterHandlers, type WriterSocket } from './writer-socket.ts';

const event: AuditEvent = { event_type: 'data_access' };

interface Writer {
  readonly dataDir: string;
  readonly socket: WriterSocket;
  readonly recorded: AuditEvent[];
  /** Calls what watches are under way. */
  readonly watchers: Set<Parameters<WriterHandlers['watch']>>;
}

async function startWriter(handlers: Partial<WriterHandlers> = {}, dataDir = temporaryFolder()): Promise<Writer> {
  const recorded: AuditEvent[] = [];
  const watchers: Writer['watchers'] = new Set();
  const socket = await listenAtWriterSocket(dataDir, {
    record: (taken) => Promise.resolve({ seq: recorded.push(taken) - 1 }),
    rotateKey: () => Promise.resolve('name+hash+key'),
    watch: (...listeners) => {
      watchers.add(listeners);
      return () => watchers.delete(listeners);
    },
    ...handlers,
  });
  onTestFinished(() => socket.close());
  return { dataDir, socket, recorded, watchers };
}

async function connectClient(dataDir: string): Promise<WriterClient> {
  const client = await connectToWriter(dataDir);
  if (client === undefined) throw new Error('nobody listens');
  onTestFinished(() => client.close());
  return client;
}

/** A client that speaks in bytes. */
async function connectRaw(dataDir: string): Promise<{ socket: Socket; ask(line: string): Promise<unknown> }> {
  const socket = connect(join(dataDir, 'indelible.sock'));
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  // The reader of lines passes the socket's errors on as its own.
  const lines = createInterface({ input: socket }).on('error', () => {});
  const ask = async (line: string) => {
    socket.write(`${line}\n`);
    return JSON.parse((await once(lines, 'line'))[0]);
  };
  return { socket, ask };
}

test('events are handed over in order and answered one by one', async () => {
  const { dataDir, recorded } = await startWriter();
  const client = await connectClient(dataDir);
  const events = ['é', '𝄞', '\u2028'].map((text): AuditEvent => ({ ...event, details: { text } }));
  expect(await client.record(events)).toEqual([{ seq: 0 }, { seq: 1 }, { seq: 2 }]);
  expect(recorded).toEqual(events);
});

test('an invalid event is refused with the reason, and its neighbours are recorded', async () => {
  const { dataDir, recorded } = await startWriter();
  const client = await connectClient(dataDir);
  const wrong = JSON.parse('{"event_type":"nonsense"}');
  const [first, second, third] = await client.record([event, wrong, event]);
  expect([first, third]).toEqual([{ seq: 0 }, { seq: 1 }]);
  expect(second).toEqual({ error: expect.stringContaining('event_type') });
  expect(recorded).toHaveLength(2);
});

test('what the recorder makes of an event comes back as it is', async () => {
  const results = [{ excluded: true as const }, { spooled: true as const }];
  const { dataDir } = await startWriter({ record: () => Promise.resolve(results.shift()!) });
  const client = await connectClient(dataDir);
  expect(await client.record([event, event])).toEqual([{ excluded: true }, { spooled: true }]);
});

test('an event that the log could not take comes back with its error', async () => {
  const { dataDir } = await startWriter({ record: () => Promise.reject(new AuditError('log_stopped', 'disk gone')) });
  const client = await connectClient(dataDir);
  expect(await client.record([event])).toEqual([{ error: 'disk gone' }]);
});

test('requests at the same time are answered each with its own', async () => {
  const { dataDir } = await startWriter();
  const [one, other] = [await connectClient(dataDir), await connectClient(dataDir)];
  const answers = await Promise.all([
    one.record([event]),
    other.rotateKey(),
    one.record([event, event]),
    one.rotateKey(),
  ]);
  expect(answers.map((answer) => answer.length)).toEqual([1, 13, 2, 13]);
});

test('a rotation answers with the new key or with the error and its code', async () => {
  const { dataDir } = await startWriter();
  expect(await (await connectClient(dataDir)).rotateKey()).toBe('name+hash+key');
  const failing = await startWriter({ rotateKey: () => Promise.reject(new AuditError('log_stopped', 'stopped')) });
  const rotation = (await connectClient(failing.dataDir)).rotateKey();
  await expect(rotation).rejects.toMatchObject({ code: 'log_stopped', message: 'stopped' });
});

test('a watcher is told of each event taken and each seal, and is forgotten when it goes', async () => {
  const { dataDir, watchers } = await startWriter();
  const client = await connectClient(dataDir);
  const told: unknown[] = [];
  let wake = () => {};
  const tell = (what: unknown) => {
    told.push(what);
    wake();
  };
  void client.watch(tell, tell).catch(() => {});
  // The writer answers in order: after this the watch is under way.
  await client.rotateKey();
  for (const [pending, sealed] of watchers) {
    pending(event);
    sealed(7);
  }
  while (told.length < 2) await new Promise<void>((resolve) => (wake = resolve));
  expect(told).toEqual([event, 7]);
  client.close();
  const other = await connectClient(dataDir);
  while (watchers.size > 0) await other.rotateKey();
});

test('a watcher that does not read is let go before it takes up memory without bound', async () => {
  const { dataDir, watchers } = await startWriter();
  const { socket, ask } = await connectRaw(dataDir);
  socket.write('{"id":1,"kind":"watch"}\n');
  await ask('{"id":2,"kind":"rotate_key"}');
  socket.pause();
  const large: AuditEvent = { ...event, details: { pad: 'x'.repeat(60_000) } };
  for (let sent = 0; sent < 1_000 && watchers.size > 0; sent++) {
    for (const [pending] of watchers) pending(large);
    await new Promise(setImmediate);
  }
  expect(watchers.size).toBe(0);
});

test('the socket is for its owner only and is gone after closing', async () => {
  const { dataDir, socket } = await startWriter();
  expect(statSync(join(dataDir, 'indelible.sock')).mode & 0o777).toBe(0o600);
  await socket.close();
  expect(await connectToWriter(dataDir)).toBeUndefined();
  expect(() => statSync(join(dataDir, 'indelible.sock'))).toThrow('ENOENT');
});

test('where nobody listens there is no writer, also behind a socket that a crash left', async () => {
  const dataDir = temporaryFolder();
  expect(await connectToWriter(dataDir)).toBeUndefined();
  expect(await connectToWriter(join(dataDir, 'missing'))).toBeUndefined();
  await startWriter({}, dataDir);
  // The next writer takes the place of a socket that is still there.
  await startWriter({}, dataDir);
  expect(await (await connectClient(dataDir)).record([event])).toEqual([{ seq: 0 }]);
});

test('a data folder deeper than a socket’s path may be is reached all the same', async () => {
  const deep = join(temporaryFolder(), ...Array.from({ length: 12 }, (_, i) => `a-rather-long-folder-name-${i}`));
  mkdirSync(deep, { recursive: true });
  expect(deep.length).toBeGreaterThan(250);
  expect(await connectToWriter(deep)).toBeUndefined();
  const { socket } = await startWriter({}, deep);
  expect(await (await connectClient(deep)).record([event])).toEqual([{ seq: 0 }]);
  expect(statSync(join(deep, 'indelible.sock')).mode & 0o777).toBe(0o600);
  await socket.close();
  expect(await connectToWriter(deep)).toBeUndefined();
});

test.each([
  ['', 'invalid_json'],
  ['nonsense', 'invalid_json'],
  ['5', 'invalid_json'],
  ['null', 'invalid_json'],
  ['[]', 'invalid_json'],
  ['{"id":1}', 'invalid_argument'],
  ['{"id":1,"kind":"delete"}', 'invalid_argument'],
  ['{"id":1,"kind":{"a":1}}', 'invalid_argument'],
  ['{"id":1,"kind":"record"}', 'invalid_argument'],
  ['{"id":1,"kind":"record","events":{}}', 'invalid_argument'],
])('the request %j is answered with %s, and the next one is served', async (line, code) => {
  const { dataDir, recorded } = await startWriter();
  const { ask } = await connectRaw(dataDir);
  expect(await ask(line)).toMatchObject({ code, error: expect.any(String) });
  expect(await ask('{"id":2,"kind":"record","events":[{"event_type":"data_access"}]}')).toEqual({
    id: 2,
    results: [{ seq: 0 }],
  });
  expect(recorded).toHaveLength(1);
});

test('events that are no events are refused one by one', async () => {
  const { dataDir, recorded } = await startWriter();
  const { ask } = await connectRaw(dataDir);
  const answer = await ask(
    '{"id":1,"kind":"record","events":[null,5,"x",[],{},{"event_type":"system","subtype":"sealed"}]}',
  );
  expect(answer).toEqual({ id: 1, results: Array.from({ length: 6 }, () => ({ error: expect.any(String) })) });
  expect(recorded).toEqual([]);
});

test('a request without end is cut off, and others are served on', async () => {
  const { dataDir } = await startWriter();
  const { socket } = await connectRaw(dataDir);
  const closed = new Promise<void>((resolve) => socket.on('close', resolve));
  const piece = Buffer.alloc(1 << 20, 'x');
  for (let sent = 0; sent < 64 && !socket.destroyed; sent++) {
    const drained = new Promise<void>((resolve) => socket.once('drain', resolve));
    if (!socket.write(piece)) await Promise.race([drained, closed]);
  }
  await closed;
  expect(await (await connectClient(dataDir)).record([event])).toEqual([{ seq: 0 }]);
});

test('a client that dies in the middle of an answer takes nobody with it', async () => {
  const { dataDir, watchers } = await startWriter();
  const errors: unknown[] = [];
  const onError = (error: unknown) => errors.push(error);
  process.on('uncaughtException', onError);
  onTestFinished(() => void process.off('uncaughtException', onError));
  for (let i = 0; i < 5; i++) {
    const { socket, ask } = await connectRaw(dataDir);
    socket.write('{"id":1,"kind":"watch"}\n');
    await ask('{"id":2,"kind":"rotate_key"}');
    socket.pause();
    for (const [pending] of watchers) pending({ ...event, details: { pad: 'x'.repeat(500_000) } });
    await new Promise(setImmediate);
    socket.destroy();
    const other = await connectClient(dataDir);
    while (watchers.size > 0) await other.rotateKey();
  }
  expect(errors).toEqual([]);
});

test('a writer that goes away leaves what was asked unknown, and what is asked afterwards unsent', async () => {
  const { dataDir, socket } = await startWriter({ record: () => new Promise(() => {}) });
  const client = await connectClient(dataDir);
  const asked = client.record([event]);
  const watched = client.watch(
    () => {},
    () => {},
  );
  const unknown = expect(asked).rejects.toMatchObject({ code: 'outcome_unknown' });
  const unwatched = expect(watched).rejects.toMatchObject({ code: 'outcome_unknown' });
  await socket.close();
  await Promise.all([unknown, unwatched]);
  await expect(client.record([event])).rejects.toMatchObject({ code: 'unavailable' });
});
