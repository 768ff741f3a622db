import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { proveRecord } from '@indelible/log';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { makeLog } from '../../../../test/drill/make-log.ts';
import { proofCommand } from './proof.ts';

const log = makeLog();
afterEach(() => vi.restoreAllMocks());
afterAll(() => log.remove());

/** What `indelible proof …` prints on stdout and on stderr. */
async function prove(...args: string[]): Promise<{ out: string; err: string }> {
  const written = { out: '', err: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.out += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written.err += text;
    return true;
  });
  await proofCommand().parseAsync([...args, '--data', log.dataDir], { from: 'user' });
  vi.restoreAllMocks();
  return written;
}

it('prints the proof, or with --html the page that holds the same proof', async () => {
  const { proof } = await proveRecord(log.dataDir, 7);
  expect(await prove('7')).toEqual({ out: proof, err: '' });
  const { out } = await prove('7', '--html');
  expect(out).toMatch(/^<!doctype html>\n/);
  expect(out).toContain(`base64,${Buffer.from(proof).toString('base64')}"`);
});

it('writes the page where it is told, and says so', async () => {
  const file = join(log.dataDir, 'record.html');
  expect(await prove('7', '--html', '-o', file)).toEqual({
    out: '',
    err: `Wrote the proof of position 7 to ${file}.\n`,
  });
  expect(readFileSync(file, 'utf8')).toBe((await prove('7', '--html')).out);
});

it('answers in JSON with the page, the proof, or where it was written', async () => {
  const file = join(log.dataDir, 'record.html');
  const { out: page } = await prove('7', '--html');
  const { out: proof } = await prove('7');
  expect(JSON.parse((await prove('7', '--html', '--json')).out)).toEqual({ seq: 7, html: page });
  expect(JSON.parse((await prove('7', '--json')).out)).toEqual({ seq: 7, proof });
  expect(JSON.parse((await prove('7', '--html', '--json', '-o', file)).out)).toEqual({ seq: 7, output: file });
});

it('refuses a place where nothing can be written', async () => {
  const file = join(log.dataDir, 'nowhere', 'record.html');
  await expect(prove('7', '--html', '-o', file)).rejects.toMatchObject({ code: 'unavailable' });
});
