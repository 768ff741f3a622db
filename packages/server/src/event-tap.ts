// Between recorder and log: tells those who watch of every event on its way in, so that `tail` can show it before it is
// sealed. What passes here is redacted already.

import { type AuditEvent, completeEvent, type Log, type Receipt } from '@indelible/log';

export interface EventTap {
  append(event: AuditEvent): Promise<Receipt>;
  /** Calls `pending` for each event taken and `sealed` for each commit, until the returned function is called. */
  watch(pending: (event: AuditEvent) => void, sealed: (size: number) => void): () => void;
}

export function createEventTap(log: Pick<Log, 'append' | 'onCommit'>): EventTap {
  const watchers = new Set<(event: AuditEvent) => void>();
  return {
    append(event) {
      if (watchers.size === 0) return log.append(event);
      // The id ties the pending line to the sealed one, so it has to be there before the log would give it.
      const complete = completeEvent(event);
      for (const pending of watchers) pending(complete);
      return log.append(complete);
    },
    watch(pending, sealed) {
      watchers.add(pending);
      const stop = log.onCommit(sealed);
      return () => {
        watchers.delete(pending);
        stop();
      };
    },
  };
}
