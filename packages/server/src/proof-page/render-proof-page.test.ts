import { createHash } from 'node:crypto';
import { Script } from 'node:vm';
import { parseVkey, verifyTlogProof } from '@indelible/log';
import { describe, expect, it } from 'vitest';
import { readShownText } from './browser/shown-text.ts';
import { renderProofPage } from './render-proof-page.ts';
import { hostileEvent, origin, proveEvent } from './testing/prove-event.ts';

const proved = proveEvent(hostileEvent);
const page = renderProofPage(proved, { ownVkey: proved.vkey });

/** What stands between the first opening tag that fits and the next closing one. */
function inside(tag: string, attributes = ''): string {
  const found = new RegExp(`<${tag}${attributes}[^>]*>([\\s\\S]*?)</${tag}>`).exec(page)?.[1];
  expect(found, `<${tag}${attributes}>`).toBeDefined();
  return found!;
}

function unescapeHtml(text: string): string {
  const characters: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' };
  return text.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => characters[entity]!);
}

const script = inside('script', ' type="module"');
const withoutScript = page.replace(script, '');

describe('a hostile record', () => {
  it('puts no tag into the page', () => {
    const tags = new Set([...withoutScript.matchAll(/<\/?([a-z!][^\s>]*)/gi)].map(([, name]) => name!.toLowerCase()));
    for (const tag of ['img', 'svg', 'iframe', '!--', 'pre']) expect(tags).not.toContain(tag);
    expect(withoutScript.match(/<script/g)).toHaveLength(1);
    expect(withoutScript.match(/<\/(?:script|style|textarea)>/g)).toEqual([
      '</style>',
      '</textarea>',
      '</textarea>',
      '</script>',
    ]);
  });

  it('puts no character into the page that hides or turns the order of reading', () => {
    expect(page).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(withoutScript).toContain('⟨U+202E⟩admin⟨U+202C⟩');
  });

  it('is there byte for byte, for the script to verify', () => {
    expect(readShownText(unescapeHtml(inside('textarea', ' id="line"')))).toBe(proved.line);
  });

  it('is saved as the proof that the command makes', () => {
    const base64 = /download="record-12\.tlog-proof" href="data:application\/octet-stream;base64,([^"]*)"/.exec(
      page,
    )?.[1];
    const saved = Buffer.from(base64 ?? '', 'base64').toString();
    expect(saved).toBe(proved.proof);
    expect(verifyTlogProof(saved, [parseVkey(proved.vkey)])).toMatchObject({ index: 12, checkpoint: { origin } });
  });
});

describe('the page', () => {
  it('allows its own script and style only, and no connection', () => {
    const policy = unescapeHtml(/Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '');
    const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src ${hashOf(script)}`,
      `style-src ${hashOf(inside('style'))}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    const tags = withoutScript.match(/<[a-z][^>]*>/gi)?.join('') ?? '';
    expect(tags).not.toMatch(/\s(?:on[a-z]+|style|src|action)=|https?:|javascript:/i);
    expect(inside('style')).not.toMatch(/@import|url\(|https?:/i);
  });

  it('holds a script that parses, imports nothing, and cannot be ended by its own text', () => {
    expect(() => new Script(script)).not.toThrow();
    expect(script).not.toMatch(/^\s*(?:import|export)\b|\bimport\(|<\/script|<!--/m);
    expect(script).toContain('startPage(document,');
  });

  it('names the record, the log and the checkpoint', () => {
    expect(inside('title')).toBe(`Record 12 of ${origin}`);
    expect(inside('p', ' class="lead"')).toMatch(/^Position 12 of .*checkpoint of 41 lines\.$/);
    expect(page).toContain('<html lang="en">');
  });

  it('shows the log’s own key to be compared, and does not fill it in', () => {
    expect(inside('textarea', ' id="key"')).toBe('');
    expect(unescapeHtml(withoutScript).split(proved.vkey)).toHaveLength(2);
    expect(script).not.toContain(proved.vkey);
  });

  it('says so when the line is not JSON', () => {
    const broken = { ...proved, line: '{"seq":12,' };
    expect(renderProofPage(broken, { ownVkey: proved.vkey })).toMatch(/<p id="unreadable">/);
    expect(page).toMatch(/<p id="unreadable" hidden>/);
  });
});
