// What administrators do to accounts, rights and the server in the query benchmark's events.

import type { AuditEvent } from '@indelible/log';
import type { Random } from './query-random.ts';
import { makeValue } from './query-values.ts';

/** The part of the event that tells of the act; actor, result and context are those of a statement. */
type Act = Pick<AuditEvent, 'event_type' | 'subtype'> & {
  readonly verb: string;
  readonly query: string;
  readonly details: NonNullable<AuditEvent['details']>;
};

const roles = ['readonly', 'reporting', 'billing_admin', 'support_l2', 'auditor', 'deployer', 'owner'];

const acts: readonly ((user: string, random: Random) => Act)[] = [
  (user) => account('user_created', 'CREATE ROLE', user, `CREATE ROLE "${user}" LOGIN`),
  (user) => account('user_modified', 'ALTER ROLE', user, `ALTER ROLE "${user}" CONNECTION LIMIT 20`),
  (user) => account('password_changed', 'ALTER ROLE', user, `ALTER ROLE "${user}" PASSWORD '<REDACTED>'`),
  (user) => account('user_disabled', 'ALTER ROLE', user, `ALTER ROLE "${user}" NOLOGIN`),
  (user) => account('user_deleted', 'DROP ROLE', user, `DROP ROLE "${user}"`),
  (user, random) => right('role_assigned', 'GRANT ROLE', user, (role) => `GRANT ${role} TO "${user}"`, random),
  (user, random) => right('role_removed', 'REVOKE ROLE', user, (role) => `REVOKE ${role} FROM "${user}"`, random),
  (user, random) => right('permission_granted', 'GRANT', user, (role) => `GRANT ALL ON SCHEMA crm TO ${role}`, random),
  (_, random) => {
    const setting = random.pick(['work_mem', 'max_connections', 'log_min_duration_statement', 'statement_timeout']);
    const value = random.between(10, 400);
    const query = `ALTER SYSTEM SET ${setting} = ${value}`;
    const details = { setting, new_value: String(value) };
    return { event_type: 'admin_action', subtype: 'config_changed', verb: 'ALTER SYSTEM', query, details };
  },
  (_, random) => {
    const details = { maintenance: 'vacuum', parallel: random.between(1, 4) };
    const query = `VACUUM (ANALYZE, PARALLEL ${details.parallel})`;
    return { event_type: 'admin_action', subtype: 'maintenance_started', verb: 'VACUUM', query, details };
  },
];

function account(subtype: string, verb: string, user: string, query: string): Act {
  return { event_type: 'admin_action', subtype, verb, query, details: { target_user: user } };
}

function right(subtype: string, verb: string, user: string, text: (role: string) => string, random: Random): Act {
  const role = random.pick(roles);
  return { event_type: 'authorization', subtype, verb, query: text(role), details: { target_user: user, role } };
}

/** Makes the record of a statement into that of an administrative act by the same actor. */
export function adminRecord(statement: AuditEvent, random: Random): AuditEvent {
  const user = `${makeValue('email', random).split('@')[0]}@corp.example`;
  const { verb, query, details, event_type, subtype } = random.pick(acts)(user, random);
  const { graph, duration_ms } = statement.operation ?? {};
  return {
    ...statement,
    event_type,
    subtype,
    operation: { type: verb, query, graph, rows_returned: 0, bytes_transferred: 0, duration_ms },
    details: { tag: verb, protocol: 'simple', ...details },
  };
}
