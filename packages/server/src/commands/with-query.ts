// Opens the log for a question, and closes it whatever happens: Ctrl-C ends the statement under way, damage of the log
// is told after the answer, and the question is recorded in the log with what came of it.

import { AuditError } from '@indelible/log';
import type { Config } from '../config/config.ts';
import type { QueryEngine } from '../query/engine.ts';
import { auditRead, type LogReading } from './audit-read.ts';
import { openQuery, reportDamage } from './open-query.ts';

/**
 * @param use Gives the answer, and tells how many records or rows it handed out.
 * @throws AuditError `no_log`; `unavailable` if interrupted; and whatever `use` throws.
 */
export async function withQuery(
  config: Config,
  question: Pick<LogReading, 'command' | 'query'>,
  use: (engine: QueryEngine, signal: AbortSignal) => Promise<number>,
): Promise<void> {
  const engine = await openQuery(config, process.stderr);
  const stop = new AbortController();
  const onSignal = () => stop.abort(new AuditError('unavailable', 'interrupted'));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    const count = await answerOrRecord(config, question, () => use(engine, stop.signal));
    reportDamage(engine, process.stderr);
    await auditRead(config, { ...question, count }, process.stderr);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    engine.close();
  }
}

/** What was asked for counts, also where it did not come to an answer. A wrong call asked for nothing. */
async function answerOrRecord(
  config: Config,
  question: Pick<LogReading, 'command' | 'query'>,
  use: () => Promise<number>,
): Promise<number> {
  try {
    return await use();
  } catch (error) {
    if (error instanceof AuditError && error.kind === 'invalid') throw error;
    const message = error instanceof Error ? error.message : String(error);
    await auditRead(config, { ...question, count: 0, error: message }, process.stderr);
    throw error;
  }
}
