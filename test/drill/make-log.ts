// Small logs for tests, made by the real sealer in a folder of their own: same keys, same clock, every time.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeDisk } from '../../packages/log/src/base/disk.ts';
import { createSigner, generateSigningKey, type Signer } from '../../packages/log/src/integrity/signer.ts';
import { Sealer } from '../../packages/log/src/log/sealer.ts';

export interface MadeLog {
  readonly dataDir: string;
  readonly signer: Signer;
  /** The checkpoint of each commit, in order. */
  readonly checkpoints: readonly string[];
  remove(): void;
}

export interface MakeLogOptions {
  readonly commits?: number;
  readonly recordsPerCommit?: number;
  readonly segmentBytesMax?: number;
  readonly origin?: string;
  /** Before which commit the key is rotated. */
  readonly rotateBefore?: number;
  readonly startMs?: number;
  readonly commitMs?: number;
}

export const firstDayMs = Date.parse('2026-01-28T10:00:00Z');

export function makeLog(options: MakeLogOptions = {}): MadeLog {
  const { commits = 6, recordsPerCommit = 4, segmentBytesMax = 4000, origin = 'indelible.test/log' } = options;
  const dataDir = mkdtempSync(join(tmpdir(), 'indelible-verify-'));
  let nowMs = options.startMs ?? firstDayMs;
  const timestamp = () => `${new Date(nowMs).toISOString().slice(0, -1)}000Z`;
  const signer = createSigner(origin, generateSigningKey());
  nodeDisk.makeDirectory(join(dataDir, 'keys'));
  nodeDisk.replaceFile(join(dataDir, 'keys', 'signing.vkey'), Buffer.from(`${signer.vkey}\n`));
  const sealer = new Sealer({
    disk: nodeDisk,
    dataDir,
    signer,
    clock: { timestamp, wallMs: () => nowMs, monotonicMs: () => nowMs - firstDayMs + 1000, bootId: 'test-boot' },
    segmentBytesMax,
    ballastBytes: 0,
    evidence: [],
    creation: { format: 1, origin, vkey: signer.vkey },
    firstRecords: [],
  });
  const checkpoints: string[] = [sealer.checkpoint ?? ''];
  for (let commit = 0; commit < commits; commit++) {
    nowMs += options.commitMs ?? 60_000;
    if (commit === options.rotateBefore) sealer.rotate(createSigner(origin, generateSigningKey()));
    checkpoints.push(
      sealer.commit(bodies(commit, recordsPerCommit, timestamp()).map((body) => Buffer.from(body))).checkpoint,
    );
  }
  sealer.close();
  return { dataDir, signer, checkpoints, remove: () => rmSync(dataDir, { recursive: true, force: true }) };
}

function bodies(commit: number, count: number, timestamp: string): string[] {
  return Array.from({ length: count }, (_, i) => {
    const id = String(commit * 1000 + i).padStart(12, '0');
    return JSON.stringify({
      event_id: `evt_018d4b7e-9a3c-7000-8000-${id}`,
      timestamp,
      event_type: 'data_access',
      subtype: 'node_read',
      severity: 'info',
      actor: { user_id: 'alice', roles: ['analyst'] },
      operation: { type: 'SELECT', query: `SELECT name FROM café WHERE id = ${i}` },
      result: { status: 'success' },
    });
  });
}
