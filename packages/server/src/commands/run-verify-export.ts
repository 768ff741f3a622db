// `verify --export`: checks an export against the proof beside it, without the log.

import { type ExportReport, type VerifyExportOptions, verifyExport } from '../export/verify-export.ts';
import { countOf } from '../terminal/format.ts';
import { sanitize } from '../terminal/sanitize.ts';
import { screenOf } from '../terminal/screen.ts';
import { exportColumns } from './export-columns.ts';
import type { Streams } from './run-search.ts';

export interface VerifyExportRun {
  readonly options: Omit<VerifyExportOptions, 'columns'>;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Verifies and prints. Resolves to the exit code. @throws AuditError as `verifyExport` does. */
export async function runVerifyExport({ options, json, quiet }: VerifyExportRun, streams: Streams): Promise<0 | 1> {
  const report = await verifyExport({ ...options, columns: exportColumns });
  if (json) streams.stdout.write(`${JSON.stringify(report)}\n`);
  else if (!quiet || !report.ok) print(report, streams);
  return report.ok ? 0 : 1;
}

function print({ ok, count, findings, claim }: ExportReport, { stdout, stderr }: Streams): void {
  const { colours } = screenOf(stdout);
  stdout.write(`Records proved: ${countOf(count, 'record')}\n`);
  stdout.write(
    ok ? `${colours.green('No tampering detected')}\n` : `${colours.red('The export is not what was sealed')}\n`,
  );
  for (const { seq, line, message } of findings) {
    const place = [...(line === null ? [] : [`line ${line}`]), ...(seq === null ? [] : [`position ${seq}`])].join(', ');
    stdout.write(`  ${place === '' ? '' : `${place}: `}${sanitize(message)}\n`);
  }
  stderr.write(`${claim}\n`);
}
