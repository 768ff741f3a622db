// What `verify` does once its flags are read, and how it tells the outcome: the first line is talk, the results are
// output.

import { type Finding, type VerifyOptions, type VerifyReport, verifyLog } from '@indelible/log';
import { countOf, formatCount } from '../terminal/format.ts';
import { createProgress } from '../terminal/progress.ts';
import { sanitize } from '../terminal/sanitize.ts';
import { screenOf } from '../terminal/screen.ts';
import type { Streams } from './run-search.ts';

export interface VerifyRun {
  readonly options: VerifyOptions;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** How many findings a person is shown; `--json` has them all. */
const shownMax = 50;

/** Verifies and prints. Resolves to the exit code. @throws AuditError as `verifyLog` does. */
export async function runVerify({ options, json, quiet }: VerifyRun, { stdout, stderr }: Streams): Promise<0 | 1> {
  if (!quiet && !json) stderr.write('Verifying audit log integrity...\n');
  let progress: ReturnType<typeof createProgress> | undefined;
  const onProgress = (done: number, total: number) => {
    progress ??= createProgress('Verifying', total, { stream: stderr });
    progress.update(done);
  };
  let report: VerifyReport;
  try {
    report = await verifyLog({ ...options, onProgress });
  } finally {
    progress?.finish();
  }
  if (json) stdout.write(`${JSON.stringify(reportAsJson(report))}\n`);
  else if (!quiet || !report.ok) {
    const { colours } = screenOf(stdout);
    stdout.write(resultLines(report, report.ok ? colours.green : colours.red).join(''));
    stderr.write(talkLines(report).join(''));
  }
  return report.ok ? 0 : 1;
}

function reportAsJson({ ok, entries, signed, findings, ...more }: VerifyReport): Record<string, unknown> {
  const { key, origin, ...rest } = more;
  return {
    ok,
    entries,
    signed,
    findings,
    origin: origin ?? null,
    key: { status: key.status, vkey: key.vkey ?? null },
    ...rest,
  };
}

function resultLines(report: VerifyReport, paint: (text: string) => string): string[] {
  const { entries, signed, findings, ok } = report;
  const lines = [`Total entries: ${formatCount(entries)}\n`, `Valid signatures: ${formatCount(signed)}\n`];
  if (ok) return [...lines, `Chain integrity: ${paint('OK')}\n`, `${paint('No tampering detected')}\n`];
  const errors = findings.filter(({ severity }) => severity === 'error');
  const total = report.findings_total - (findings.length - errors.length);
  lines.push(`Chain integrity: ${paint('BROKEN')}\n`, `${paint(`Tampering detected: ${countOf(total, 'finding')}`)}\n`);
  lines.push(...errors.slice(0, shownMax).map((finding) => `  ${describe(finding)}\n`));
  if (total > shownMax) lines.push(`  … and ${formatCount(total - Math.min(errors.length, shownMax))} more (--json)\n`);
  return lines;
}

function talkLines({ claim, findings, withheld }: VerifyReport): string[] {
  const notes = findings.filter(({ severity }) => severity === 'note').slice(0, shownMax);
  return [
    `${claim}\n`,
    ...(withheld === 0
      ? []
      : [`${countOf(withheld, 'line')} elsewhere: withheld, and accounted for by their hashes.\n`]),
    ...notes.map((note) => `note: ${describe(note)}\n`),
  ];
}

function describe({ segment, line, seq, message }: Finding): string {
  const place = [
    ...(segment === null ? [] : [`${sanitize(segment)}${line === null ? '' : `:${line}`}`]),
    ...(seq === null ? [] : [`position ${seq}`]),
  ];
  return `${place.length === 0 ? '' : `${place.join(', ')}: `}${sanitize(message)}`;
}
