// The event that the benchmarks write: the first seed's shape, about 700 bytes as a line, each one different.

import type { AuditEvent } from '@indelible/log';

export function sampleEvent(n: number): AuditEvent {
  return {
    event_type: 'data_access',
    subtype: 'query_executed',
    severity: 'info',
    actor: {
      user_id: `analyst-${n % 997}@example.com`,
      session_id: `sess_${(n % 5003).toString(36)}`,
      roles: ['analyst', 'viewer'],
      ip_address: `192.168.1.${n % 255}`,
      user_agent: 'indelible-client-node/0.1.3',
    },
    operation: {
      type: 'SELECT',
      query: `SELECT c.name, c.email FROM customer c WHERE c.region = $1 AND c.id > ${n}`,
      parameters: { '1': 'EMEA' },
      graph: 'production',
      labels_accessed: ['public.customer'],
      properties_accessed: ['name', 'email', 'region', 'id'],
      rows_returned: n % 127,
      bytes_transferred: 8192 + (n % 1000),
      duration_ms: 45 + (n % 13),
    },
    result: { status: 'success', error_code: null, error_message: null },
    context: { transaction_id: `txn_${n}`, request_id: `req_${n}`, correlation_id: 'corr_456def', source: 'bench' },
  };
}
