import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditError, type AuditEvent, formatTimestamp, isSeal, openLog, parseSeal, readLines } from '@indelible/log';
import { expect, onTestFinished, test } from 'vitest';
import { type Plain, plainRows } from './answer/plain-value.ts';
import { openEngine, type QueryEngine } from './engine.ts';
import { openIndexBuilder } from './index/build-index.ts';
import { readStretches } from './index/stretch.ts';
import { verifyIndex } from './index/verify-index.ts';

const stretchBytes = 20_000;

function eventOf(n: number): AuditEvent {
  return {
    event_type: n % 3 === 0 ? 'authentication' : 'data_access',
    subtype: n % 3 === 0 ? 'login_success' : 'query_executed',
    timestamp: formatTimestamp((Date.UTC(2026, 0, 1) + n * 60_000) * 1000),
    actor: { user_id: `user${n % 7}`, roles: ['a', `r${n % 2}`] },
    operation: {
      query: `SELECT ${n} -- é "quoted" \\ \u0000`,
      parameters: { '1': n },
      rows_returned: n,
      duration_ms: n / 8,
    },
    details: { n, text: 'x'.repeat(n % 50) },
  };
}

interface Fixture {
  readonly dataDir: string;
  readonly indexDir: string;
  append(from: number, count: number): Promise<void>;
  build(): Promise<void>;
  open(): Promise<QueryEngine>;
}

function createFixture(segmentBytesMax = 1 << 20): Fixture {
  const dataDir = mkdtempSync(join(tmpdir(), 'indelible-engine-'));
  const indexDir = join(dataDir, 'index');
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  return {
    dataDir,
    indexDir,
    async append(from, count) {
      const log = await openLog({ dataDir, segmentBytesMax });
      for (let n = from; n < from + count; n += 10) {
        const events = Array.from({ length: Math.min(10, from + count - n) }, (_, i) => eventOf(n + i));
        await Promise.all(events.map((event) => log.append(event)));
      }
      await log.close();
    },
    async build() {
      const builder = await openIndexBuilder({ dataDir, indexDir, stretchBytes, keepsCursor: true });
      await builder.catchUp().finally(() => builder.close());
    },
    async open() {
      const engine = await openEngine({ dataDir, indexDir });
      onTestFinished(() => engine.close());
      return engine;
    },
  };
}

async function ask(engine: QueryEngine, sql: string): Promise<readonly (readonly Plain[])[]> {
  return engine.run(sql, {}, async (result) => {
    const rows: Plain[][] = [];
    for await (const batch of plainRows(result)) rows.push(...batch);
    return rows;
  });
}

/** The log's own lines, each with the time of its seal. */
async function linesOf(dataDir: string): Promise<{ record: Record<string, unknown>; recordedAt: string }[]> {
  const lines: { record: Record<string, unknown>; recordedAt: string }[] = [];
  let waiting: string[] = [];
  for await (const batch of readLines(dataDir)) {
    for (const { line } of batch) {
      if (!isSeal(line)) waiting.push(line);
      else {
        const recordedAt = parseSeal(line)?.timestamp ?? '';
        lines.push(...waiting.map((text) => ({ record: JSON.parse(text), recordedAt })));
        waiting = [];
      }
    }
  }
  return lines;
}

const columns =
  'seq, event_id, "timestamp", event_type, subtype, actor.user_id, actor.roles, operation.query, operation.parameters, ' +
  'operation.rows_returned, operation.duration_ms, details, recorded_at';

async function expectWhole(fixture: Fixture, engine: QueryEngine): Promise<void> {
  const rows = await ask(engine, `SELECT ${columns} FROM audit_log ORDER BY seq`);
  const expected = (await linesOf(fixture.dataDir)).map(({ record, recordedAt }) => {
    const { actor, operation } = record as { actor?: Record<string, unknown>; operation?: Record<string, unknown> };
    return [
      ...['seq', 'event_id', 'timestamp', 'event_type', 'subtype'].map((name) => record[name] ?? null),
      ...['user_id', 'roles'].map((name) => actor?.[name] ?? null),
      ...['query', 'parameters', 'rows_returned', 'duration_ms'].map((name) => operation?.[name] ?? null),
      record.details ?? null,
      recordedAt,
    ];
  });
  expect(rows).toEqual(expected);
}

test('index and newest records together are exactly the log, without its seals', async () => {
  const fixture = createFixture();
  await fixture.append(0, 307);
  await fixture.build();
  const stretches = readStretches(fixture.indexDir);
  expect(stretches.length).toBeGreaterThan(2);
  const engine = await fixture.open();
  expect(engine.end).toBeGreaterThan(stretches.at(-1)?.end ?? 0);
  await expectWhole(fixture, engine);
  expect(engine.damage).toEqual([]);
});

test('a log of several segments is indexed across them', async () => {
  const fixture = createFixture(1 << 20);
  await fixture.append(0, 3_000);
  expect(readdirSync(join(fixture.dataDir, 'log')).length).toBeGreaterThan(1);
  await fixture.build();
  const engine = await fixture.open();
  expect(engine.damage).toEqual([]);
  await expectWhole(fixture, engine);
});

test('what is appended later is in the next answer, and moves to the index without being there twice', async () => {
  const fixture = createFixture();
  await fixture.append(0, 50);
  const engine = await fixture.open();
  await fixture.append(50, 200);
  await engine.refresh();
  await expectWhole(fixture, engine);
  await fixture.build();
  await engine.refresh();
  await expectWhole(fixture, engine);
});

test('an index that was deleted is built again, and one that lost a file too', async () => {
  const fixture = createFixture();
  await fixture.append(0, 300);
  await fixture.build();
  const before = readStretches(fixture.indexDir).length;
  rmSync(fixture.indexDir, { recursive: true });
  await fixture.build();
  expect(readStretches(fixture.indexDir).length).toBe(before);
  const [, second] = readdirSync(fixture.indexDir).filter((name) => name.endsWith('.parquet'));
  rmSync(join(fixture.indexDir, second ?? ''));
  expect(readStretches(fixture.indexDir).length).toBe(1);
  await fixture.build();
  expect(readStretches(fixture.indexDir).length).toBe(before);
  await expectWhole(fixture, await fixture.open());
});

function tamper(fixture: Fixture, change: (text: string) => string): void {
  const [name = ''] = readdirSync(join(fixture.dataDir, 'log'));
  const path = join(fixture.dataDir, 'log', name);
  const before = readFileSync(path, 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(path, after);
}

test('a changed value is reported beside the answer, which still comes', async () => {
  const fixture = createFixture();
  await fixture.append(0, 60);
  tamper(fixture, (text) => text.replace('"user_id":"user3"', '"user_id":"user4"'));
  const engine = await fixture.open();
  expect(engine.damage.join('\n')).toContain('not those that were sealed');
  expect(await ask(engine, 'SELECT count(*) FROM audit_log WHERE actor.user_id IS NOT NULL')).toEqual([[60]]);
});

test('a line that is no JSON any more is missed in the answer, and said to be', async () => {
  const fixture = createFixture();
  await fixture.append(0, 300);
  tamper(fixture, (text) => text.replace('"details":{"n":7,', '"details":{"n":7;'));
  await fixture.build();
  const engine = await fixture.open();
  expect(engine.damage.join('\n')).toContain('1 of its lines cannot be read as records');
  expect(await ask(engine, 'SELECT count(*) FROM audit_log WHERE actor.user_id IS NOT NULL')).toEqual([[299]]);
});

test('a removed line is missed by its position', async () => {
  const fixture = createFixture();
  await fixture.append(0, 30);
  tamper(fixture, (text) => text.replace(/\{"seq":5,.*\n/, ''));
  const engine = await fixture.open();
  expect(engine.damage).toContain('The lines from position 5 to 5 are missing.');
});

test('a statement that runs too long is ended, and the next one works', async () => {
  const fixture = createFixture();
  await fixture.append(0, 300);
  const engine = await fixture.open();
  const endless =
    'SELECT count(*) FROM audit_log a, audit_log b, audit_log c, audit_log d WHERE a.seq + b.seq + c.seq < d.seq';
  const running = engine.run(endless, { timeoutMs: 100 }, (result) => result.getRowsJson());
  await expect(running).rejects.toMatchObject({ code: 'limit_reached' });
  expect(await ask(engine, 'SELECT 1')).toEqual([[1]]);
});

test('an aborted statement ends with the reason of its signal', async () => {
  const fixture = createFixture();
  await fixture.append(0, 300);
  const engine = await fixture.open();
  const endless =
    'SELECT count(*) FROM audit_log a, audit_log b, audit_log c, audit_log d WHERE a.seq + b.seq + c.seq < d.seq';
  const reason = new AuditError('unavailable', 'interrupted');
  const stop = new AbortController();
  setTimeout(() => stop.abort(reason), 100);
  const running = engine.run(endless, { signal: stop.signal }, (result) => result.getRowsJson());
  await expect(running).rejects.toBe(reason);
});

test('the engine reads no file but its own and changes no setting', async () => {
  const fixture = createFixture();
  await fixture.append(0, 10);
  const engine = await fixture.open();
  for (const sql of [
    "SELECT * FROM read_text('/etc/passwd')",
    "COPY (SELECT 1) TO '/tmp/indelible-escape.csv'",
    "SET memory_limit = '100GB'",
    "ATTACH '/tmp/indelible-escape.db'",
  ]) {
    await expect(ask(engine, sql)).rejects.toThrow();
  }
});

test('an index that says something else than the log is found, and where', async () => {
  const fixture = createFixture();
  await fixture.append(0, 300);
  await fixture.build();
  const { dataDir, indexDir } = fixture;
  const stretches = readStretches(indexDir).length;
  expect(await verifyIndex({ dataDir, indexDir })).toMatchObject({ ok: true, stretches, differences: [] });
  const [first = '', second = ''] = readdirSync(indexDir).filter((name) => name.endsWith('.parquet'));
  const engine = await fixture.open();
  const changed = join(engine.scratchDir, 'changed.parquet');
  const select = `SELECT * REPLACE (CASE WHEN seq = 20 THEN 'info2' ELSE severity END AS severity)`;
  await engine.connection.run(
    `COPY (${select} FROM read_parquet('${join(indexDir, first)}')) TO '${changed}' (FORMAT parquet)`,
  );
  writeFileSync(join(indexDir, first), readFileSync(changed));
  writeFileSync(join(indexDir, second), 'no parquet');
  const report = await verifyIndex({ dataDir, indexDir });
  expect(report.ok).toBe(false);
  expect(report.differences).toMatchObject([
    { file: first, seq: 20 },
    { file: second, seq: undefined },
  ]);
});
