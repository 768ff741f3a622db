// What verification says in the end, and in which words it claims it.

import type { Finding } from './finding.ts';
import { positions } from './finding.ts';
import { type KeyStatus, nameOfVkey } from './judge-keys.ts';
import type { Interval } from './part.ts';

export interface VerifyReport {
  /** Whether no finding is an error. */
  readonly ok: boolean;
  /** The log's name; undefined where nothing says it. */
  readonly origin: string | undefined;
  /** Records in the range that was asked for, without seals. */
  readonly entries: number;
  /** Those of them under a seal whose root fits and whose key is trusted or the log's own. */
  readonly signed: number;
  readonly seals: number;
  /** Lines that gaps stand for. */
  readonly withheld: number;
  /** The position after the last line that was read. */
  readonly size: number;
  readonly key: { readonly status: KeyStatus; readonly vkey: string | undefined };
  /** The newest checkpoint that was verified, a signed note. */
  readonly checkpoint: string | undefined;
  /** Stretches that are complete and unchanged under that checkpoint. */
  readonly proved: readonly Interval[];
  /** What this verification shows, as a sentence. */
  readonly claim: string;
  /** In the order of the log; past a thousand a part they are only counted. */
  readonly findings: readonly Finding[];
  readonly findings_total: number;
}

const provedNamedMax = 5;

const statusInWords: Record<KeyStatus, string> = {
  given: 'the key that was given',
  pinned: 'the key pinned for this log',
  own: 'the log’s own key: not pinned and not given, so this shows that the log is consistent with itself',
};

/** The claim: which positions, under which checkpoint, by which key; and nothing about what follows that. */
export function claimOf(
  proved: readonly Interval[],
  size: number | undefined,
  vkey: string | undefined,
  status: KeyStatus,
): string {
  if (proved.length === 0 || size === undefined || vkey === undefined) return 'Nothing is proved.';
  const named = proved.slice(0, provedNamedMax).map(({ first, end }) => positions(first, end));
  if (proved.length > provedNamedMax) named.push(`${proved.length - provedNamedMax} more stretches`);
  const isOne = proved.length === 1 && proved[0]!.end - proved[0]!.first === 1;
  const text = `${named.join(', ')} ${isOne ? 'is' : 'are'} complete and unchanged under the checkpoint of size ${size}`;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)} by ${nameOfVkey(vkey)} (${statusInWords[status]}).`;
}
