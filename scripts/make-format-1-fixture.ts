// Made test/fixtures/format-1 once: a small log of format 1 that every later version must read as it is. It refuses to
// make it again; the private keys are forgotten when it ends.

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeDisk } from '../packages/log/src/base/disk.ts';
import { completeEvent } from '../packages/log/src/event/complete-event.ts';
import { validateEvent } from '../packages/log/src/event/event.ts';
import { fitLine } from '../packages/log/src/event/fit-line.ts';
import { stringifyPinned } from '../packages/log/src/event/pinned-json.ts';
import { createSigner, generateSigningKey } from '../packages/log/src/integrity/signer.ts';
import { keyFilesOf, writeVkey } from '../packages/log/src/log/keys.ts';
import { Sealer } from '../packages/log/src/log/sealer.ts';

const dataDir = join(import.meta.dirname, '..', 'test', 'fixtures', 'format-1');
if (existsSync(dataDir)) {
  console.error(`${dataDir} is frozen: it is not made again`);
  process.exit(3);
}

const origin = 'indelible.test/format-1';
const firstDayMs = Date.parse('2026-01-28T10:00:00Z');
let nowMs = firstDayMs;
let offsetMs = firstDayMs - 5_000;
const clock = {
  timestamp: () => `${new Date(nowMs).toISOString().slice(0, -1)}000Z`,
  wallMs: () => nowMs,
  monotonicMs: () => nowMs - offsetMs,
  bootId: '6f1d2c3b-0000-4000-8000-000000000001',
};

function bodyOf(event: object): Buffer {
  nowMs += 250;
  const complete = completeEvent(validateEvent({ timestamp: clock.timestamp(), ...event }));
  return Buffer.from(fitLine(stringifyPinned(complete)));
}

const read = (n: number) => ({
  event_type: 'data_access',
  subtype: 'query_executed',
  actor: { user_id: `analyst-${n}`, session_id: 's-1', roles: ['analyst'], ip_address: '192.0.2.7' },
  operation: { type: 'SELECT', query: `SELECT * FROM clients WHERE id = ${n}`, rows_returned: n, duration_ms: 0.25 },
  result: { status: 'success' },
  context: { source: 'gateway', request_id: `r-${n}` },
});

const unicode = {
  event_type: 'data_modification',
  subtype: 'node_updated',
  actor: { user_id: 'Zoë "Ω" O’Neill\\\n' },
  operation: { type: 'UPDATE', changes: { before: { name: 'café' }, after: { name: 'コーヒー 𝄞 \u2028 \u0007' } } },
  result: { status: 'success' },
  details: { empty: '', nested: { list: [1, -2.5, 1e21, null, true, { deep: [] }] } },
};

const failure = {
  event_type: 'authentication',
  subtype: 'login_failure',
  actor: { user_id: 'mallory', ip_address: '203.0.113.9' },
  result: { status: 'failure', error_code: '28P01', error_message: 'password authentication failed' },
};

const tooLong = {
  event_type: 'data_access',
  subtype: 'query_executed',
  operation: { type: 'SELECT', query: `SELECT ${'é'.repeat(50_000)}` },
};

const ownId = { ...read(0), event_id: 'order-4711', context: { producer: { id: 'shop', epoch: 2, seq: 17 } } };

const first = createSigner(origin, generateSigningKey());
const second = createSigner(origin, generateSigningKey());
nodeDisk.makeDirectory(dataDir);
const sealer = new Sealer({
  disk: nodeDisk,
  dataDir,
  signer: first,
  clock,
  segmentBytesMax: 6_000,
  ballastBytes: 0,
  evidence: [],
  creation: { format: 1, origin, vkey: first.vkey },
  firstRecords: [],
});
sealer.commit([bodyOf(read(1)), bodyOf(unicode)]);
sealer.commit([bodyOf(failure)]);
sealer.commit([bodyOf(read(2)), bodyOf(ownId), bodyOf(read(3)), bodyOf(read(4))]);
sealer.commit([bodyOf(read(5)), bodyOf(read(6)), bodyOf(read(7))]);
sealer.rotate(second);
// Somebody set the clock forward by an hour.
nowMs += 3_600_000;
offsetMs += 3_600_000;
sealer.commit([bodyOf(tooLong)]);
sealer.commit([bodyOf(read(8))]);
sealer.close();
writeVkey(keyFilesOf(dataDir), second.vkey);
writeFileSync(join(dataDir, 'first.vkey'), `${first.vkey}\n`);
