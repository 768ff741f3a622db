import { beforeAll, describe, expect, it } from 'vitest';
import type { StatementAnalyzer } from './analysis.ts';
import { createStatementAnalyzer } from './analyzer.ts';

let analyzer: StatementAnalyzer;
beforeAll(async () => {
  analyzer = await createStatementAnalyzer();
});

const sensitive = new Set(['ssn', 'password', 'credit_card']);
const redact = (sql: string) => analyzer.redact(sql, sensitive);

describe('literals tied to a sensitive column', () => {
  it.each([
    ["SELECT a FROM t WHERE ssn = 'canary' AND b = 'kept'", "SELECT a FROM t WHERE ssn = '***' AND b = 'kept'"],
    ["SELECT 'kept' FROM t WHERE 'canary' = u.SSN", "SELECT 'kept' FROM t WHERE '***' = u.SSN"],
    ['SELECT a FROM t WHERE "ssn" <> 123456789', 'SELECT a FROM t WHERE "ssn" <> \'***\''],
    ['SELECT a FROM t WHERE ssn = -12.5', "SELECT a FROM t WHERE ssn = '***'"],
    ["SELECT a FROM t WHERE ssn IN ('canary', 'canary2')", "SELECT a FROM t WHERE ssn IN ('***', '***')"],
    ["SELECT a FROM t WHERE ssn LIKE 'canary%'", "SELECT a FROM t WHERE ssn LIKE '***'"],
    ["SELECT a FROM t WHERE ssn BETWEEN 'canary' AND 'canary2'", "SELECT a FROM t WHERE ssn BETWEEN '***' AND '***'"],
    ["SELECT a FROM t WHERE lower(ssn) = lower('canary')", "SELECT a FROM t WHERE lower(ssn) = lower('***')"],
    ["SELECT a FROM t WHERE ssn = 'canary'::text", "SELECT a FROM t WHERE ssn = '***'::text"],
    ["SELECT a FROM t WHERE ssn = E'can\\'ary'", "SELECT a FROM t WHERE ssn = '***'"],
    ['SELECT a FROM t WHERE ssn = $x$canary$x$', "SELECT a FROM t WHERE ssn = '***'"],
    ["SELECT a FROM t WHERE ssn = ANY (ARRAY['canary'])", "SELECT a FROM t WHERE ssn = ANY (ARRAY['***'])"],
    ["SELECT a FROM t WHERE (name, ssn) = ('ada', 'canary')", "SELECT a FROM t WHERE (name, ssn) = ('***', '***')"],
    ["SELECT a FROM t WHERE data ->> 'ssn' = 'canary'", "SELECT a FROM t WHERE data ->> 'ssn' = '***'"],
    ["SELECT a FROM t WHERE (x).ssn = 'canary'", "SELECT a FROM t WHERE (x).ssn = '***'"],
    ["SELECT CASE ssn WHEN 'canary' THEN 1 END FROM t", "SELECT CASE ssn WHEN '***' THEN '***' END FROM t"],
    ["SELECT coalesce(ssn, 'canary') FROM t", "SELECT coalesce(ssn, '***') FROM t"],
    ["SELECT a FROM t WHERE 'canary' = (SELECT ssn FROM u)", "SELECT a FROM t WHERE '***' = (SELECT ssn FROM u)"],
    ["SELECT a FROM t WHERE ssn IN (SELECT 'canary')", "SELECT a FROM t WHERE ssn IN (SELECT '***')"],
    [
      "SELECT a FROM (SELECT ssn AS s FROM t) x WHERE s = 'canary'",
      "SELECT a FROM (SELECT ssn AS s FROM t) x WHERE s = '***'",
    ],
    [
      "WITH x(s) AS (SELECT ssn FROM t) SELECT 1 FROM x WHERE s = 'canary'",
      "WITH x(s) AS (SELECT ssn FROM t) SELECT 1 FROM x WHERE s = '***'",
    ],
    [
      "SELECT a FROM t JOIN (VALUES ('canary')) v(b) ON t.ssn = v.b",
      "SELECT a FROM t JOIN (VALUES ('***')) v(b) ON t.ssn = v.b",
    ],
    [
      "SELECT a FROM t JOIN unnest(ARRAY['canary']) AS v(ssn) USING (ssn)",
      "SELECT a FROM t JOIN unnest(ARRAY['***']) AS v(ssn) USING (ssn)",
    ],
    [
      "UPDATE t SET a = 'kept', ssn = 'canary' WHERE b = 'kept'",
      "UPDATE t SET a = 'kept', ssn = '***' WHERE b = 'kept'",
    ],
    ["UPDATE t SET (a, ssn) = ('kept', 'canary')", "UPDATE t SET (a, ssn) = ('kept', '***')"],
    [
      "UPDATE t SET password = crypt('canary', gen_salt('bf'))",
      "UPDATE t SET password = crypt('***', gen_salt('***'))",
    ],
    [
      "UPDATE t SET ssn = v.b FROM (VALUES (1, 'canary')) v(a, b) WHERE t.id = v.a",
      "UPDATE t SET ssn = v.b FROM (VALUES (1, '***')) v(a, b) WHERE t.id = v.a",
    ],
    [
      "INSERT INTO t (a, ssn) VALUES ('kept', 'canary'), ('kept', 'canary2')",
      "INSERT INTO t (a, ssn) VALUES ('kept', '***'), ('kept', '***')",
    ],
    ["INSERT INTO t (a, ssn) SELECT 'kept', 'canary'", "INSERT INTO t (a, ssn) SELECT 'kept', '***'"],
    ["INSERT INTO t (ssn) SELECT * FROM (VALUES ('canary')) v", "INSERT INTO t (ssn) SELECT * FROM (VALUES ('***')) v"],
    [
      "WITH v AS (VALUES ('canary')) INSERT INTO t (ssn) SELECT column1 FROM v",
      "WITH v AS (VALUES ('***')) INSERT INTO t (ssn) SELECT column1 FROM v",
    ],
    [
      "WITH v AS (SELECT 'canary' AS b) INSERT INTO t (ssn) SELECT b FROM v",
      "WITH v AS (SELECT '***' AS b) INSERT INTO t (ssn) SELECT b FROM v",
    ],
    ["INSERT INTO t VALUES (1, 'canary')", "INSERT INTO t VALUES ('***', '***')"],
    [
      "INSERT INTO t SELECT 1, 'canary' UNION SELECT 2, 'canary'",
      "INSERT INTO t SELECT '***', '***' UNION SELECT '***', '***'",
    ],
    [
      "INSERT INTO t (a) VALUES ('kept') ON CONFLICT (a) DO UPDATE SET ssn = 'canary'",
      "INSERT INTO t (a) VALUES ('kept') ON CONFLICT (a) DO UPDATE SET ssn = '***'",
    ],
    [
      "MERGE INTO t USING u ON t.id = u.id WHEN NOT MATCHED THEN INSERT (a, ssn) VALUES ('kept', 'canary')",
      "MERGE INTO t USING u ON t.id = u.id WHEN NOT MATCHED THEN INSERT (a, ssn) VALUES ('kept', '***')",
    ],
    ["SELECT f(password => 'canary', a => 'kept')", "SELECT f(password => '***', a => 'kept')"],
    ["CALL p(password := 'canary')", "CALL p(password := '***')"],
    ["SELECT jsonb_build_object('ssn', 'canary')", "SELECT jsonb_build_object('ssn', '***')"],
    ["SELECT JSON_OBJECT('ssn': 'canary')", "SELECT JSON_OBJECT('ssn': '***')"],
    [`SELECT '{"ssn": "canary"}'::jsonb`, "SELECT '***'::jsonb"],
    [
      "CREATE TABLE t (ssn text DEFAULT 'canary', a text DEFAULT 'kept')",
      "CREATE TABLE t (ssn text DEFAULT '***', a text DEFAULT 'kept')",
    ],
    ["ALTER TABLE t ALTER ssn SET DEFAULT 'canary'", "ALTER TABLE t ALTER ssn SET DEFAULT '***'"],
    ["CREATE POLICY p ON t USING (ssn = 'canary')", "CREATE POLICY p ON t USING (ssn = '***')"],
    ["PREPARE p AS SELECT 1 FROM t WHERE ssn = 'canary'", "PREPARE p AS SELECT 1 FROM t WHERE ssn = '***'"],
    ["EXECUTE p('canary')", "EXECUTE p('***')"],
    ["EXPLAIN ANALYZE SELECT 1 FROM t WHERE ssn = 'canary'", "EXPLAIN ANALYZE SELECT 1 FROM t WHERE ssn = '***'"],
    ["COPY (SELECT 1 FROM t WHERE ssn = 'canary') TO STDOUT", "COPY (SELECT 1 FROM t WHERE ssn = '***') TO STDOUT"],
    ['SELECT /* ssn = canary */ 1 FROM t', 'SELECT /* *** */ 1 FROM t'],
    ["SELECT 'ä😀', 'kept' FROM t WHERE ssn = 'canary😀'", "SELECT 'ä😀', 'kept' FROM t WHERE ssn = '***'"],
    ['SELECT a FROM t WHERE u&"s\\0073n" = \'canary\'', 'SELECT a FROM t WHERE u&"s\\0073n" = \'***\''],
  ])('%s', (sql, expected) => {
    expect(redact(sql)).toMatchObject({ text: expected });
  });

  it('are left alone where no sensitive name is involved', () => {
    for (const sql of [
      "SELECT a FROM t WHERE b = 'x' AND id = 5",
      "INSERT INTO t (a, b) VALUES ('x', 1)",
      "SELECT ssn FROM t WHERE id = 5 AND name LIKE 'A%'",
      "SELECT data ->> 'ssn' FROM t WHERE id = 7",
      'SELECT ssn_hash FROM t WHERE ssn_hash = 5',
      "UPDATE t SET a = 'x' WHERE id = 3 RETURNING ssn",
    ]) {
      expect(redact(sql)).toEqual({ text: sql, sensitiveParameters: [] });
    }
  });

  it('are left alone in an INSERT without columns when nothing is configured as sensitive', () => {
    expect(analyzer.redact("INSERT INTO t VALUES (1, 'a')", new Set())).toMatchObject({
      text: "INSERT INTO t VALUES (1, 'a')",
    });
  });
});

describe('secrets of commands', () => {
  it.each([
    [
      "CREATE ROLE bob LOGIN PASSWORD 'canary' VALID UNTIL '2030-01-01'",
      "CREATE ROLE bob LOGIN PASSWORD '***' VALID UNTIL '2030-01-01'",
    ],
    ["ALTER USER bob WITH ENCRYPTED PASSWORD 'canary'", "ALTER USER bob WITH ENCRYPTED PASSWORD '***'"],
    ['ALTER ROLE bob PASSWORD\n/* c */ $$canary$$', "ALTER ROLE bob PASSWORD\n/* c */ '***'"],
    ['ALTER ROLE bob PASSWORD NULL', 'ALTER ROLE bob PASSWORD NULL'],
    [
      "CREATE USER MAPPING FOR bob SERVER s OPTIONS (user 'bob', password 'canary')",
      "CREATE USER MAPPING FOR bob SERVER s OPTIONS (user 'bob', password '***')",
    ],
    [
      "ALTER SERVER s OPTIONS (SET password 'canary', host 'h')",
      "ALTER SERVER s OPTIONS (SET password '***', host 'h')",
    ],
    [
      "CREATE SUBSCRIPTION s CONNECTION 'host=h password=canary' PUBLICATION p",
      "CREATE SUBSCRIPTION s CONNECTION '***' PUBLICATION p",
    ],
    ["ALTER SUBSCRIPTION s CONNECTION 'postgres://u:canary@h/d'", "ALTER SUBSCRIPTION s CONNECTION '***'"],
    ["SELECT dblink_connect('host=h user=u password=canary')", "SELECT dblink_connect('***')"],
    ["SET my.api_key = 'canary'", "SET my.api_key = '***'"],
    ['SET my.password TO canary', "SET my.password TO '***'"],
    ["SELECT set_config('my.password', 'canary', true)", "SELECT set_config('my.password', '***', '***')"],
    ["ALTER SYSTEM SET ssl_passphrase_command = 'echo canary'", "ALTER SYSTEM SET ssl_passphrase_command = '***'"],
    ["DO $$ BEGIN EXECUTE 'ALTER ROLE bob PASSWORD ''canary'''; END $$", "DO $$ BEGIN EXECUTE '***'; END $$"],
    ["SELECT 1; ALTER ROLE bob PASSWORD 'canary'; SELECT 2", "SELECT 1; ALTER ROLE bob PASSWORD '***'; SELECT 2"],
    [
      'SELECT * FROM cypher(\'g\', $$ MATCH (n {ssn: "canary"}) RETURN n $$) AS (n agtype)',
      'SELECT * FROM cypher(\'g\', $$ MATCH (n {ssn: "***"}) RETURN n $$) AS (n agtype)',
    ],
    [
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1 FROM t WHERE ssn = ''canary'''",
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS '***'",
    ],
  ])('%s', (sql, expected) => {
    expect(redact(sql)).toMatchObject({ text: expected });
    expect(analyzer.redact(sql, new Set(['ssn']))).toMatchObject({ text: expect.not.stringContaining('canary') });
  });
});

describe('bind parameters', () => {
  it.each([
    ['SELECT a FROM t WHERE ssn = $2 AND b = $1', [2]],
    ['INSERT INTO t (a, ssn, b) VALUES ($1, $2, $3), ($4, $5, $6)', [2, 5]],
    ['UPDATE t SET ssn = $3, a = $1 WHERE id = $2', [3]],
    ['INSERT INTO t VALUES ($2, $1)', [1, 2]],
    ['SELECT f(a => $1, password => $2)', [2]],
    ['SELECT a FROM t WHERE ssn = ANY ($1)', [1]],
    ['SELECT a FROM t WHERE b = $1 LIMIT $2', []],
  ])('of %s', (sql, parameters) => {
    expect(redact(sql)).toEqual({ text: sql, sensitiveParameters: parameters });
  });
});

describe('one statement of several', () => {
  it('is redacted by its own text, after others with longer characters', () => {
    const [, second] = analyzer.analyze("SELECT 'ä😀'; UPDATE t SET ssn = 'canary', a = 'kept'");
    expect(redact(second?.text ?? '')).toMatchObject({ text: "UPDATE t SET ssn = '***', a = 'kept'" });
  });
});

describe('what does not parse', () => {
  it('is given up', () => {
    for (const sql of ["SELEKT 'x'", "SELECT 'x", 'SELECT \0', `SELECT '${'x'.repeat(300_000)}'`]) {
      expect(redact(sql)).toEqual({ unparsed: true });
    }
  });
});
