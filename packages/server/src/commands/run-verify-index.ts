// `verify --index`: whether what queries read is what the log says.

import { readHead } from '@indelible/log';
import { type IndexReport, verifyIndex } from '../query/index/verify-index.ts';
import { countOf } from '../terminal/format.ts';
import { createProgress } from '../terminal/progress.ts';
import { screenOf } from '../terminal/screen.ts';
import type { Streams } from './run-search.ts';

export interface VerifyIndexRun {
  readonly dataDir: string;
  readonly indexDir: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Compares and prints. Resolves to the exit code. @throws AuditError `no_log` */
export async function runVerifyIndex(run: VerifyIndexRun, { stdout, stderr }: Streams): Promise<0 | 1> {
  const { dataDir, indexDir, json, quiet } = run;
  const progress = createProgress('Comparing', readHead(dataDir)?.size, { stream: stderr });
  let report: IndexReport;
  try {
    report = await verifyIndex({ dataDir, indexDir, onProgress: progress.update });
  } finally {
    progress.finish();
  }
  if (json) stdout.write(`${JSON.stringify(report)}\n`);
  else if (!quiet || !report.ok) stdout.write(describe(report, screenOf(stdout).colours));
  return report.ok ? 0 : 1;
}

function describe(
  { ok, records, stretches, differences }: IndexReport,
  colours: ReturnType<typeof screenOf>['colours'],
): string {
  const compared = `Compared ${countOf(records, 'indexed record')} in ${countOf(stretches, 'file')} with the log.\n`;
  if (ok) return `${compared}${colours.green('The index agrees with the log')}\n`;
  const lines = differences.map(({ file, message }) => `  ${file}: ${message}\n`);
  return `${compared}${colours.red('The index disagrees with the log')}\n${lines.join('')}`;
}
