// The page that shows one record to a person and lets their browser verify it, as a single file that needs no network.
// Its policy allows exactly its own script and style, so that nothing in a record can run or fetch anything.

import { createHash } from 'node:crypto';
import { parseCheckpointNote, parseTlogProof, type RecordProof } from '@indelible/log';
import { html, Markup } from './markup.ts';
import { readPageScript } from './page-script.ts';
import { meaningSection, proofSection, recordSection, verifySection } from './page-sections.ts';
import { pageStyle } from './page-style.ts';

export interface ProofPageOptions {
  /** The key that lies beside the log: shown to be compared, never used. */
  readonly ownVkey: string;
}

/** @throws AuditError `invalid_proof`, `invalid_note`, `invalid_checkpoint` if the proof is malformed. */
export function renderProofPage({ seq, line, proof }: RecordProof, { ownVkey }: ProofPageOptions): string {
  const { origin, size } = parseCheckpointNote(parseTlogProof(proof).checkpoint);
  const script = readPageScript();
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(pageStyle)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Record ${seq} of ${origin}</title>
<style>${new Markup(pageStyle)}</style>
</head>
<body>
<main>
<h1>Proof of one record</h1>
<p class="lead">Position ${seq} of the log <bdi>${origin}</bdi>, under its checkpoint of ${size} lines.</p>
${recordSection(line)}
${verifySection()}
${meaningSection(size)}
${proofSection({ proof, fileName: `record-${seq}.tlog-proof`, ownVkey })}
</main>
<script type="module">${new Markup(script)}</script>
</body>
</html>
`;
  return page.html;
}

/** A source expression of Content Security Policy for the text between two tags. */
function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
