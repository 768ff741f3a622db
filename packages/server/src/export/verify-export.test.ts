import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSeal, openLog, type RecordLine, readLines, validateEvent, verifyLog } from '@indelible/log';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MadeLog, makeLog } from '../../../../test/drill/make-log.ts';
import { type ExportFormatName, exportFormatNames } from './format/formats.ts';
import { useDuckDb } from './format/parquet-file.ts';
import { columns, exportedAt, hostileTexts, inBatches } from './testing/records.ts';
import { type VerifyExportOptions, verifyExport } from './verify-export.ts';
import { writeExport } from './write-export.ts';

let log: MadeLog;
let folder: string;
let records: RecordLine[];

beforeAll(async () => {
  log = makeLog({ commits: 12, recordsPerCommit: 4, segmentBytesMax: 4000, rotateBefore: 6 });
  folder = mkdtempSync(join(tmpdir(), 'indelible-verify-export-'));
  records = await recordsOf(log.dataDir);
});

afterAll(() => {
  log.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function recordsOf(dataDir: string): Promise<RecordLine[]> {
  const found: RecordLine[] = [];
  for await (const lines of readLines(dataDir)) found.push(...lines.filter(({ line }) => !isSeal(line)));
  return found;
}

interface Made {
  readonly file: string;
  readonly proof: string;
}

/** An export with its proof in a folder of its own. */
async function exported(format: ExportFormatName, lines: readonly RecordLine[], dataDir = log.dataDir): Promise<Made> {
  const output = join(mkdtempSync(join(folder, 'export-')), `audit.${format}`);
  await writeExport({ lines: inBatches(lines), format, columns, output, exportedAt, proof: { dataDir } });
  return { file: output, proof: `${output}.proof` };
}

const verify = ({ file }: Made, more: Partial<VerifyExportOptions> = {}) => verifyExport({ file, columns, ...more });

function edit(path: string, change: (text: string) => string): void {
  const text = readFileSync(path, 'utf8');
  const changed = change(text);
  expect(changed).not.toBe(text);
  writeFileSync(path, changed);
}

const everyThird = () => records.filter((_, index) => index % 3 === 1);
const textFormats = exportFormatNames.filter((name) => name !== 'parquet');

describe('an untouched export', () => {
  test.each(exportFormatNames)('verifies as %s, whole or in part', async (format) => {
    const whole = await verify(await exported(format, records));
    expect(whole).toMatchObject({ ok: true, findings: [], count: records.length, origin: 'indelible.test/log' });
    const part = await verify(await exported(format, everyThird()));
    expect(part).toMatchObject({ ok: true, findings: [], count: everyThird().length, format });
    // Whatever is not shown is counted: seals, other records, the log's own records of its keys.
    expect(part.withheld).toBeGreaterThan(whole.withheld);
    expect(whole.withheld).toBeGreaterThan(0);
  });

  test.each(exportFormatNames)('without records verifies as %s', async (format) => {
    expect(await verify(await exported(format, []))).toMatchObject({ ok: true, count: 0 });
  });

  test('says what it proves, and what it does not', async () => {
    const { claim } = await verify(await exported('csv', everyThird()), { trustedKey: log.signer.vkey });
    expect(claim).toMatch(/^The 17 records of the export stand in the log indelible\.test\/log, unchanged/);
    expect(claim).toMatch(/the key that was given\. \d+ of these lines, seals among them, are not shown/);
  });

  test('names its key: given, pinned or its own word', async () => {
    const made = await exported('csv', everyThird());
    const statusOf = async (more: Partial<VerifyExportOptions>) => (await verify(made, more)).key.status;
    expect(await statusOf({})).toBe('own');
    expect(await statusOf({ trustedKey: log.signer.vkey })).toBe('given');
    expect(await statusOf({ pinnedKeysOf: () => [log.signer.vkey] })).toBe('pinned');
  });

  test('has a proof of lines that verify takes as a copy', async () => {
    const { proof } = await exported('csv', everyThird());
    const lines = join(mkdtempSync(join(folder, 'lines-')), 'lines.ndjson');
    writeFileSync(lines, readFileSync(proof, 'utf8').replace(/[^\n]*\n$/, ''));
    expect(await verifyLog({ logFile: lines, trustedKey: log.signer.vkey })).toMatchObject({ ok: true });
  });

  test('leaves no copy of the proof behind', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('indelible-export-')).length;
    await verify(await exported('parquet', everyThird()));
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('indelible-export-'))).toHaveLength(before);
  });
});

describe.each(textFormats)('in %s', (format) => {
  const kinds = async (made: Made) => {
    const report = await verify(made);
    expect(report.ok).toBe(false);
    expect(report.claim).toBe('Nothing is proved of the export.');
    return report.findings;
  };
  const headRows = { ndjson: 0, cef: 0, csv: 1, json: 1, axon: 2 };
  const line = (record: number) => headRows[format as 'csv'] + record;

  /** Rows of records, without the comma between them, changed and put together again. */
  function editRows(file: string, change: (rows: string[]) => string[]): void {
    edit(file, (text) => {
      const end = format === 'csv' ? '\r\n' : '\n';
      const rows = text.split(end);
      const last = rows.length - (format === 'json' ? 2 : format === 'axon' ? 5 : 1);
      const comma = format === 'json' || format === 'axon' ? ',' : '';
      const body = rows.slice(line(0), last).map((row) => (comma && row.endsWith(comma) ? row.slice(0, -1) : row));
      const changed = change(body).map((row, index, all) => (index < all.length - 1 ? `${row}${comma}` : row));
      return [...rows.slice(0, line(0)), ...changed, ...rows.slice(last)].join(end);
    });
  }

  test('a changed cell is located', async () => {
    const made = await exported(format, everyThird());
    editRows(made.file, (rows) => rows.with(4, rows[4]!.replace('SELECT name', 'SELECT mane')));
    const place = { segment: `audit.${format}`, line: line(5), seq: everyThird()[4]!.seq };
    const findings = await kinds(made);
    expect(findings).toContainEqual(expect.objectContaining({ kind: 'record_changed', ...place }));
    expect(findings.find(({ kind }) => kind === 'record_changed')?.message).toMatch(/mane.*where.*name/);
  });

  test('a removed record is located, also the log’s very first', async () => {
    for (const index of [0, 7, records.length - 1]) {
      const made = await exported(format, records);
      editRows(made.file, (rows) => rows.toSpliced(index, 1));
      const findings = await kinds(made);
      const place = { line: line(index + 1), seq: records[index]!.seq };
      expect(findings).toContainEqual(expect.objectContaining({ kind: 'record_missing', ...place }));
    }
  });

  test('a record put in is located, also one that the log has but the export had not', async () => {
    const made = await exported(format, everyThird());
    const other = await exported(format, records);
    const [stranger = ''] = readFileSync(other.file, 'utf8')
      .split(/,?\r?\n/)
      .filter((row) => row.includes('00000000002'));
    editRows(made.file, (rows) => rows.toSpliced(2, 0, stranger));
    expect(await kinds(made)).toContainEqual(expect.objectContaining({ kind: 'record_added', line: line(3) }));
  });

  test('two records that changed places are found', async () => {
    const made = await exported(format, everyThird());
    editRows(made.file, (rows) => rows.with(2, rows[3]!).with(3, rows[2]!));
    expect((await kinds(made)).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['record_missing', 'record_added']),
    );
  });

  test('bytes between and after the records count too', async () => {
    const made = await exported(format, everyThird());
    appendFileSync(made.file, '\n');
    expect((await kinds(made)).map(({ kind }) => kind)).toContain('file_changed');
  });

  test('a trailer that was made to fit the changed file helps nothing', async () => {
    const made = await exported(format, everyThird());
    editRows(made.file, (rows) => rows.slice(0, -1));
    const { sha256 } = await verify(made);
    const { length } = readFileSync(made.file);
    edit(made.proof, (text) =>
      text.replace(/"sha256":"\w+","bytes":\d+,"count":\d+/, `"sha256":"${sha256}","bytes":${length},"count":16`),
    );
    expect((await kinds(made)).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['proof_changed', 'record_missing']),
    );
  });
});

describe('in Parquet', () => {
  const rewrite = (file: string, select: string) =>
    useDuckDb(async (connection) => {
      await connection.run(`CREATE TABLE t AS SELECT * FROM read_parquet('${file}')`);
      await connection.run(`COPY (${select}) TO '${file}' (FORMAT parquet)`);
    });

  test.each([
    ['a changed cell', "SELECT * REPLACE ('mallory' AS event_id) FROM t WHERE seq = 8", 'record_changed'],
    ['a removed record', 'SELECT * FROM t WHERE seq <> 8', 'record_missing'],
    ['a record put in', 'FROM t UNION ALL FROM t WHERE seq = 8', 'record_added'],
    ['another order', 'FROM t ORDER BY seq DESC', 'record_missing'],
    ['a column less', 'SELECT * EXCLUDE (details) FROM t', 'frame_changed'],
  ])('%s is found', async (_, select, kind) => {
    const made = await exported('parquet', records);
    await rewrite(
      made.file,
      select.includes('REPLACE') ? `${select} UNION ALL FROM t WHERE seq <> 8 ORDER BY seq` : select,
    );
    const { ok, findings } = await verify(made);
    expect(ok).toBe(false);
    expect(findings.map((finding) => finding.kind)).toEqual(expect.arrayContaining(['file_changed', kind]));
  });

  test('what is no Parquet is a finding', async () => {
    const made = await exported('parquet', records);
    writeFileSync(made.file, 'PAR1');
    expect((await verify(made)).findings.map(({ kind }) => kind)).toContain('file_unreadable');
  });
});

describe('a proof', () => {
  test('whose records were changed together with the file does not hold', async () => {
    const made = await exported('ndjson', everyThird());
    edit(made.file, (text) => text.replace('alice', 'mallo'));
    edit(made.proof, (text) => text.replace('alice', 'mallo'));
    const { ok, findings } = await verify(made);
    expect(ok).toBe(false);
    expect(findings.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['not_compared']));
    expect(findings.some(({ severity, segment }) => severity === 'error' && segment === 'audit.ndjson.proof')).toBe(
      true,
    );
  });

  test('that was cut together with the file does not hold', async () => {
    const last = everyThird().at(-1)!.line;
    const made = await exported('ndjson', everyThird());
    edit(made.file, (text) => text.replace(`${last}\n`, ''));
    edit(made.proof, (text) => text.replace(`${last}\n`, ''));
    expect((await verify(made)).ok).toBe(false);
  });

  test('that ends before its seal does not hold, whatever its trailer says', async () => {
    const made = await exported('ndjson', everyThird());
    edit(made.proof, (text) => text.split('\n').toSpliced(-3, 1).join('\n'));
    const { ok, findings } = await verify(made);
    expect(ok).toBe(false);
    expect(findings.map(({ kind }) => kind)).toContain('unsealed_lines');
  });

  test('of nothing proves nothing', async () => {
    const made = await exported('ndjson', []);
    edit(made.proof, (text) => text.slice(text.lastIndexOf('\n', text.length - 2) + 1));
    expect((await verify(made)).ok).toBe(false);
  });

  test('cannot pass a record off as one that is there for its keys', async () => {
    const made = await exported('ndjson', everyThird());
    const { line, seq } = everyThird()[2]!;
    edit(made.file, (text) => text.replace(`${line}\n`, ''));
    edit(made.proof, (text) => text.replace('"keys_only":[', `"keys_only":[${seq},`));
    const { findings } = await verify(made);
    expect(findings).toContainEqual(expect.objectContaining({ kind: 'record_missing', seq }));
  });

  test.each([
    ['is empty', () => ''],
    ['has lost its end', (text: string) => text.slice(0, -20)],
    ['has lost its trailer', (text: string) => text.replace(/[^\n]*\n$/, '')],
    ['names no format', (text: string) => text.replace('"format":"ndjson"', '"format":"xml"')],
    ['names no hash', (text: string) => text.replace(/"sha256":"\w+"/, '"sha256":"x"')],
  ])('that %s is none', async (_, change) => {
    const made = await exported('ndjson', everyThird());
    edit(made.proof, change);
    await expect(verify(made)).rejects.toMatchObject({ code: 'invalid_proof' });
  });

  test('or a file that is not there is said to be missing', async () => {
    const made = await exported('ndjson', everyThird());
    rmSync(made.proof);
    await expect(verify(made)).rejects.toMatchObject({ code: 'not_found' });
    await expect(verify({ file: `${made.file}.none`, proof: '' })).rejects.toMatchObject({ code: 'not_found' });
  });

  test('under another key is not the log’s', async () => {
    const other = makeLog();
    const { ok, findings } = await verify(await exported('csv', everyThird()), { trustedKey: other.signer.vkey });
    expect(ok).toBe(false);
    expect(findings.map(({ kind }) => kind)).toContain('key_mismatch');
    other.remove();
  });

  test('is not made from a damaged log, and no export is left without it', async () => {
    const damaged = makeLog();
    const path = join(damaged.dataDir, 'log', readdirSync(join(damaged.dataDir, 'log'))[0]!);
    edit(path, (text) => text.replace('alice', 'mallo'));
    const output = join(mkdtempSync(join(folder, 'damaged-')), 'out');
    const lines = inBatches(await recordsOf(damaged.dataDir));
    const request = { lines, format: 'csv', columns, output, exportedAt, proof: { dataDir: damaged.dataDir } } as const;
    await expect(writeExport(request)).rejects.toMatchObject({ code: 'log_damaged' });
    expect(existsSync(output)).toBe(false);
    expect(readdirSync(join(output, '..'))).toEqual([]);
    damaged.remove();
  });

  test('needs the records in the order of the log', async () => {
    await expect(exported('csv', records.toReversed())).rejects.toMatchObject({ code: 'invalid_argument' });
  });
});

test('an export of hostile values verifies in every format', async () => {
  const dataDir = mkdtempSync(join(folder, 'hostile-'));
  const open = await openLog({ dataDir, heartbeatMs: 0, ballastBytes: 0 });
  const events = hostileTexts.map((text) =>
    validateEvent({
      event_type: 'data_access',
      actor: { user_id: text, roles: [text], department: text },
      operation: { query: text.repeat(2), parameters: { [text.slice(0, 50)]: text } },
      details: { text },
    }),
  );
  for (const event of events) await open.append(event);
  await open.close();
  const hostile = await recordsOf(dataDir);
  expect(hostile.length).toBeGreaterThan(hostileTexts.length);
  for (const format of exportFormatNames) {
    expect(await verify(await exported(format, hostile, dataDir))).toMatchObject({ ok: true, count: hostile.length });
    expect(await verify(await exported(format, hostile.slice(3, 9), dataDir))).toMatchObject({ ok: true, count: 6 });
  }
});

test('a copy of a log’s later segments proves its records too', async () => {
  const dataDir = mkdtempSync(join(folder, 'later-'));
  const segments = readdirSync(join(log.dataDir, 'log')).slice(2);
  for (const name of segments) writeFileSync(join(dataDir, name), readFileSync(join(log.dataDir, 'log', name)));
  const later = await recordsOf(dataDir);
  expect(later.length).toBeLessThan(records.length);
  const made = await exported('csv', later, dataDir).catch((error: unknown) => error);
  // Its newest seal is of the key after the rotation, which is in these segments.
  expect(made).toMatchObject({ file: expect.any(String) });
  expect(await verifyExport({ file: Object(made).file, columns, trustedKey: log.signer.vkey })).toMatchObject({
    ok: true,
  });
});
