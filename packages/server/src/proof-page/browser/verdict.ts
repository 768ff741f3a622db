// What the steps of a verification come to, in words for a person who has never heard of a Merkle tree. Nothing is
// called proved unless every step passed. Runs in the page.

import type { Proof } from './parse-proof.ts';
import type { Step } from './verify-record.ts';

export interface Verdict {
  readonly state: 'waiting' | 'holds' | 'fails' | 'impossible';
  readonly title: string;
  readonly text: string;
  readonly steps: readonly Step[];
}

const ableBrowsers = 'Chrome and Edge from 137, Firefox from 129 and Safari from 17 can.';
const otherWay = 'Or save the proof and check it with “indelible verify”, as said at the end of this page.';

export const waiting: Verdict = {
  state: 'waiting',
  title: 'Not verified yet',
  text: 'Paste the log’s key above, then press Verify.',
  steps: [],
};

export const edited: Verdict = {
  state: 'waiting',
  title: 'Changed since it was last verified',
  text: 'Press Verify to see what comes of it.',
  steps: [],
};

export const withoutCrypto: Verdict = {
  state: 'impossible',
  title: 'This browser cannot verify here',
  text: `It offers no cryptography to this page. Save the page as a file and open that in another browser. ${otherWay}`,
  steps: [],
};

export const damagedPage: Verdict = {
  state: 'fails',
  title: 'There is no proof in this page',
  text: 'What the page holds in its place cannot be read. Ask for the page again; whoever made it can make it anew.',
  steps: [],
};

export function judge(steps: readonly Step[], { index, checkpoint }: Proof): Verdict {
  const { origin, size } = checkpoint;
  if (steps.some(({ state }) => state === 'failed')) {
    const text = 'Not with this record and this key. The steps below say where it breaks.';
    return { state: 'fails', title: 'The proof does not hold', text, steps };
  }
  if (steps.length === 0 || steps.some(({ state }) => state !== 'passed')) {
    const text = `It does not know Ed25519 signatures: ${ableBrowsers} ${otherWay}`;
    return { state: 'impossible', title: 'This browser cannot verify', text, steps };
  }
  const text =
    `This record, byte for byte, stands at position ${index} of the log ${origin}. It is one of its first ` +
    `${size} lines, and the key that you pasted signed for them.`;
  return { state: 'holds', title: 'The proof holds', text, steps };
}
