// Statements that no SQL parser sees: the commit that a Sync implies, the fast-path call of a function, the commands of
// a replication connection, and what could not be tied to any text.

import type { StatementAnalysis } from '../statement/analysis.ts';

const unknownRead: StatementAnalysis = {
  text: '',
  parsed: true,
  verb: 'UNKNOWN',
  operationType: 'UNKNOWN',
  eventType: 'data_access',
  subtype: 'query_executed',
  labels: [],
  properties: [],
  required: [],
  details: {},
  functions: [],
};

/** The server answered, and what it answered is not known: better such a record than none. */
export const unknownStatement = unknownRead;

/** What Sync, or the end of a simple query of several statements, does outside a transaction block. */
export const implicitCommit: StatementAnalysis = {
  ...unknownRead,
  text: 'COMMIT',
  verb: 'COMMIT',
  operationType: 'COMMIT',
  details: { implicit: true },
  transaction: 'commit',
};

export function functionCall(functionOid: number): StatementAnalysis {
  return {
    ...unknownRead,
    text: `fast-path call of function ${functionOid}`,
    verb: 'FUNCTION CALL',
    operationType: 'CALL',
    details: { function_oid: functionOid },
  };
}

/** A replication connection has commands of its own; a base backup is the one that the vocabulary knows. */
export function replicationCommand(text: string): StatementAnalysis {
  const verb = /^[\s(]*([a-z_]+)/i.exec(text)?.[1]?.toUpperCase() ?? 'UNKNOWN';
  const command = { ...unknownRead, text: text.trim(), verb, operationType: verb, details: { replication: true } };
  return verb === 'BASE_BACKUP' ? { ...command, eventType: 'admin_action', subtype: 'backup_created' } : command;
}
