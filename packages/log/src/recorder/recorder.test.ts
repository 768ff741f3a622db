import { describe, expect, it } from 'vitest';
import { AuditError } from '../base/errors.ts';
import type { AuditEvent } from '../event/event.ts';
import type { Receipt } from '../log/log.ts';
import { defaultPolicy, type RecorderPolicy } from './policy.ts';
import { createRecorder, type Recorder } from './recorder.ts';

/** Takes events as the log does; can be held up, and can be down. */
class FakeLog {
  readonly events: AuditEvent[] = [];
  failure: AuditError | undefined;
  #held: (() => void)[] | undefined;
  underWay = 0;
  underWayMax = 0;
  #arrived: (() => void)[] = [];

  async append(event: AuditEvent): Promise<Receipt> {
    this.underWayMax = Math.max(this.underWayMax, ++this.underWay);
    try {
      if (this.#held !== undefined) await new Promise<void>((resolve) => this.#held?.push(resolve));
      else await Promise.resolve();
      if (this.failure !== undefined) throw this.failure;
    } finally {
      this.underWay--;
    }
    this.events.push(event);
    for (const resolve of this.#arrived.splice(0)) resolve();
    return { seq: this.events.length - 1, event_id: 'evt', leafHash: Buffer.alloc(32), checkpoint: '' };
  }

  hold(): void {
    this.#held = [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const resolve of held) resolve();
  }

  async untilHolds(subtype: string): Promise<AuditEvent> {
    for (;;) {
      const found = this.events.find((event) => event.subtype === subtype);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#arrived.push(resolve));
    }
  }

  of(subtype: string): AuditEvent[] {
    return this.events.filter((event) => event.subtype === subtype);
  }
}

function start(policy: Partial<RecorderPolicy> = {}, reportIntervalMs = 60_000): { log: FakeLog; recorder: Recorder } {
  const log = new FakeLog();
  const recorder = createRecorder({
    log,
    policy: { ...defaultPolicy, flushIntervalMs: 10, ...policy },
    reportIntervalMs,
  });
  return { log, recorder };
}

const login: AuditEvent = { event_type: 'authentication', subtype: 'login_success', actor: { user_id: 'ana' } };
const read: AuditEvent = { event_type: 'data_access', subtype: 'query_executed', operation: { query: 'SELECT 1' } };
const stopped = new AuditError('log_stopped', 'the log has stopped');

describe('a recorder', () => {
  it('resolves a blocking event with the receipt of its durable record', async () => {
    const { log, recorder } = start();
    log.hold();
    let outcome: unknown;
    const recording = recorder.record(login).then((value) => {
      outcome = value;
    });
    await new Promise(setImmediate);
    expect(outcome).toBeUndefined();
    log.release();
    await recording;
    expect(outcome).toMatchObject({ kind: 'recorded', receipt: { seq: 0 } });
    expect(log.events).toEqual([login]);
    await recorder.close();
  });

  it('rejects a blocking event that the log does not take', async () => {
    const { log, recorder } = start();
    log.failure = stopped;
    await expect(recorder.record(login)).rejects.toMatchObject({ code: 'log_stopped' });
    await recorder.close();
  });

  it('refuses an invalid event under either policy, and one that only the log may write', async () => {
    const { recorder } = start();
    await expect(recorder.record({ ...read, operation: { rows_returned: -1 } })).rejects.toMatchObject({
      code: 'invalid_event',
      message: expect.stringContaining('operation.rows_returned'),
    });
    await expect(recorder.record({ ...read, details: { n: 1n } })).rejects.toMatchObject({ code: 'invalid_event' });
    await expect(recorder.record({ event_type: 'system', subtype: 'sealed' })).rejects.toMatchObject({
      message: expect.stringContaining('by the log itself only'),
    });
    await recorder.close();
  });

  it('lets a spooled act go on at once, and writes the event within the interval', async () => {
    const { log, recorder } = start();
    expect(await recorder.record(read)).toEqual({ kind: 'spooled' });
    expect(recorder.spooled).toBe(1);
    expect(log.events).toEqual([]);
    const written = await log.untilHolds('query_executed');
    expect(written).toMatchObject({ ...read, timestamp: expect.stringMatching(/^\d{4}-.*\.\d{6}Z$/) });
    await recorder.close();
  });

  it('keeps a spooled event as it was, whatever the source does to it afterwards', async () => {
    const { log, recorder } = start();
    const details = { list: [{ value: 'before' }] };
    await recorder.record({ ...read, details });
    details.list[0] = { value: 'after' };
    await recorder.close();
    expect(log.events[0]?.details).toEqual({ list: [{ value: 'before' }] });
  });

  it('writes all that is spooled before close resolves', async () => {
    const { log, recorder } = start({ flushIntervalMs: 60_000 });
    for (let index = 0; index < 1000; index++) await recorder.record(read);
    await recorder.close();
    expect(log.events).toHaveLength(1000);
    expect(recorder.spooled).toBe(0);
  });

  it('holds as many events as the buffer size while the disk hangs, and counts each one beyond in the log', async () => {
    const { log, recorder } = start({ bufferSize: 500 });
    log.hold();
    for (let index = 0; index < 503; index++) expect((await recorder.record(read)).kind).toBe('spooled');
    expect(recorder.spooled).toBe(500);
    log.release();
    await recorder.close();
    expect(log.of('query_executed')).toHaveLength(500);
    const [dropped, ...more] = log.of('events_dropped');
    expect(more).toEqual([]);
    const time = expect.stringMatching(/Z$/);
    expect(dropped?.details).toEqual({ count: 3, from: time, to: time, reason: 'buffer_full' });
  });

  it('keeps spooled events in their order while the log is down, and writes them when it is back', async () => {
    const { log, recorder } = start();
    log.failure = stopped;
    await recorder.record({ ...read, details: { n: 1 } });
    await recorder.record({ ...read, details: { n: 2 } });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(recorder.spooled).toBe(2);
    log.failure = undefined;
    await recorder.record({ ...read, details: { n: 3 } });
    await recorder.close();
    expect(log.events.map(({ details }) => details?.n)).toEqual([1, 2, 3]);
  });

  it('does not write twice what the log may already hold, but counts it as of unknown outcome', async () => {
    const { log, recorder } = start();
    log.failure = new AuditError('outcome_unknown', 'the sync failed');
    await recorder.record(read);
    await new Promise((resolve) => setTimeout(resolve, 30));
    log.failure = undefined;
    await recorder.close();
    expect(log.of('query_executed')).toEqual([]);
    expect(log.of('events_dropped')[0]?.details).toMatchObject({ count: 1, reason: 'outcome_unknown' });
  });

  it('counts what a rule excludes, names the rule, and says so at intervals', async () => {
    const rule = { event_type: 'data_access', 'operation.query': 'SELECT 1' };
    const { log, recorder } = start({ exclude: [rule] }, 20);
    expect(await recorder.record(read)).toEqual({ kind: 'excluded' });
    await recorder.record(read);
    const counted = await log.untilHolds('events_excluded');
    expect(counted.details).toMatchObject({ count: 2, rule });
    await recorder.close();
    expect(log.events).toHaveLength(1);
  });

  it('carries a count on until the log takes it', async () => {
    const { log, recorder } = start({ exclude: [{ event_type: 'data_access' }] }, 10);
    log.failure = stopped;
    await recorder.record(read);
    await new Promise((resolve) => setTimeout(resolve, 40));
    await recorder.record(read);
    log.failure = undefined;
    await recorder.close();
    expect(log.of('events_excluded').map(({ details }) => details?.count)).toEqual([2]);
  });

  it('appends one event at a time where batches are off', async () => {
    const { log, recorder } = start({ batchWrites: false });
    await Promise.all(Array.from({ length: 20 }, (_, index) => recorder.record(index % 2 === 0 ? login : read)));
    await recorder.close();
    expect(log.events).toHaveLength(20);
    expect(log.underWayMax).toBe(1);
    const together = start();
    await Promise.all(Array.from({ length: 20 }, () => together.recorder.record(login)));
    await together.recorder.close();
    expect(together.log.underWayMax).toBe(20);
  });

  it("records the log's own evidence past every filter, with secrets masked", async () => {
    const { log, recorder } = start({ enabled: false });
    await recorder.recordOwn({ subtype: 'auditing_disabled', details: { by: 'ana', password: 'x' } });
    expect(log.events).toEqual([
      { event_type: 'system', subtype: 'auditing_disabled', details: { by: 'ana', password: '***' } },
    ]);
    await recorder.close();
  });

  it('takes nothing after close', async () => {
    const { log, recorder } = start();
    await recorder.close();
    await recorder.record(read);
    await recorder.close();
    expect(log.events).toEqual([]);
    expect(recorder.spooled).toBe(0);
  });
});
