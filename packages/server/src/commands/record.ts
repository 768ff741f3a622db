// `indelible record`: events as JSON lines on stdin, into the log.

import { Command } from 'commander';
import { countOf, formatCount } from '../terminal/format.ts';
import { createProgress } from '../terminal/progress.ts';
import { sanitize } from '../terminal/sanitize.ts';
import { configFor, globalOptions, readGlobalOptions } from './global-options.ts';
import { type RecordSummary, runRecord } from './run-record.ts';
import { openWriter } from './writer.ts';

export function recordCommand(): Command {
  return globalOptions(new Command('record'))
    .description('record events that come as JSON lines on stdin')
    .addHelpText(
      'after',
      `
Each line is one event; only event_type is required. Works beside a running "indelible serve".
Exit code 1: some lines were not valid; stderr names each with the reason, all others are recorded.
Examples:
  $ echo '{"event_type":"admin_action","subtype":"config_changed"}' | indelible record
  $ indelible record --json < events.ndjson`,
    )
    .action((_, command: Command) => record(command));
}

async function record(command: Command): Promise<void> {
  const { json } = readGlobalOptions(command);
  const config = configFor(command);
  const progress = createProgress('Recording', undefined);
  const writer = await openWriter(config);
  let summary: RecordSummary;
  try {
    summary = await runRecord({
      input: process.stdin,
      writer,
      progress: (recorded) => progress.update(recorded),
      reject: (line, reason) => {
        process.stderr.write(`line ${line}: ${sanitize(reason)}\n`);
      },
    });
  } finally {
    progress.finish();
    await writer.close();
  }
  process.stdout.write(json ? `${JSON.stringify(asReport(summary))}\n` : describe(summary));
  if (summary.rejected > 0) process.exitCode = 1;
}

/** `excluded` is told only where there is something to tell. */
function asReport({ excluded, ...report }: RecordSummary): object {
  return excluded === 0 ? report : { ...report, excluded };
}

function describe({ recorded, rejected, excluded, first_seq, last_seq }: RecordSummary): string {
  const place = first_seq === null ? '' : `, positions ${formatCount(first_seq)} to ${formatCount(last_seq ?? 0)}`;
  const left = excluded === 0 ? '' : `${countOf(excluded, 'event')} left out by the configured policy.\n`;
  return `Recorded ${countOf(recorded, 'event')}${place}. Rejected ${formatCount(rejected)}.\n${left}`;
}
