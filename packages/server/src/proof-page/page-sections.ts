// What stands on the page: the record, the place to verify it, what that proves and what not, and how to check it
// without the page. Plain words, for a reader who has neither the log nor the program.

import { elementIds } from './browser/page-elements.ts';
import { fieldsOf } from './browser/record-fields.ts';
import { waiting } from './browser/verdict.ts';
import { html, type Markup } from './markup.ts';

export function recordSection(line: string): Markup {
  const fields = fieldsOf(line);
  const rows = fields.map(
    ({ label, value, isCode }) =>
      html`<dt>${label}</dt><dd${isCode === true ? html` class="code"` : ''}><bdi>${value}</bdi></dd>`,
  );
  return html`<section aria-labelledby="record">
<h2 id="record">The record</h2>
<dl id="${elementIds.fields}">${rows}</dl>
<p id="${elementIds.unreadable}"${fields.length > 0 ? html` hidden` : ''}>The line is not JSON: it can only be shown
as it stands.</p>
<details>
<summary>The line in the log, and what happens when it is changed</summary>
<p class="hint" id="line-hint">This is what is verified, byte for byte; the fields above are read from it. Change one
character and verify again. What would be invisible is written out: ⟨U+202E⟩ is one character.</p>
<label for="${elementIds.line}">The record’s line</label>
<textarea id="${elementIds.line}" rows="8" dir="ltr" spellcheck="false" autocomplete="off" autocapitalize="off"
 aria-describedby="line-hint">${line}</textarea>
<button type="button" id="${elementIds.restore}">Restore the line</button>
</details>
</section>`;
}

export function verifySection(): Markup {
  return html`<section aria-labelledby="verification">
<h2 id="verification">Verify it</h2>
<p class="screen">Everything happens in this browser; the page never uses the network.</p>
<label for="${elementIds.key}">The log’s public key (a “vkey”)</label>
<textarea id="${elementIds.key}" rows="3" dir="ltr" spellcheck="false" autocomplete="off" autocapitalize="off"
 aria-describedby="key-hint"></textarea>
<p class="hint screen" id="key-hint">Get it from someone you trust, by another way than this page: it is the file
<code>signing.vkey</code> of the log.</p>
<button type="button" class="primary" id="${elementIds.verify}">Verify</button>
<noscript><p>This browser runs no scripts here, so that the page cannot verify anything.</p></noscript>
<div id="${elementIds.verdict}" class="${waiting.state}" role="status">
<h3 id="${elementIds.title}">${waiting.title}</h3>
<p id="${elementIds.text}">${waiting.text}</p>
<ol id="${elementIds.steps}"></ol>
</div>
</section>`;
}

export function meaningSection(size: number): Markup {
  return html`<section aria-labelledby="meaning">
<h2 id="meaning">What this proves, and what it does not</h2>
<p>If the proof holds, whoever has the log’s private key signed for the first ${size} lines of the log, and this record
is one of them, in its place and without a character changed since.</p>
<p>It does not prove:</p>
<ul>
<li>that what the record says is true, or happened at the time it says: only that it was recorded so;</li>
<li>anything about other records, or that none are missing: <code>indelible verify</code> shows that over the log;</li>
<li>that there is no second version of the log: for that, compare checkpoints that were kept elsewhere;</li>
<li>whose key it is that you pasted;</li>
<li>that this page is honest: it came from whoever gave it to you, and a page can be made to say anything. If much
depends on it, check the proof without the page.</li>
</ul>
</section>`;
}

export interface SavedProof {
  readonly proof: string;
  readonly fileName: string;
  /** The key that lies beside the log. */
  readonly ownVkey: string;
}

export function proofSection({ proof, fileName, ownVkey }: SavedProof): Markup {
  const href = `data:application/octet-stream;base64,${Buffer.from(proof).toString('base64')}`;
  return html`<section aria-labelledby="without">
<h2 id="without">Check it without this page</h2>
<p>Save the proof and check it with your own copy of Indelible, which is open source:</p>
<p><code>indelible verify --proof ${fileName} --key signing.vkey</code></p>
<p class="screen"><a class="button" id="${elementIds.proof}" download="${fileName}" href="${href}">Save the proof</a></p>
${ownKeyDetails(ownVkey)}
</section>`;
}

function ownKeyDetails(vkey: string): Markup {
  return html`<details>
<summary>The key that lay beside the log when this page was made</summary>
<p><code>${vkey}</code></p>
<p class="hint">Compare it with the key that you got by another way. Copied from here, it shows only that this page
agrees with itself.</p>
</details>`;
}
