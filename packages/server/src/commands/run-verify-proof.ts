// `verify --proof`: checks a .tlog-proof file by itself, without any log, under the key that is trusted.

import { AuditError, parseCheckpointNote, parseTlogProof, parseVkey, verifyTlogProof } from '@indelible/log';
import { sanitizeJson } from '../terminal/sanitize.ts';
import { screenOf } from '../terminal/screen.ts';
import type { Streams } from './run-search.ts';

export interface VerifyProofRun {
  /** The text of the proof file. */
  readonly proof: string;
  readonly trustedKey: string | undefined;
  /** The key beside this machine's log: believed when it is of the same origin, and nothing better is known. */
  readonly ownKey: string | undefined;
  readonly pinnedKeysOf: (origin: string) => readonly string[];
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Checks and prints. Returns the exit code. @throws AuditError `not_found` if no key is known to check it with. */
export function runVerifyProof(run: VerifyProofRun, { stdout, stderr }: Streams): 0 | 1 {
  const { keys, status } = keysFor(run);
  try {
    const { index, extra, checkpoint } = verifyTlogProof(run.proof, keys.map(parseVkey));
    const record = extra.toString();
    const { origin, size } = checkpoint;
    if (run.json) {
      const key = { status, vkey: checkpoint.verifiedBy[0]?.vkey };
      stdout.write(`${JSON.stringify({ ok: true, seq: index, origin, size, key, record, findings: [] })}\n`);
    } else if (!run.quiet) {
      stdout.write(`${screenOf(stdout).isTerminal ? sanitizeJson(record) : record}\n`);
      stderr.write(
        `This record stands at position ${index} of the log ${origin} under its checkpoint of size ${size} (${status} key).\n`,
      );
    }
    return 0;
  } catch (error) {
    if (!(error instanceof AuditError) || !['invalid_proof', 'invalid_signature'].includes(error.code)) throw error;
    if (run.json) {
      const finding = {
        kind: error.code,
        severity: 'error',
        segment: null,
        line: null,
        seq: null,
        message: error.message,
      };
      stdout.write(`${JSON.stringify({ ok: false, findings: [finding] })}\n`);
    } else stdout.write(`${screenOf(stdout).colours.red('The proof does not hold')}: ${error.message}\n`);
    return 1;
  }
}

function keysFor({ proof, trustedKey, ownKey, pinnedKeysOf }: VerifyProofRun) {
  if (trustedKey !== undefined) return { keys: [trustedKey], status: 'given' };
  const { origin } = parseCheckpointNote(parseTlogProof(proof).checkpoint);
  const pinned = pinnedKeysOf(origin);
  if (pinned.length > 0) return { keys: pinned, status: 'pinned' };
  if (ownKey?.startsWith(`${origin}+`)) return { keys: [ownKey], status: 'own' };
  throw new AuditError('not_found', `no key of the log ${origin} is known here: give it with --key`);
}
