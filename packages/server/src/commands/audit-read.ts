// Reading the log is an act like any other: who read what, and how much, goes into the log itself.

import { userInfo } from 'node:os';
import type { AuditEvent } from '@indelible/log';
import type { Config } from '../config/config.ts';
import { isOwnLog } from './open-query.ts';
import { openWriter } from './writer.ts';

export interface LogReading {
  /** `sql`, `search`, `export` and so on. */
  readonly command: string;
  /** What was asked, as it was given. */
  readonly query: string;
  /** How many records, or rows computed from records, were handed out. */
  readonly count: number;
  /** The message of what ended it early. */
  readonly error?: string;
  /** What else belongs to it: the file written, its hash. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Records that the log was read, through its writer if there is one. A copy that is only read has nothing to record it
 * in, and this is said.
 * @throws AuditError if it cannot be recorded.
 */
export async function auditRead(config: Config, reading: LogReading, stderr: { write(text: string): unknown }) {
  if (!config.query.auditReads) return;
  if (!isOwnLog(config.log.dataDir)) {
    stderr.write('note: this is a copy of a log: reading it is not audited\n');
    return;
  }
  const writer = await openWriter(config);
  try {
    await writer.record([eventOf(reading)]);
  } finally {
    await writer.close();
  }
}

/** What a command was called with, as one would type it again. */
export function calledWith(args: readonly string[] = process.argv.slice(2)): string {
  return args.map((arg) => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`)).join(' ');
}

function eventOf({ command, query, count, error, details }: LogReading): AuditEvent {
  return {
    event_type: 'data_access',
    subtype: 'audit_log_read',
    actor: { user_id: userName(), auth_method: 'os' },
    operation: { type: 'SELECT', query, rows_returned: count },
    result: error === undefined ? { status: 'success' } : { status: 'failure', error_message: error },
    context: { source: 'command' },
    details: { command, ...details },
  };
}

/** A user without a name, as in some containers, is its number. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
