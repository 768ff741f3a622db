// The drill: copies the user's log, does every attack to a copy of it, and shows what verification makes of each.

import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditError, type Finding, readHead, type VerifyReport, verifyLog } from '@indelible/log';
import { formatDuration } from '../../terminal/format.ts';
import { createProgress } from '../../terminal/progress.ts';
import { screenOf } from '../../terminal/screen.ts';
import { type Column, renderTable } from '../../terminal/table.ts';
import type { Streams } from '../run-search.ts';
import type { Attack } from './attack.ts';
import { attacks } from './attacks.ts';
import { copyLog, putBack } from './copy-log.ts';
import { LogCopy } from './log-copy.ts';

export type DrillResult =
  | { readonly attack: string; readonly caught: true; readonly findings: number; readonly finding: Finding }
  | { readonly attack: string; readonly caught: false }
  | { readonly attack: string; readonly caught: null; readonly reason: string };

export interface DrillRun {
  readonly dataDir: string;
  readonly json: boolean;
  readonly attacks?: readonly Attack[];
}

/** Runs all attacks and prints. Resolves to the exit code: 1 if one was not caught, or the log itself is not sound. */
export async function runDrill(run: DrillRun, { stdout, stderr }: Streams): Promise<0 | 1> {
  if (readHead(run.dataDir) === undefined) {
    throw new AuditError('no_log', `there is no log in ${run.dataDir} to run the drill on`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'indelible-drill-'));
  const startedAt = performance.now();
  try {
    const copy = await openCopy(run.dataDir, folder);
    const sound = await copy.verify(copy.original);
    if (!sound.ok) {
      const [first] = sound.findings;
      throw new AuditError('log_damaged', `the log itself does not verify: ${first?.message} Run "indelible verify".`);
    }
    const results = await attackAll(run.attacks ?? attacks, copy, folder, stderr);
    if (run.json) stdout.write(`${JSON.stringify({ ok: results.every(({ caught }) => caught !== false), results })}\n`);
    else {
      stdout.write(renderResults(results, stdout));
      stderr.write(summary(results, performance.now() - startedAt));
    }
    return results.some(({ caught }) => caught === false) ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface PreparedCopy {
  readonly original: string;
  verify(dataDir: string): Promise<VerifyReport>;
}

/**
 * The copy that each attack begins with, and what its owner would have kept of it elsewhere: a head and the public key.
 */
async function openCopy(dataDir: string, folder: string): Promise<PreparedCopy> {
  const original = join(folder, 'original');
  mkdirSync(original, { mode: 0o700 });
  const firstPosition = await copyLog(dataDir, original);
  const keptHead = readHead(original)?.checkpoint;
  const trustedKey = readFileSync(join(original, 'keys', 'signing.vkey'), 'utf8').trim();
  const knownHeads = keptHead === undefined ? [] : [keptHead];
  return {
    original,
    verify: (attacked) => verifyLog({ dataDir: attacked, firstPosition, trustedKey, knownHeads, settleMs: 0 }),
  };
}

async function attackAll(
  list: readonly Attack[],
  copy: PreparedCopy,
  folder: string,
  stderr: Streams['stderr'],
): Promise<DrillResult[]> {
  const progress = createProgress('Attacking a copy of the log', list.length, { stream: stderr });
  const results: DrillResult[] = [];
  try {
    for (const attack of list) {
      results.push(await attackOnce(attack, copy, join(folder, 'attacked')));
      progress.update(results.length);
    }
  } finally {
    progress.finish();
  }
  return results;
}

async function attackOnce({ name: attack, apply }: Attack, copy: PreparedCopy, attacked: string): Promise<DrillResult> {
  rmSync(attacked, { recursive: true, force: true });
  mkdirSync(attacked, { mode: 0o700 });
  putBack(copy.original, attacked);
  const outcome = apply(new LogCopy(attacked));
  if ('doesNotApply' in outcome) return { attack, caught: null, reason: outcome.doesNotApply };
  const report = await copy.verify(attacked);
  const errors = report.findings.filter(({ severity }) => severity === 'error');
  // The one that says most: the one that names the line, and the record that was attacked.
  const finding = errors.find(({ seq, line }) => seq === outcome.seq && line !== null) ?? errors[0];
  if (finding === undefined) return { attack, caught: false };
  return { attack, caught: true, findings: errors.length, finding };
}

function renderResults(results: readonly DrillResult[], stdout: Streams['stdout']): string {
  const columns: Column[] = [
    { header: 'ATTACK' },
    {
      header: 'CAUGHT',
      style: (cell, colours) => (cell === 'yes' ? colours.green(cell) : cell === 'NO' ? colours.red(cell) : cell),
    },
    { header: 'WHERE' },
    { header: 'WHAT VERIFY SAYS', flexible: true },
  ];
  const rows = results.map((result) => {
    if (result.caught === null) return [result.attack, '–', '', result.reason];
    if (!result.caught) return [result.attack, 'NO', '', ''];
    return [result.attack, 'yes', placeOf(result.finding), result.finding.message];
  });
  return renderTable(columns, rows, screenOf(stdout));
}

function placeOf({ line, seq }: Finding): string {
  const parts = [...(seq === null ? [] : [`position ${seq}`]), ...(line === null ? [] : [`line ${line}`])];
  return parts.join(', ');
}

function summary(results: readonly DrillResult[], elapsedMs: number): string {
  const tried = results.filter(({ caught }) => caught !== null).length;
  const caught = results.filter((result) => result.caught).length;
  return (
    `${caught} of ${tried} attacks on a copy of your log were caught, in ${formatDuration(elapsedMs)}. The log was not touched.\n` +
    'The drill had kept the public key and the newest checkpoint: keep yours elsewhere (`indelible head`).\n'
  );
}
