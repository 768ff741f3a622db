// Finds what there is to read: the segments of a data folder up to where the log ends, or a copied file or folder.

import { type Dirent, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AuditError } from '../base/errors.ts';
import { type Head, headPath, readHead } from '../log/head.ts';
import { firstOfSegmentName, listSegments, logDirOf } from '../log/segment.ts';
import { type Finding, findingOf } from './finding.ts';

export interface PartFile {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  readonly role: 'segment' | 'copy';
  readonly first?: number;
}

export interface FoundParts {
  readonly parts: readonly PartFile[];
  readonly head: Head | undefined;
  readonly findings: readonly Finding[];
}

const settleStepMs = 50;

/**
 * The segments of a data folder. A writer may be at work: then what lies beyond `head` is under way, and is not read.
 * If `head` does not move for `settleMs`, nobody is writing, and what lies beyond it is part of what has to be
 * explained.
 * @throws AuditError `no_log`.
 */
export async function findSegments(dataDir: string, settleMs: number): Promise<FoundParts> {
  const segments = listSegments(logDirOf(dataDir));
  if (segments.length === 0 && !existsSync(headPath(dataDir))) {
    throw new AuditError('no_log', `There is no log in ${dataDir}: ${logDirOf(dataDir)} holds no segments.`);
  }
  const head = await settledHead(dataDir, settleMs);
  const limit = head?.isLimit === true ? head.head : undefined;
  const parts = listSegments(logDirOf(dataDir))
    .filter(({ name }) => limit === undefined || name <= limit.segment)
    .map(({ path, name, first }): PartFile => {
      const bytes = name === limit?.segment ? Math.min(limit.offset, statSync(path).size) : statSync(path).size;
      return { path, name, first, bytes, role: 'segment' };
    });
  return { parts, head: head?.head, findings: head === undefined ? [headFault(dataDir)] : [] };
}

interface SettledHead {
  readonly head: Head;
  /** Whether what lies beyond it is a writer's business. */
  readonly isLimit: boolean;
}

async function settledHead(dataDir: string, settleMs: number): Promise<SettledHead | undefined> {
  const head = readHead(dataDir);
  if (head === undefined) return undefined;
  for (let waited = 0; isMoreThan(dataDir, head); waited += settleStepMs) {
    if (waited >= settleMs) return { head, isLimit: false };
    await sleep(settleStepMs);
    const now = readHead(dataDir);
    if (now !== undefined && now.size !== head.size) return { head: now, isLimit: true };
  }
  return { head, isLimit: true };
}

/** Whether the folder holds bytes beyond what `head` says. */
function isMoreThan(dataDir: string, head: Head): boolean {
  const last = listSegments(logDirOf(dataDir)).at(-1);
  if (last === undefined) return false;
  return last.name > head.segment || (last.name === head.segment && statSync(last.path).size > head.offset);
}

function headFault(dataDir: string): Finding {
  return existsSync(headPath(dataDir))
    ? findingOf('head_malformed', {}, 'The file "head" cannot be read: where the log ended is not known.')
    : findingOf('head_missing', {}, 'The file "head" is missing: where the log ended is not known.', 'note');
}

/**
 * A copied file, or the files of a folder (of a data folder, those of its `log/`), in the order of their positions.
 * @throws AuditError `not_found`; `invalid_argument` for files that hold no lines of a log.
 */
export async function findCopies(path: string): Promise<PartFile[]> {
  if (!existsSync(path)) throw new AuditError('not_found', `There is no file or folder ${path}.`);
  if (!statSync(path).isDirectory()) return [await copyOf(path)];
  const folder = existsSync(logDirOf(path)) && listSegments(path).length === 0 ? logDirOf(path) : path;
  const files = readdirSync(folder, { withFileTypes: true }).filter(isLogFile);
  if (files.length === 0)
    throw new AuditError('not_found', `There are no log files (*.ndjson, *.jsonl, *.log) in ${folder}.`);
  const copies = await Promise.all(files.map(({ name }) => copyOf(join(folder, name))));
  const starts = new Map(
    await Promise.all(copies.map(async (copy) => [copy, await firstPosition(copy.path)] as const)),
  );
  return copies.sort((a, b) => (starts.get(a) ?? 0) - (starts.get(b) ?? 0));
}

function isLogFile(entry: Dirent): boolean {
  return entry.isFile() && /\.(ndjson|jsonl|log)(\.\d+)?$/.test(entry.name);
}

async function copyOf(path: string): Promise<PartFile> {
  const name = basename(path);
  const text = await firstLine(path);
  const other = formatOf(text);
  if (other !== undefined) {
    const advice = 'it does not carry the bytes that were hashed. Verify the log itself, or a copy in the format json';
    throw new AuditError('invalid_argument', `${path} is a file in the format ${other}: ${advice}.`);
  }
  const first = firstOfSegmentName(path);
  const role = first === undefined ? 'copy' : 'segment';
  return { path, name, bytes: statSync(path).size, role, ...(first !== undefined && { first }) };
}

function formatOf(line: string): string | undefined {
  if (/^(<\d{1,3}>|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d )/.test(line)) return 'syslog';
  return /^CEF:\d/.test(line) ? 'cef' : undefined;
}

async function firstPosition(path: string): Promise<number> {
  const text = await firstLine(path);
  const match = /^\{"(?:seq":|gap":\{"first":\d+,"end":)(\d+)/.exec(text);
  return match === null ? 0 : Number(match[1]);
}

/** The first 4 KiB of a file, up to the end of its first line. */
async function firstLine(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
    const [text = ''] = buffer.toString('utf8', 0, bytesRead).split('\n', 1);
    return text;
  } finally {
    await file.close();
  }
}

/** The key that lies beside a log: its own word, no proof of anything. */
export function readOwnKey(dataDir: string): string | undefined {
  try {
    return readFileSync(join(dataDir, 'keys', 'signing.vkey'), 'utf8').trim();
  } catch {
    return undefined;
  }
}
