// Lines from a socket, however its bytes are cut.

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { onSocketLine } from './socket-lines.ts';

async function socketPair(): Promise<{ sender: Socket; receiver: Socket }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const sender = connect(address.port, '127.0.0.1');
  const [receiver]: Socket[] = await once(server, 'connection');
  onTestFinished(() => {
    sender.destroy();
    receiver?.destroy();
    server.close();
  });
  return { sender, receiver: receiver! };
}

test('only the newline byte ends a line, also where characters are cut in two', async () => {
  const { sender, receiver } = await socketPair();
  const lines: string[] = [];
  const done = new Promise<void>((resolve) => {
    onSocketLine(receiver, 1_000, (line) => (line === 'end' ? resolve() : void lines.push(line)));
  });
  const expected = ['é𝄞', '', 'a\u2028b\u2029c\rd\u0085e', 'x'.repeat(900)];
  const bytes = Buffer.from(`${expected.join('\n')}\nend\n`);
  sender.setNoDelay(true);
  for (const byte of bytes) sender.write(Buffer.of(byte));
  await done;
  expect(lines).toEqual(expected);
});

test('who sends a line without an end is cut off', async () => {
  const { sender, receiver } = await socketPair();
  const lines: string[] = [];
  onSocketLine(receiver, 1_000, (line) => lines.push(line));
  sender.on('error', () => {});
  sender.write(`short\n${'x'.repeat(2_000)}`);
  await once(receiver, 'close');
  expect(lines).toEqual(['short']);
});
