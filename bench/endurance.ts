// `npm run bench:endurance`: five million events into one log, how much memory that takes, and how long a start on it.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { openLog } from '@indelible/log';
import { type Result, report, say } from './harness.ts';
import { sampleEvent } from './sample-event.ts';

const total = Number(process.env.BENCH_EVENTS ?? 5_000_000);
const dataDir = join(mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'indelible-endurance-')), 'data');
const events = Array.from({ length: 20_000 }, (_, n) => sampleEvent(n));

try {
  const log = await openLog({ dataDir });
  let residentMax = 0;
  const start = performance.now();
  for (let sent = 0; sent < total; ) {
    const burst: Promise<unknown>[] = [];
    for (const end = Math.min(sent + 2_000, total); sent < end; sent++)
      burst.push(log.append(events[sent % events.length]!));
    await Promise.all(burst);
    residentMax = Math.max(residentMax, process.memoryUsage.rss());
    if (sent % 500_000 === 0) say(`${sent} events, ${Math.round(residentMax / 2 ** 20)} MiB resident at most`);
  }
  const seconds = (performance.now() - start) / 1000;
  await log.close();

  const opened = performance.now();
  const again = await openLog({ dataDir });
  const openedMs = performance.now() - opened;
  await again.close();

  const results: Result[] = [
    { name: `${total.toLocaleString('en-US')} events recorded`, value: total / seconds, unit: 'events/s' },
    { name: 'resident memory, at most', value: residentMax / 2 ** 20, unit: 'MiB' },
    { name: 'start on that log', value: openedMs / 1000, unit: 's' },
  ];
  report('endurance', results, {});
} finally {
  rmSync(join(dataDir, '..'), { recursive: true, force: true });
}
