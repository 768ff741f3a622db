// `indelible export`: the records that answer some conditions, as a file for other programs, whole or not at all.

import { AuditError, formatTimestamp, readHead, readLines } from '@indelible/log';
import { Command, Option } from 'commander';
import { type ExportFormatName, exportFormatNames } from '../export/format/formats.ts';
import { type ExportRequest, writeExport } from '../export/write-export.ts';
import { searchForward } from '../search/search-lines.ts';
import { countOf, formatBytes } from '../terminal/format.ts';
import { createProgress } from '../terminal/progress.ts';
import { auditRead, calledWith } from './audit-read.ts';
import { exportColumns } from './export-columns.ts';
import { addFilterOptions, readFilter } from './filter-options.ts';
import { configFor, globalOptions, readGlobalOptions } from './global-options.ts';

interface ExportFlags {
  readonly format: ExportFormatName;
  readonly output?: string;
  readonly overwrite?: boolean;
  readonly withProofs?: boolean;
}

export function exportCommand(): Command {
  return addFilterOptions(
    globalOptions(new Command('export').description('write records to a file for other programs')),
  )
    .addOption(new Option('--format <format>', 'what to write').choices(exportFormatNames).default('ndjson'))
    .option('-o, --output <file>', 'write there (default: stdout); the file appears when it is whole')
    .option('--overwrite', 'replace a file that is there')
    .option('--with-proofs', 'write FILE.proof beside it, with which anyone can verify the export offline')
    .addHelpText(
      'after',
      `
ndjson are the stored lines, byte for byte; json is one array of them; csv has a column for each field, nested ones by
their dotted names; axon is the envelope {events, total_events, exported_at}.
Examples:
  $ indelible export --start=2026-01-01 --end=2026-01-31 --format=csv --output=january-audit.csv
  $ indelible export --user=ana --format=cef | logger --tcp --server siem.example.com
  $ indelible export --since=7d --output=week.ndjson --with-proofs
  $ indelible verify --export week.ndjson --key signing.vkey`,
    )
    .action((flags: ExportFlags, command: Command) => exportRecords(flags, command));
}

async function exportRecords(flags: ExportFlags, command: Command): Promise<void> {
  const filter = readFilter(command.opts(), Date.now());
  for (const note of filter.notes) process.stderr.write(`note: ${note}\n`);
  const config = configFor(command);
  const { dataDir } = config.log;
  if (flags.withProofs === true && flags.output === undefined) {
    throw new AuditError('invalid_argument', '--with-proofs writes a file beside the export: name one with --output');
  }
  const stop = new AbortController();
  const onSignal = () => stop.abort(new AuditError('unavailable', 'interrupted: nothing was written'));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const progress = createProgress('Exporting', readHead(dataDir)?.size);
  const request: ExportRequest = {
    lines: searchForward(counted(readLines(dataDir, { signal: stop.signal }), progress.update), filter),
    format: flags.format,
    columns: exportColumns,
    output: flags.output ?? process.stdout,
    exportedAt: formatTimestamp(Date.now() * 1000),
    signal: stop.signal,
    ...(flags.overwrite === true && { overwrite: true }),
    ...(flags.withProofs === true && { proof: { dataDir } }),
  };
  try {
    const { count, bytes, sha256 } = await writeExport(request);
    progress.finish();
    const { json } = readGlobalOptions(command);
    const file = flags.output === undefined ? {} : { output: flags.output };
    const details = { format: flags.format, bytes, sha256, ...file };
    await auditRead(config, { command: 'export', query: calledWith(), count, details }, process.stderr);
    if (flags.output === undefined) return;
    if (json) process.stdout.write(`${JSON.stringify({ output: flags.output, records: count, bytes, sha256 })}\n`);
    else process.stderr.write(`Wrote ${countOf(count, 'record')} (${formatBytes(bytes)}) to ${flags.output}.\n`);
  } finally {
    progress.finish();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

async function* counted<T extends { readonly length: number }>(
  batches: AsyncIterable<T>,
  update: (done: number) => void,
): AsyncGenerator<T> {
  let done = 0;
  for await (const batch of batches) {
    yield batch;
    done += batch.length;
    update(done);
  }
}
