// The configuration as the running parts take it: plain values, units in the names, nothing of where they came from.

import type { EventType, FailurePolicy, RecorderPolicy } from '@indelible/log';
import { type ListenAddress, parseUpstream, type Upstream } from './address.ts';
import type { CategoryKey } from './options/categories.ts';
import { audit, gateway, http, log, query } from './options/schema-root.ts';
import type { Settings } from './settings.ts';

export interface Config {
  /** The file that was read, if any. */
  readonly file?: string;
  readonly policy: RecorderPolicy;
  readonly log: {
    readonly dataDir: string;
    readonly origin?: string;
    readonly segmentBytesMax: number;
    readonly heartbeatMs: number;
    readonly keyFile?: string;
    readonly knownHeadFile?: string;
  };
  readonly gateway: {
    readonly listen: ListenAddress;
    /** Undefined: an embedded demo database. */
    readonly upstream?: Upstream;
    readonly connectionsMax: number;
  };
  readonly http: { readonly healthListen: ListenAddress };
  readonly query: { readonly auditReads: boolean; readonly timeoutMs: number; readonly memoryBytes: number };
}

export function configFrom(settings: Settings, file: string | undefined): Config {
  const origin = settings.get(log.origin);
  const keyFile = settings.get(audit.security.children.signing.children.key_file);
  const knownHeadFile = settings.get(log.known_head);
  const upstream = parseUpstream(settings.get(gateway.upstream) ?? '');
  return {
    ...(file !== undefined && { file }),
    policy: policyFrom(settings),
    log: {
      dataDir: settings.get(log.data),
      ...(origin !== undefined && { origin }),
      segmentBytesMax: settings.get(log.segment_size),
      heartbeatMs: settings.get(log.heartbeat),
      ...(keyFile !== undefined && { keyFile }),
      ...(knownHeadFile !== undefined && { knownHeadFile }),
    },
    gateway: {
      listen: settings.get(gateway.listen),
      ...(upstream !== undefined && { upstream }),
      connectionsMax: settings.get(gateway.limits.children.connections),
    },
    http: { healthListen: settings.get(http.health_listen) },
    query: {
      auditReads: settings.get(query.audit_reads),
      timeoutMs: settings.get(query.timeout),
      memoryBytes: settings.get(query.memory_limit),
    },
  };
}

function policyFrom(settings: Settings): RecorderPolicy {
  return {
    enabled: settings.get(audit.enabled),
    level: settings.get(audit.level),
    events: byEventType((key) => settings.get(audit.events.children[key])),
    exclude: settings.get(audit.exclude),
    maskSensitiveFields: settings.get(audit.mask_sensitive_fields),
    includeQueryParameters: settings.get(audit.include_query_parameters),
    includeResultData: settings.get(audit.include_result_data),
    includeBeforeAfter: settings.get(audit.include_before_after),
    failurePolicy: byEventType((key) => failurePolicyOf(settings, key)),
    bufferSize: settings.get(audit.buffer_size),
    flushIntervalMs: settings.get(audit.flush_interval),
    batchWrites: settings.get(audit.batch_writes),
  };
}

/** What a category's own entry says, else `async` for all of them, else: only reads go on without their record. */
export function failurePolicyOf(settings: Settings, key: CategoryKey): FailurePolicy {
  const own = settings.get(audit.failure_policy.children[key]);
  const spoolAll = settings.get(audit.async);
  const byDefault = key === 'data_access' ? 'spool' : 'block';
  return own ?? (spoolAll === undefined ? byDefault : spoolAll ? 'spool' : 'block');
}

function byEventType<V>(pick: (key: CategoryKey) => V): Record<EventType, V> {
  return {
    authentication: pick('authentication'),
    authorization: pick('authorization'),
    data_access: pick('data_access'),
    data_modification: pick('data_modification'),
    schema_change: pick('schema_changes'),
    admin_action: pick('admin_actions'),
    system: pick('system_events'),
    memory_operation: pick('memory_operation'),
  };
}
