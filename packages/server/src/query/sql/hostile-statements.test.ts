import type { DuckDBConnection } from '@duckdb/node-api';
import { AuditError } from '@indelible/log';
import { beforeAll, describe, expect, it } from 'vitest';
import { prepareStatement } from './prepare-statement.ts';
import { hostileStatements } from './testing/hostile-statements.ts';
import { now, openSmallLog } from './testing/small-log.ts';

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await openSmallLog();
});

async function refusalOf(text: string): Promise<AuditError> {
  const refusal = await prepareStatement(connection, { text, parameters: new Map(), now }).catch(
    (error: unknown) => error,
  );
  if (refusal instanceof AuditError) return refusal;
  expect.fail(`not refused: ${text}`);
}

it('has at least 200 statements to refuse, all different', () => {
  const all = Object.values(hostileStatements).flat();
  expect(all.length).toBeGreaterThanOrEqual(200);
  expect(new Set(all).size).toBe(all.length);
});

describe.each(Object.entries(hostileStatements))('refuses what is after %s', (_, statements) => {
  it.each(statements)('%j', async (text) => {
    const { code, message } = await refusalOf(text);
    expect(code).toBe('invalid_argument');
    // Each says which rule it was, in words of SQL and not of the tree.
    expect(message).toMatch(
      /^(Not allowed: |Syntax error |no value for \$|the statement is |unterminated |Parser error: )/,
    );
    expect(message).not.toMatch(/_NODE|query_location|undefined|\[object/);
  });
});

it('shows the place in the text of the user', async () => {
  const { message, details } = await refusalOf("SELECT 'ä',\n\t* FROM read_csv('x')");
  expect(message.split('\n').slice(1)).toEqual(["LINE 2:  * FROM read_csv('x')", '                ^']);
  expect(details).toEqual({ line: 2, column: 9 });
});

it.each([
  ['SELECT lenght(severity) FROM audit_log', 'did you mean "length"?'],
  ['SELECT * FROM audit_logs', 'did you mean "audit_log"?'],
  ['SELECT random()', 'which answers differently each time'],
  ['DESCRIBE audit_log', 'seq, event_id, timestamp'],
  ['WITH RECURSIVE t AS (SELECT 1 UNION SELECT 2) FROM t', 'a recursive WITH, which may never end'],
  ['SELECT ? FROM audit_log', 'name it: $user, and then --param user='],
  ['SELECT current_user FROM audit_log', 'a user of the log is actor.user_id'],
])('says of %j what to do: %s', async (text, advice) => {
  expect((await refusalOf(text)).message).toContain(advice);
});
