// A small log in DuckDB's memory for the tests of statements: the view `audit_log` with all columns, over a few records
// that differ in what tests ask about.

import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { auditLogColumns, quoteText, typeInSql } from '../../columns.ts';

export const now = '2026-01-28T12:00:00.000000Z';

export type Values = Readonly<Record<string, unknown>>;

/** One record a row; what is not given is null. */
const smallRecords: readonly Values[] = [
  {
    timestamp: '2026-01-26T09:00:00.000001Z',
    event_type: 'authentication',
    subtype: 'login_success',
    severity: 'info',
    actor: { user_id: 'ana', ip_address: '10.0.0.1', roles: ['analyst', 'viewer'] },
    result: { status: 'success' },
    details: { method: 'scram', attempts: 1, mfa: true },
  },
  {
    timestamp: '2026-01-28T08:00:00.000002Z',
    event_type: 'authentication',
    subtype: 'login_failure',
    severity: 'warning',
    actor: { user_id: 'ben', ip_address: '10.0.0.2', roles: [] },
    result: { status: 'failure', error_code: '28P01' },
    details: { method: 'scram', attempts: 12, mfa: false, 'odd key': 'x', 'a"b': 'quoted' },
  },
  {
    timestamp: '2026-01-28T09:30:00.000003Z',
    event_type: 'data_access',
    subtype: 'query_executed',
    severity: 'info',
    actor: { user_id: 'analyst@example.com', roles: ['analyst'] },
    operation: {
      type: 'SELECT',
      query: "SELECT name FROM patient WHERE city = 'Łódź'",
      parameters: { 1: 'x', 2: '7' },
      labels_accessed: ['Patient', 'Visit'],
      rows_returned: 120,
      duration_ms: 3.5,
    },
    details: { attempts: 'many', items: [{ name: 'first' }, { name: 'second' }], deep: { er: { est: 'found' } } },
  },
  {
    timestamp: '2026-01-28T10:15:23.456789Z',
    event_type: 'authorization',
    subtype: 'access_denied',
    severity: 'warning',
    actor: { user_id: 'ben' },
    operation: { type: 'SELECT', labels_accessed: ['Payment'] },
    details: { required_permission: 'admin:write', attempts: 9 },
  },
  {
    timestamp: '2026-01-28T11:00:00.000004Z',
    event_type: 'data_modification',
    subtype: 'node_updated',
    severity: 'info',
    actor: { user_id: 'ana' },
    operation: {
      type: 'UPDATE',
      target: { label: 'Customer', id: '42' },
      changes: { before: { email: 'a@x' }, after: { email: 'b@x' } },
      rows_affected: 1,
    },
    details: {},
  },
];

export async function openSmallLog(records: readonly Values[] = smallRecords): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', enable_external_access: 'false' });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run('SET errors_as_json = true');
  const types = Object.entries(auditLogColumns).map(([name, type]) => [name, typeInSql(type)]);
  const structure = quoteText(JSON.stringify(Object.fromEntries(types)));
  const lines = records.map((record, seq) => quoteText(JSON.stringify({ seq, event_id: `evt_${seq}`, ...record })));
  const rows = `SELECT unnest(from_json(line, ${structure})) FROM (SELECT unnest([${lines.join(', ')}]) AS line)`;
  await connection.run(`CREATE TABLE records AS ${rows}`);
  await connection.run('CREATE VIEW audit_log AS FROM records');
  return connection;
}
