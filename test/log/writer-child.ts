// A process that appends to a log as fast as it can until it is killed, and says of each record when it was
// acknowledged: a line "<seq> <n>" on stdout. Its events are numbered from the second argument on, for producers'
// deduplication too.

import { openLog } from '../../packages/log/src/log/open-log.ts';

const [, , dataDir = '', firstNumber = '0'] = process.argv;
const lanes = 40;

const log = await openLog({ dataDir, segmentBytesMax: 300_000, heartbeatMs: 0, ballastBytes: 0 });
let next = Number(firstNumber);

async function appendForEver(): Promise<never> {
  for (;;) {
    const n = next++;
    const { seq } = await log.append({
      event_type: 'data_modification',
      subtype: 'node_updated',
      context: { producer: { id: 'child', epoch: 1, seq: n } },
      details: { n, pad: 'é'.repeat((n * 7919) % 1_000) },
    });
    // Pipes are written synchronously: what was said was said before the kill.
    process.stdout.write(`${seq} ${n}\n`);
  }
}

await Promise.all(Array.from({ length: lanes }, appendForEver));
