// The page in a real browser, opened from a file as an auditor would open it: what the reader sees with the right key,
// the wrong key and a changed record, and that nothing is fetched, blocked or complained about.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createSigner, generateSigningKey, proveRecord } from '@indelible/log';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeLog } from '../../../../test/drill/make-log.ts';
import { renderProofPage } from './render-proof-page.ts';
import { hostileEvent, proveEvent } from './testing/prove-event.ts';

const executablePath = '/usr/bin/chromium';
const isThere = existsSync(executablePath);
const suite = `the proof page in Chromium${isThere ? '' : ` (skipped: there is no ${executablePath})`}`;

// Nothing that the browser does of its own accord may be mistaken for something that the page does.
const quiet = ['quic', 'background-networking', 'component-update', 'sync', 'gpu'].map((what) => `--disable-${what}`);

describe.skipIf(!isThere)(suite, () => {
  const folder = mkdtempSync(join(tmpdir(), 'indelible-page-'));
  const log = makeLog({ commits: 30 });
  const address = pathToFileURL(join(folder, 'record.html')).href;
  const hostile = proveEvent(hostileEvent);
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let requests: string[];

  beforeAll(async () => {
    const proved = await proveRecord(log.dataDir, 33);
    writeFileSync(join(folder, 'record.html'), renderProofPage(proved, { ownVkey: log.signer.vkey }));
    writeFileSync(join(folder, 'hostile.html'), renderProofPage(hostile, { ownVkey: hostile.vkey }));
    browser = await chromium.launch({
      executablePath,
      args: ['--headless', '--no-sandbox', '--no-first-run', ...quiet],
    });
  });
  afterAll(async () => {
    await browser?.close();
    log.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    await page.close();
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:'))).toEqual([]);
  });

  async function open(url = address): Promise<void> {
    page = await browser.newPage();
    complaints = [];
    requests = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('dialog', (dialog) => complaints.push(`a dialog: ${dialog.message()}`));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(url);
  }

  async function verify(vkey: string): Promise<void> {
    await page.getByLabel('public key').fill(vkey);
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.locator('#steps li').first().waitFor();
  }

  const verdict = () => page.locator('#verdict').textContent();
  const steps = () => page.locator('#steps li').evaluateAll((items) => items.map((item) => item.className));

  it('verifies nothing without a key', async () => {
    await open();
    expect(await page.getByLabel('public key').inputValue()).toBe('');
    await page.getByRole('button', { name: 'Verify' }).click();
    expect(await verdict()).toContain('Paste the log’s key');
  });

  it('says with the log’s key that the proof holds, and what it is about', async () => {
    await open();
    await verify(log.signer.vkey);
    expect(await verdict()).toMatch(/The proof holds\s+This record, .* position 33 of the log indelible\.test\/log\./);
    expect(await steps()).toEqual(['passed', 'passed', 'passed', 'passed']);
    await expect(page.getByRole('img', { name: 'passed' }).count()).resolves.toBe(4);
  });

  it('says with another key that it does not hold', async () => {
    await open();
    await verify(createSigner('indelible.test/log', generateSigningKey()).vkey);
    expect(await verdict()).toContain('The proof does not hold');
    expect(await steps()).toEqual(['passed', 'passed', 'passed', 'failed']);
  });

  it('finds one changed character, shows it among the fields, and holds again once it is restored', async () => {
    await open();
    await verify(log.signer.vkey);
    await page.getByText('The line in the log').click();
    const line = page.getByLabel('The record’s line');
    await line.fill((await line.inputValue()).replace('"alice"', '"alicf"'));
    expect(await verdict()).toContain('Changed since it was last verified');
    expect(await page.locator('#fields').textContent()).toContain('alicf');
    await verify(log.signer.vkey);
    expect(await verdict()).toContain('The proof does not hold');
    expect(await steps()).toEqual(['passed', 'failed', 'passed', 'passed']);
    await page.getByRole('button', { name: 'Restore the line' }).click();
    await verify(log.signer.vkey);
    expect(await verdict()).toContain('The proof holds');
  });

  it('is used by keyboard alone', async () => {
    await open();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByLabel('The record’s line').waitFor({ state: 'visible' });
    for (const id of ['line', 'restore', 'key', 'verify']) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.id')).toBe(id);
      if (id === 'key') await page.keyboard.insertText(log.signer.vkey);
    }
    await page.keyboard.press('Enter');
    await page.locator('#verdict.holds').waitFor();
  });

  it('saves the proof that the command makes', async () => {
    await open();
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Save the proof' }).click();
    const saved = await download;
    expect(saved.suggestedFilename()).toBe('record-33.tlog-proof');
    const { proof } = await proveRecord(log.dataDir, 33);
    expect(readFileSync(await saved.path(), 'utf8')).toBe(proof);
  });

  it('shows a hostile record as text, and verifies it', async () => {
    await open(pathToFileURL(join(folder, 'hostile.html')).href);
    const fields = await page.locator('#fields').textContent();
    expect(fields).toContain("</script><script>alert('3')</script>, roles ⟨U+202E⟩admin⟨U+202C⟩");
    expect(fields).not.toMatch(/\p{Cf}/u);
    expect(await page.locator('img, svg, iframe, main script').count()).toBe(0);
    await verify(hostile.vkey);
    expect(await verdict()).toContain('The proof holds');
  });

  it('shows the same fields before its script runs as after', async () => {
    await open();
    const written = /<dl id="fields">([\s\S]*?)<\/dl>/.exec(readFileSync(join(folder, 'record.html'), 'utf8'))?.[1];
    expect(await page.locator('#fields').innerHTML()).toBe(written);
  });

  it('says clearly that a browser without cryptography cannot verify', async () => {
    await open();
    await page.addInitScript("Object.defineProperty(crypto, 'subtle', { value: undefined })");
    await page.reload();
    await page.getByLabel('public key').fill(log.signer.vkey);
    await page.getByRole('button', { name: 'Verify' }).click();
    expect(await verdict()).toContain('This browser cannot verify here');
  });
});
