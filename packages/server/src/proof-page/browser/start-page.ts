// The page at work: the reader pastes a key, edits the line, presses Verify, and sees what comes of it. What is
// verified is the line as it is shown, against the very proof that the page's link saves.

import { decodeBase64, decodeUtf8 } from './bytes.ts';
import { elementIds, type PageDocument, type PageElement } from './page-elements.ts';
import { type Proof, parseProof } from './parse-proof.ts';
import { fieldsOf } from './record-fields.ts';
import { readShownText, showText } from './shown-text.ts';
import { damagedPage, edited, judge, type Verdict, waiting, withoutCrypto } from './verdict.ts';
import { type Step, verifyRecord } from './verify-record.ts';
import type { Subtle } from './web-crypto.ts';

const marks = {
  passed: { sign: '✓', word: 'passed' },
  failed: { sign: '✗', word: 'failed' },
  unchecked: { sign: '–', word: 'not checked' },
} as const satisfies Record<Step['state'], { sign: string; word: string }>;

/** `subtle` is undefined where the browser has no cryptography for a page that came this way. */
export function startPage(document: PageDocument, subtle: Subtle | undefined): void {
  const line = document.getElementById(elementIds.line);
  const key = document.getElementById(elementIds.key);
  const proof = readProof(document.getElementById(elementIds.proof).href);
  let attempts = 0;
  let wasJudged = false;

  const expire = () => {
    attempts += 1;
    showVerdict(document, wasJudged ? edited : waiting);
  };
  const edit = () => {
    showFields(document, readShownText(line.value));
    expire();
  };
  const verify = async () => {
    attempts += 1;
    const attempt = attempts;
    const verdict = await verdictOn(proof, readShownText(line.value), key.value, subtle);
    // Whoever typed on while the browser was computing is not told about what they had before.
    if (attempt !== attempts) return;
    wasJudged = verdict.steps.length > 0;
    showVerdict(document, verdict);
  };

  key.addEventListener('input', expire);
  line.addEventListener('input', edit);
  document.getElementById(elementIds.restore).addEventListener('click', () => {
    line.value = line.defaultValue;
    edit();
  });
  document.getElementById(elementIds.verify).addEventListener('click', () => void verify());
  // Some browsers keep what was typed when a page is loaded again.
  showFields(document, readShownText(line.value));
  showVerdict(document, waiting);
}

function readProof(href: string): Proof | undefined {
  const bytes = decodeBase64(href.slice(href.indexOf(',') + 1));
  const text = bytes && decodeUtf8(bytes);
  return text === undefined ? undefined : parseProof(text);
}

async function verdictOn(
  proof: Proof | undefined,
  line: string,
  vkey: string,
  subtle: Subtle | undefined,
): Promise<Verdict> {
  if (proof === undefined) return damagedPage;
  if (subtle === undefined) return withoutCrypto;
  if (vkey.trim() === '') return waiting;
  return judge(await verifyRecord({ proof, line, vkey }, subtle), proof);
}

function showFields(document: PageDocument, line: string): void {
  const fields = fieldsOf(line);
  const rows = fields.flatMap(({ label, value, isCode }) => {
    const description = document.createElement('dd');
    if (isCode === true) description.className = 'code';
    description.append(elementWith(document, 'bdi', value));
    return [elementWith(document, 'dt', label), description];
  });
  document.getElementById(elementIds.fields).replaceChildren(...rows);
  document.getElementById(elementIds.unreadable).hidden = fields.length > 0;
}

function showVerdict(document: PageDocument, { state, title, text, steps }: Verdict): void {
  document.getElementById(elementIds.verdict).className = state;
  document.getElementById(elementIds.title).textContent = title;
  document.getElementById(elementIds.text).textContent = showText(text);
  document.getElementById(elementIds.steps).replaceChildren(...steps.map((step) => stepItem(document, step)));
}

function stepItem(document: PageDocument, { state, text }: Step): PageElement {
  const mark = elementWith(document, 'span', marks[state].sign);
  mark.setAttribute('role', 'img');
  mark.setAttribute('aria-label', marks[state].word);
  const item = document.createElement('li');
  item.className = state;
  item.append(mark, elementWith(document, 'span', text));
  return item;
}

function elementWith(document: PageDocument, tag: string, text: string): PageElement {
  const element = document.createElement(tag);
  element.textContent = showText(text);
  return element;
}
