// Opens the log for questions, and closes it whatever happens: Ctrl-C ends the statement under way, and damage of the
// log is told after the answer.

import { AuditError } from '@indelible/log';
import type { Config } from '../config/config.ts';
import type { QueryEngine } from '../query/engine.ts';
import { openQuery, reportDamage } from './open-query.ts';

/** @throws AuditError `no_log`; `unavailable` if interrupted; and whatever `use` throws. */
export async function withQuery(
  config: Pick<Config, 'log' | 'query'>,
  use: (engine: QueryEngine, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const engine = await openQuery(config, process.stderr);
  const stop = new AbortController();
  const onSignal = () => stop.abort(new AuditError('unavailable', 'interrupted'));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    await use(engine, stop.signal);
    reportDamage(engine, process.stderr);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    engine.close();
  }
}
