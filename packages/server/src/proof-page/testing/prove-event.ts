// A record of a test's choosing, proved in a small tree in memory and signed by a key that is made for it.

import {
  createSigner,
  formatTlogProof,
  generateSigningKey,
  leafHash,
  MemoryTree,
  proveInclusion,
  type RecordProof,
  signCheckpoint,
} from '@indelible/log';

export const origin = 'indelible.test/page';

export interface ProvedEvent extends RecordProof {
  readonly vkey: string;
}

const treeSize = 41;

/** The event as the record at position 12 of 41. */
export function proveEvent(event: object): ProvedEvent {
  const seq = 12;
  const line = JSON.stringify({ seq, ...event });
  const tree = new MemoryTree();
  for (let i = 0; i < treeSize; i++) tree.append(leafHash(i === seq ? line : `{"seq":${i},"event_type":"system"}`));
  const signer = createSigner(origin, generateSigningKey());
  const checkpoint = signCheckpoint({ origin, size: treeSize, root: tree.root(treeSize) }, [signer]);
  const hashes = proveInclusion((level, index) => tree.read(level, index), seq, treeSize);
  const proof = formatTlogProof({ extra: Buffer.from(line), index: seq, hashes, checkpoint });
  return { seq, line, proof, vkey: signer.vkey };
}

/** An event whose every value tries to be more than text. */
export const hostileEvent = {
  event_id: 'evt_"><img src=x onerror=alert(1)>',
  timestamp: '2026-01-28T10:15:23.456789Z',
  event_type: 'data_access',
  subtype: '</textarea><script>alert(2)</script>',
  actor: { user_id: "</script><script>alert('3')</script>", roles: ['\u202eadmin\u202c'], ip_address: '<!--' },
  operation: { query: 'SELECT 1 -- \u2028</style>\u0007&lt;\u200b', labels_accessed: ['⟨U+202E⟩', '\'"`${x}'] },
  result: { status: 'success', error_message: '<svg/onload=alert(4)>' },
  details: { '</pre><iframe src=javascript:alert(5)>': ']]>' },
};
