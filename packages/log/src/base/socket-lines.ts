// Lines from a socket. Only the newline byte ends one: node:readline also splits at U+2028, which JSON text may hold.

import type { Socket } from 'node:net';

const newline = 0x0a;

/** Calls `take` for each whole line. A sender of a line that is longer than `lineBytesMax` is cut off. */
export function onSocketLine(socket: Socket, lineBytesMax: number, take: (line: string) => void): void {
  let parts: Buffer[] = [];
  let length = 0;
  socket.on('data', (chunk: Buffer) => {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      const line = Buffer.concat([...parts, chunk.subarray(start, end)]).toString();
      parts = [];
      length = 0;
      start = end + 1;
      take(line);
    }
    if (start === chunk.length) return;
    parts.push(chunk.subarray(start));
    length += chunk.length - start;
    if (length > lineBytesMax) socket.destroy();
  });
}
