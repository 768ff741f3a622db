// `indelible verify`: whether the log, or a copy of some of it, is what was sealed.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuditError, type Range, type VerifyOptions } from '@indelible/log';
import { Command } from 'commander';
import { pinnedKeys } from '../config/known-logs.ts';
import { parseTimeRange } from '../search/time-range.ts';
import { configFor, globalOptions, readGlobalOptions } from './global-options.ts';
import { runVerify } from './run-verify.ts';
import { runVerifyExport } from './run-verify-export.ts';
import { runVerifyIndex } from './run-verify-index.ts';
import { runVerifyProof } from './run-verify-proof.ts';

interface VerifyFlags {
  readonly logFile?: string;
  readonly start?: string;
  readonly end?: string;
  readonly fromSeq?: string;
  readonly toSeq?: string;
  readonly knownHead?: readonly string[];
  readonly key?: string;
  readonly allSignatures?: boolean;
  readonly proof?: string;
  readonly export?: string;
  readonly index?: boolean;
  readonly quiet?: boolean;
}

export function verifyCommand(): Command {
  return globalOptions(
    new Command('verify').description('check that nothing in the log was changed, removed or left out'),
  )
    .option('--log-file <path>', 'verify a copied file, or a folder of them, instead of the log itself')
    .option('--start <time>', 'only commits sealed from then on: a date or an RFC 3339 time')
    .option('--end <time>', 'only commits sealed before then; a date counts as its whole day')
    .option('--from-seq <position>', 'only from this position on')
    .option('--to-seq <position>', 'only up to this position, itself included')
    .option('--known-head <file>', 'a checkpoint kept elsewhere (see head); may be repeated', collect)
    .option('--key <vkey>', "the log's public key, or a file that holds it")
    .option('--all-signatures', 'check every signature, not only the last under each key')
    .option('--proof <file>', 'check a .tlog-proof file instead of a log')
    .option('--export <file>', 'check an export by the proof beside it (export --with-proofs) instead of a log')
    .option('--index', 'compare the index that queries read with the log')
    .option('--quiet', 'print nothing when all is well')
    .addHelpText(
      'after',
      `
Without --key it trusts the key pinned for the log on this machine; where none is pinned, it says so.
Exit code: 0 nothing was tampered with, 1 something was, 2 the call is wrong, 3 it could not be verified.
Examples:
  $ indelible verify
  $ indelible verify --known-head /mnt/elsewhere/orders.checkpoint
  $ indelible verify --start=2026-01-01 --end=2026-01-31
  $ indelible verify --log-file=/backup/log --key /backup/signing.vkey
  $ indelible verify --export january-audit.csv --key signing.vkey
  $ indelible verify --index`,
    )
    .action((flags: VerifyFlags, command: Command) => verify(flags, command));
}

async function verify(flags: VerifyFlags, command: Command): Promise<void> {
  const { dataDir, knownHeadFile } = configFor(command).log;
  const { json } = readGlobalOptions(command);
  const quiet = flags.quiet === true;
  const trustedKey = flags.key === undefined ? undefined : readKey(flags.key);
  const ownKey = readOwnKey(dataDir);
  if (flags.proof !== undefined) {
    const proof = readText('--proof', flags.proof);
    process.exitCode = runVerifyProof({ proof, trustedKey, ownKey, pinnedKeysOf: pinnedKeys, json, quiet }, process);
    return;
  }
  if (flags.index === true) {
    process.exitCode = await runVerifyIndex({ dataDir, indexDir: join(dataDir, 'index'), json, quiet }, process);
    return;
  }
  const range = readRange(flags);
  const headFiles = [...(flags.knownHead ?? []), ...(knownHeadFile === undefined ? [] : [knownHeadFile])];
  const trust = {
    ...(trustedKey !== undefined && { trustedKey }),
    knownHeads: headFiles.map((file) => readText('--known-head', file)),
    candidateKeys: ownKey === undefined ? [] : [ownKey],
    pinnedKeysOf: (origin: string) => pinnedKeys(origin),
    allSignatures: flags.allSignatures === true,
  };
  if (flags.export !== undefined) {
    const options = { file: flags.export, ...trust };
    process.exitCode = await runVerifyExport({ options, json, quiet }, process);
    return;
  }
  const options: VerifyOptions = {
    ...(flags.logFile === undefined ? { dataDir } : { logFile: flags.logFile }),
    ...(range !== undefined && { range }),
    ...trust,
  };
  process.exitCode = await runVerify({ options, json, quiet }, process);
}

/** @throws AuditError `invalid_argument` for ends that make no sense. */
function readRange({ start, end, fromSeq, toSeq }: VerifyFlags): Range | undefined {
  const isByTime = start !== undefined || end !== undefined;
  const isByPosition = fromSeq !== undefined || toSeq !== undefined;
  if (isByTime && isByPosition) {
    throw new AuditError(
      'invalid_argument',
      'give either a range of time (--start, --end) or of positions (--from-seq, --to-seq)',
    );
  }
  if (isByTime) {
    const { from, before } = parseTimeRange(start, end, 'UTC');
    return { by: 'time', start: from ?? '0', end: before ?? '9999-12-31T23:59:59.999999Z' };
  }
  if (!isByPosition) return undefined;
  const first = fromSeq === undefined ? 0 : readPosition('--from-seq', fromSeq);
  const last = toSeq === undefined ? Number.MAX_SAFE_INTEGER - 1 : readPosition('--to-seq', toSeq);
  if (last < first) throw new AuditError('invalid_argument', `--to-seq=${last} is before --from-seq=${first}`);
  return { by: 'position', start: first, end: last + 1 };
}

function readPosition(flag: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new AuditError('invalid_argument', `${flag}=${text} is not a position (0, 1, 2 …)`);
}

/** A vkey as it stands, or the first line of the file that holds it. */
function readKey(text: string): string {
  const isVkey = /^[^+\s]+\+[0-9a-f]{8}\+\S+$/.test(text);
  return isVkey && !existsSync(text) ? text : readText('--key', text).trim();
}

function readOwnKey(dataDir: string): string | undefined {
  const file = join(dataDir, 'keys', 'signing.vkey');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

function readText(flag: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AuditError('not_found', `${flag}: there is no file ${file}, or it cannot be read`, { cause });
  }
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
