import { subtypesOf } from '@indelible/log';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { StatementAnalysis, StatementAnalyzer } from './analysis.ts';
import { createStatementAnalyzer } from './analyzer.ts';

let analyzer: StatementAnalyzer;
beforeAll(async () => {
  analyzer = await createStatementAnalyzer();
});

function only(sql: string): StatementAnalysis {
  const [first, ...others] = analyzer.analyze(sql);
  if (first === undefined || others.length > 0) throw new Error(`not one statement: ${sql}`);
  return first;
}

/** One row: the statement; then `event_type/subtype`, `operation.type`, labels and properties, separated by `|`. */
const classified: readonly (readonly [sql: string, expected: string])[] = [
  // Reads
  ['SELECT 1', 'data_access/query_executed|SELECT||'],
  ['SELECT * FROM customer', 'data_access/query_executed|SELECT|public.customer|*'],
  [
    'select c.name, email from crm.customer c where vip',
    'data_access/query_executed|SELECT|crm.customer|name,email,vip',
  ],
  ['SELECT "Na me" FROM "My Schema"."T é"', 'data_access/query_executed|SELECT|My Schema.T é|Na me'],
  ['SELECT c FROM customer c', 'data_access/query_executed|SELECT|public.customer|*'],
  ['SELECT c.* FROM customer c', 'data_access/query_executed|SELECT|public.customer|*'],
  [
    'SELECT a FROM t JOIN u USING (id) JOIN v ON v.x = u.y',
    'data_access/query_executed|SELECT|public.t,public.u,public.v|a,id,x,y',
  ],
  ['SELECT a FROM t WHERE b IN (SELECT c FROM u)', 'data_access/query_executed|SELECT|public.t,public.u|a,b,c'],
  [
    'SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.b = t.c)',
    'data_access/query_executed|SELECT|public.t,public.u|a,b,c',
  ],
  ['SELECT a FROM t UNION SELECT b FROM u', 'data_access/query_executed|SELECT|public.t,public.u|a,b'],
  [
    'SELECT a FROM t EXCEPT ALL (SELECT b FROM u INTERSECT SELECT c FROM v)',
    'data_access/query_executed|SELECT|public.t,public.u,public.v|a,b,c',
  ],
  ['WITH w AS (SELECT a FROM t) SELECT a FROM w', 'data_access/query_executed|SELECT|public.t|a'],
  ['WITH w AS (SELECT a FROM t) SELECT a FROM public.w', 'data_access/query_executed|SELECT|public.t,public.w|a'],
  ['WITH t AS (SELECT a FROM t) SELECT a FROM t', 'data_access/query_executed|SELECT|public.t|a'],
  [
    'WITH RECURSIVE r AS (SELECT a FROM t UNION ALL SELECT a FROM r) SELECT a FROM r',
    'data_access/query_executed|SELECT|public.t|a',
  ],
  ['SELECT (WITH w AS (SELECT 1 AS a) SELECT a FROM w) FROM w', 'data_access/query_executed|SELECT|public.w|a'],
  ['SELECT s.a FROM (SELECT a, b FROM t) s', 'data_access/query_executed|SELECT|public.t|a,b'],
  ['SELECT a AS n FROM t ORDER BY n', 'data_access/query_executed|SELECT|public.t|a'],
  ['SELECT a FROM t ORDER BY b DESC LIMIT 5', 'data_access/query_executed|SELECT|public.t|a,b'],
  ['SELECT DISTINCT a FROM t', 'data_access/query_executed|SELECT|public.t|a'],
  ['SELECT a FROM t FOR UPDATE', 'data_access/query_executed|SELECT|public.t|a'],
  ['SELECT row_number() OVER (ORDER BY a) FROM t', 'data_access/query_executed|SELECT|public.t|a'],
  ['SELECT sum(a) OVER () FROM t', 'data_access/query_executed|SELECT|public.t|a'],
  ['SELECT * FROM generate_series(1, 3) g', 'data_access/query_executed|SELECT||*'],
  ['SELECT x FROM t, LATERAL (SELECT t.y AS x) s', 'data_access/query_executed|SELECT|public.t|x,y'],
  ["SELECT data ->> 'a' FROM t", 'data_access/query_executed|SELECT|public.t|data'],
  ['SELECT (address).street FROM t', 'data_access/query_executed|SELECT|public.t|address'],
  ['VALUES (1, 2)', 'data_access/query_executed|SELECT||'],
  ['TABLE customer', 'data_access/query_executed|SELECT|public.customer|*'],
  ['SELECT pg_sleep(1)', 'data_access/query_executed|SELECT||'],
  ['DECLARE c CURSOR FOR SELECT a FROM t', 'data_access/query_executed|SELECT|public.t|a'],
  ['FETCH ALL FROM c', 'data_access/query_executed|SELECT||'],
  ['MOVE 3 IN c', 'data_access/query_executed|SELECT||'],
  ['EXPLAIN SELECT a FROM t', 'data_access/query_executed|EXPLAIN|public.t|a'],
  ['EXPLAIN DELETE FROM t', 'data_access/query_executed|EXPLAIN|public.t|'],
  ['EXPLAIN ANALYZE SELECT a FROM t', 'data_access/query_executed|SELECT|public.t|a'],
  ['EXPLAIN (ANALYZE off) DELETE FROM t', 'data_access/query_executed|EXPLAIN|public.t|'],
  ['LOCK TABLE t IN EXCLUSIVE MODE', 'data_access/query_executed|LOCK TABLE|public.t|'],
  // Aggregates
  ['SELECT count(*) FROM t', 'data_access/aggregation_computed|SELECT|public.t|'],
  ['SELECT avg(age) FROM t', 'data_access/aggregation_computed|SELECT|public.t|age'],
  ['SELECT a FROM t GROUP BY a', 'data_access/aggregation_computed|SELECT|public.t|a'],
  ['SELECT a, count(*) FROM t GROUP BY 1 HAVING count(*) > 2', 'data_access/aggregation_computed|SELECT|public.t|a'],
  ['SELECT n FROM (SELECT count(*) AS n FROM t) s', 'data_access/aggregation_computed|SELECT|public.t|n'],
  ['SELECT a FROM t WHERE b = (SELECT max(b) FROM t)', 'data_access/query_executed|SELECT|public.t|a,b'],
  ["SELECT string_agg(a, ',' ORDER BY b) FROM t", 'data_access/aggregation_computed|SELECT|public.t|a,b'],
  [
    'SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a) FROM t',
    'data_access/aggregation_computed|SELECT|public.t|a',
  ],
  ['SELECT my_agg(DISTINCT a) FROM t', 'data_access/aggregation_computed|SELECT|public.t|a'],
  ['SELECT JSON_ARRAYAGG(a) FROM t', 'data_access/aggregation_computed|SELECT|public.t|a'],
  ['SELECT pg_catalog.count(*) FROM t', 'data_access/aggregation_computed|SELECT|public.t|'],
  // Exports
  ['COPY customer TO STDOUT', 'data_access/data_exported|SELECT|public.customer|*'],
  ['COPY customer (a, b) TO STDOUT', 'data_access/data_exported|SELECT|public.customer|a,b'],
  ["COPY (SELECT a FROM t) TO '/tmp/x'", 'data_access/data_exported|SELECT|public.t|a'],
  ["COPY t TO PROGRAM 'gzip'", 'data_access/data_exported|SELECT|public.t|*'],
  ['COPY (DELETE FROM t RETURNING a) TO STDOUT', 'data_modification/bulk_delete|DELETE|public.t|a'],
  // Changes
  ['INSERT INTO t (a, b) VALUES (1, 2)', 'data_modification/node_created|CREATE|public.t|a,b'],
  ['INSERT INTO t VALUES (1)', 'data_modification/node_created|CREATE|public.t|'],
  ['INSERT INTO t DEFAULT VALUES', 'data_modification/node_created|CREATE|public.t|'],
  ['INSERT INTO t (a) VALUES (1), (2)', 'data_modification/bulk_insert|CREATE|public.t|a'],
  ['INSERT INTO t (a) SELECT b FROM u', 'data_modification/bulk_insert|CREATE|public.t,public.u|a,b'],
  ['INSERT INTO t TABLE u', 'data_modification/bulk_insert|CREATE|public.t,public.u|*'],
  ['INSERT INTO t (a) VALUES (1) RETURNING id', 'data_modification/node_created|CREATE|public.t|a,id'],
  [
    'INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET b = excluded.b',
    'data_modification/node_created|CREATE|public.t|a,b',
  ],
  ['INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING', 'data_modification/node_created|CREATE|public.t|a'],
  ['UPDATE t SET a = 1', 'data_modification/node_updated|UPDATE|public.t|a'],
  ['UPDATE s.t SET a = b + 1 WHERE c = 2', 'data_modification/node_updated|UPDATE|s.t|a,b,c'],
  ['UPDATE t SET (a, b) = (SELECT x, y FROM u)', 'data_modification/node_updated|UPDATE|public.t,public.u|a,b,x,y'],
  [
    'UPDATE ONLY t AS z SET a = u.b FROM u WHERE z.id = u.id',
    'data_modification/node_updated|UPDATE|public.t,public.u|a,b,id',
  ],
  ['DELETE FROM t WHERE id = 1', 'data_modification/node_deleted|DELETE|public.t|id'],
  ['DELETE FROM t USING u WHERE t.id = u.id', 'data_modification/node_deleted|DELETE|public.t,public.u|id'],
  ['DELETE FROM t', 'data_modification/bulk_delete|DELETE|public.t|'],
  ['TRUNCATE t, s.u', 'data_modification/bulk_delete|DELETE|public.t,s.u|'],
  [
    'MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN UPDATE SET a = u.b WHEN NOT MATCHED THEN INSERT (c) VALUES (u.d)',
    'data_modification/node_updated|UPDATE|public.t,public.u|a,c,id,b,d',
  ],
  ['COPY t FROM STDIN', 'data_modification/bulk_insert|CREATE|public.t|*'],
  ['COPY t (a) FROM STDIN WITH (FORMAT csv)', 'data_modification/bulk_insert|CREATE|public.t|a'],
  [
    'WITH d AS (DELETE FROM t WHERE a = 1 RETURNING *) SELECT * FROM d',
    'data_modification/node_deleted|DELETE|public.t|a,*',
  ],
  [
    'WITH d AS (DELETE FROM t RETURNING *) INSERT INTO u SELECT * FROM d',
    'data_modification/bulk_insert|CREATE|public.u,public.t|*',
  ],
  [
    'WITH i AS (INSERT INTO t (a) VALUES (1) RETURNING id) SELECT id FROM i',
    'data_modification/node_created|CREATE|public.t|a,id',
  ],
  ['EXPLAIN ANALYZE UPDATE t SET a = 1', 'data_modification/node_updated|UPDATE|public.t|a'],
  ['EXPLAIN (ANALYZE, BUFFERS) DELETE FROM t', 'data_modification/bulk_delete|DELETE|public.t|'],
  // Code
  ['CALL s.p(1)', 'data_modification/code_executed|CALL||'],
  ['DO $$ BEGIN UPDATE t SET a = 1; END $$', 'data_modification/node_updated|UPDATE|public.t|'],
  [
    'DO $$ BEGIN PERFORM 1; DROP TABLE t; DELETE FROM u; END $$',
    'schema_change/table_dropped|DROP TABLE|public.t,public.u|',
  ],
  ["DO $$ BEGIN EXECUTE 'DROP TABLE ' || 't'; END $$", 'data_modification/code_executed|DO||'],
  ["DO LANGUAGE plperl $$ elog(NOTICE, 'x') $$", 'data_modification/code_executed|DO||'],
  // Schema
  ['CREATE TABLE t (a int, b text)', 'schema_change/table_created|CREATE TABLE|public.t|'],
  ['CREATE TABLE IF NOT EXISTS s.t (a int PRIMARY KEY)', 'schema_change/table_created|CREATE TABLE|s.t|'],
  ['CREATE TEMP TABLE t (a int)', 'schema_change/table_created|CREATE TABLE|public.t|'],
  ['CREATE UNLOGGED TABLE t (a int)', 'schema_change/table_created|CREATE TABLE|public.t|'],
  ['CREATE TABLE p PARTITION OF q DEFAULT', 'schema_change/table_created|CREATE TABLE|public.p,public.q|'],
  ['CREATE TABLE t AS SELECT a FROM u', 'schema_change/table_created|CREATE TABLE AS|public.t,public.u|a'],
  ['SELECT a INTO t FROM u', 'schema_change/table_created|SELECT INTO|public.t,public.u|a'],
  ['CREATE FOREIGN TABLE t (a int) SERVER s', 'schema_change/table_created|CREATE FOREIGN TABLE|public.t|'],
  ['DROP TABLE t, s.u', 'schema_change/table_dropped|DROP TABLE|public.t,s.u|'],
  ['DROP TABLE IF EXISTS t CASCADE', 'schema_change/table_dropped|DROP TABLE|public.t|'],
  ['ALTER TABLE t ADD COLUMN a int', 'schema_change/table_altered|ALTER TABLE|public.t|'],
  ['ALTER TABLE t RENAME TO u', 'schema_change/table_altered|ALTER TABLE|public.t|'],
  ['ALTER TABLE t RENAME a TO b', 'schema_change/table_altered|ALTER TABLE|public.t|'],
  ['ALTER TABLE t OWNER TO bob', 'schema_change/table_altered|ALTER TABLE|public.t|'],
  ['ALTER TABLE t SET SCHEMA s', 'schema_change/table_altered|ALTER TABLE|public.t|'],
  ['ALTER TABLE t ADD CONSTRAINT c UNIQUE (a)', 'schema_change/constraint_created|ALTER TABLE|public.t|'],
  ['ALTER TABLE t ADD CHECK (a > 0)', 'schema_change/constraint_created|ALTER TABLE|public.t|a'],
  ['ALTER TABLE t DROP CONSTRAINT c', 'schema_change/constraint_dropped|ALTER TABLE|public.t|'],
  ['ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0)', 'schema_change/constraint_created|ALTER DOMAIN||value'],
  ['ALTER DOMAIN d DROP CONSTRAINT c', 'schema_change/constraint_dropped|ALTER DOMAIN||'],
  ['ALTER TABLE t ENABLE ROW LEVEL SECURITY', 'schema_change/policy_modified|ALTER TABLE|public.t|'],
  ['CREATE SCHEMA s', 'schema_change/graph_created|CREATE SCHEMA||'],
  ['CREATE SCHEMA AUTHORIZATION bob', 'schema_change/graph_created|CREATE SCHEMA||'],
  ['DROP SCHEMA s CASCADE', 'schema_change/graph_dropped|DROP SCHEMA||'],
  ['CREATE DATABASE d', 'schema_change/graph_created|CREATE DATABASE||'],
  ['DROP DATABASE d', 'schema_change/graph_dropped|DROP DATABASE||'],
  ["SELECT create_graph('production')", 'schema_change/graph_created|SELECT||'],
  ["SELECT * FROM t, drop_graph('production', true)", 'data_access/query_executed|SELECT|public.t|*'],
  ["SELECT ag_catalog.drop_graph('production', true)", 'schema_change/graph_dropped|SELECT||'],
  ['CREATE UNIQUE INDEX i ON t (a)', 'schema_change/index_created|CREATE INDEX|public.t|'],
  ['CREATE INDEX CONCURRENTLY ON s.t (lower(a))', 'schema_change/index_created|CREATE INDEX|s.t|a'],
  ['DROP INDEX i', 'schema_change/index_dropped|DROP INDEX||'],
  ['ALTER INDEX i RENAME TO j', 'schema_change/object_altered|ALTER INDEX|public.i|'],
  ['CREATE POLICY p ON t USING (a = 1)', 'schema_change/policy_created|CREATE POLICY|public.t|a'],
  ['ALTER POLICY p ON t TO bob', 'schema_change/policy_modified|ALTER POLICY|public.t|'],
  ['ALTER POLICY p ON t RENAME TO q', 'schema_change/policy_modified|ALTER POLICY|public.t|'],
  ['DROP POLICY p ON s.t', 'schema_change/policy_dropped|DROP POLICY|s.t|'],
  ['CREATE VIEW v AS SELECT a FROM t', 'schema_change/object_created|CREATE VIEW|public.v,public.t|a'],
  ['CREATE OR REPLACE VIEW v AS SELECT 1', 'schema_change/object_created|CREATE VIEW|public.v|'],
  ['DROP VIEW v', 'schema_change/object_dropped|DROP VIEW|public.v|'],
  [
    'CREATE MATERIALIZED VIEW m AS SELECT a FROM t',
    'schema_change/object_created|CREATE MATERIALIZED VIEW|public.m,public.t|a',
  ],
  ['DROP MATERIALIZED VIEW m', 'schema_change/object_dropped|DROP MATERIALIZED VIEW|public.m|'],
  ['CREATE SEQUENCE s', 'schema_change/object_created|CREATE SEQUENCE|public.s|'],
  ['ALTER SEQUENCE s RESTART', 'schema_change/object_altered|ALTER SEQUENCE||'],
  ["CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'", 'schema_change/object_created|CREATE FUNCTION||'],
  ['CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN END $$', 'schema_change/object_created|CREATE PROCEDURE||'],
  ['ALTER FUNCTION f(int) OWNER TO bob', 'schema_change/object_altered|ALTER FUNCTION||'],
  ['ALTER FUNCTION f(int) SECURITY DEFINER', 'schema_change/object_altered|ALTER FUNCTION||'],
  ['DROP FUNCTION f(int)', 'schema_change/object_dropped|DROP FUNCTION||'],
  [
    'CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()',
    'schema_change/object_created|CREATE TRIGGER|public.t|',
  ],
  ['DROP TRIGGER g ON t', 'schema_change/object_dropped|DROP TRIGGER|public.t|'],
  ['CREATE RULE r AS ON INSERT TO t DO INSTEAD NOTHING', 'schema_change/object_created|CREATE RULE|public.t|'],
  ["CREATE TYPE mood AS ENUM ('a')", 'schema_change/object_created|CREATE TYPE||'],
  ['CREATE TYPE pair AS (a int, b int)', 'schema_change/object_created|CREATE TYPE||'],
  ["ALTER TYPE mood ADD VALUE 'b'", 'schema_change/object_altered|ALTER TYPE||'],
  ['CREATE DOMAIN d AS int CHECK (VALUE > 0)', 'schema_change/object_created|CREATE DOMAIN||value'],
  ['CREATE EXTENSION pgcrypto', 'schema_change/object_created|CREATE EXTENSION||'],
  ['DROP EXTENSION pgcrypto', 'schema_change/object_dropped|DROP EXTENSION||'],
  ["COMMENT ON TABLE t IS 'x'", 'schema_change/object_altered|COMMENT||'],
  ['CREATE PUBLICATION p FOR ALL TABLES', 'schema_change/object_created|CREATE PUBLICATION||'],
  ["CREATE SUBSCRIPTION s CONNECTION 'host=h' PUBLICATION p", 'schema_change/object_created|CREATE SUBSCRIPTION||'],
  ['DROP SUBSCRIPTION s', 'schema_change/object_dropped|DROP SUBSCRIPTION||'],
  ['CREATE SERVER s FOREIGN DATA WRAPPER f', 'schema_change/object_created|CREATE SERVER||'],
  ['DROP USER MAPPING FOR bob SERVER s', 'schema_change/object_dropped|DROP USER MAPPING||'],
  ['REASSIGN OWNED BY a TO b', 'schema_change/object_altered|REASSIGN OWNED||'],
  ['DROP OWNED BY a', 'schema_change/object_dropped|DROP OWNED||'],
  ['IMPORT FOREIGN SCHEMA a FROM SERVER s INTO b', 'schema_change/object_created|IMPORT FOREIGN SCHEMA||'],
  // People and rights
  ['CREATE ROLE bob', 'admin_action/user_created|CREATE ROLE||'],
  ["CREATE USER bob PASSWORD 'x'", 'admin_action/user_created|CREATE USER||'],
  ['CREATE GROUP g', 'admin_action/user_created|CREATE ROLE||'],
  ["ALTER ROLE bob PASSWORD 'x'", 'admin_action/password_changed|ALTER ROLE||'],
  ['ALTER USER bob WITH PASSWORD NULL', 'admin_action/password_changed|ALTER ROLE||'],
  ['ALTER ROLE bob NOLOGIN', 'admin_action/user_disabled|ALTER ROLE||'],
  ['ALTER ROLE bob LOGIN', 'admin_action/user_enabled|ALTER ROLE||'],
  ["ALTER ROLE bob LOGIN PASSWORD 'x'", 'admin_action/password_changed|ALTER ROLE||'],
  ["ALTER ROLE bob NOLOGIN PASSWORD 'x'", 'admin_action/user_disabled|ALTER ROLE||'],
  ['ALTER ROLE bob SUPERUSER', 'admin_action/user_modified|ALTER ROLE||'],
  ['ALTER ROLE bob RENAME TO rob', 'admin_action/user_modified|ALTER ROLE||'],
  ["ALTER ROLE bob SET work_mem = '1GB'", 'admin_action/user_modified|ALTER ROLE||'],
  ['DROP ROLE bob', 'admin_action/user_deleted|DROP ROLE||'],
  ['DROP USER bob, eve', 'admin_action/user_deleted|DROP ROLE||'],
  ['ALTER GROUP g ADD USER bob', 'authorization/role_assigned|ALTER ROLE||'],
  ['ALTER GROUP g DROP USER bob', 'authorization/role_removed|ALTER ROLE||'],
  ['GRANT admin TO bob', 'authorization/role_assigned|GRANT ROLE||'],
  ['REVOKE admin FROM bob', 'authorization/role_removed|REVOKE ROLE||'],
  ['GRANT SELECT ON customer TO bob', 'authorization/permission_granted|GRANT|public.customer|'],
  ['GRANT ALL ON ALL TABLES IN SCHEMA s TO bob', 'authorization/permission_granted|GRANT||'],
  ['REVOKE INSERT ON s.t FROM PUBLIC', 'authorization/permission_revoked|REVOKE|s.t|'],
  ['GRANT USAGE ON SCHEMA s TO bob', 'authorization/permission_granted|GRANT||'],
  [
    'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO bob',
    'authorization/permission_granted|ALTER DEFAULT PRIVILEGES||',
  ],
  // Upkeep and configuration
  ["ALTER SYSTEM SET work_mem = '1GB'", 'admin_action/config_changed|ALTER SYSTEM||'],
  ['ALTER SYSTEM RESET ALL', 'admin_action/config_changed|ALTER SYSTEM||'],
  ['ALTER DATABASE d SET work_mem TO 1', 'admin_action/config_changed|ALTER DATABASE||'],
  ["LOAD 'x'", 'admin_action/config_changed|LOAD||'],
  ['VACUUM', 'admin_action/maintenance_started|VACUUM||'],
  ['VACUUM (FULL) s.t', 'admin_action/maintenance_started|VACUUM|s.t|'],
  ['ANALYZE t', 'admin_action/maintenance_started|ANALYZE|public.t|'],
  ['REINDEX TABLE t', 'admin_action/maintenance_started|REINDEX|public.t|'],
  ['REINDEX DATABASE d', 'admin_action/maintenance_started|REINDEX||'],
  ['CLUSTER t USING i', 'admin_action/maintenance_started|CLUSTER|public.t|'],
  ['REFRESH MATERIALIZED VIEW m', 'admin_action/maintenance_started|REFRESH MATERIALIZED VIEW|public.m|'],
  ['CHECKPOINT', 'admin_action/maintenance_started|CHECKPOINT||'],
  // The session
  ['BEGIN', 'data_access/query_executed|BEGIN||'],
  ['START TRANSACTION READ ONLY', 'data_access/query_executed|START TRANSACTION||'],
  ['COMMIT AND CHAIN', 'data_access/query_executed|COMMIT||'],
  ['SET search_path = a, b', 'data_access/query_executed|SET||'],
  ['RESET ALL', 'data_access/query_executed|RESET||'],
  ['SHOW server_version', 'data_access/query_executed|SHOW||'],
  ['LISTEN a', 'data_access/query_executed|LISTEN||'],
  ["NOTIFY a, 'b'", 'data_access/query_executed|NOTIFY||'],
  ['DISCARD ALL', 'data_access/query_executed|DISCARD||'],
  ['DEALLOCATE p', 'data_access/query_executed|DEALLOCATE||'],
  ['CLOSE c', 'data_access/query_executed|CLOSE CURSOR||'],
  ['PREPARE p AS SELECT a FROM t', 'data_access/query_executed|PREPARE|public.t|a'],
  ['EXECUTE p(1)', 'data_access/query_executed|EXECUTE||'],
];

describe('the class of a statement', () => {
  it.each(classified)('%s', (sql, expected) => {
    const { parsed, eventType, subtype, operationType, labels, properties } = only(sql);
    expect(parsed).toBe(true);
    expect(`${eventType}/${subtype}|${operationType}|${labels.join()}|${properties.join()}`).toBe(expected);
    expect(subtypesOf(eventType)).toContain(subtype);
  });
});

const detailed: readonly (readonly [sql: string, details: Record<string, unknown>])[] = [
  [
    'GRANT admin, ops TO bob WITH ADMIN OPTION',
    { target_role: 'admin', target_roles: ['admin', 'ops'], target_user: 'bob', with_options: ['admin'] },
  ],
  [
    'GRANT SELECT (a), INSERT ON t TO PUBLIC',
    {
      target_role: 'public',
      permissions: ['SELECT(a)', 'INSERT'],
      object_type: 'table',
      object_name: 'public.t',
      columns: ['a'],
    },
  ],
  [
    'REVOKE ALL ON ALL TABLES IN SCHEMA s FROM bob',
    { target_role: 'bob', permissions: ['ALL'], object_type: 'table', object_name: 's.*' },
  ],
  [
    "CREATE ROLE bob LOGIN SUPERUSER PASSWORD 'canary' IN ROLE admin VALID UNTIL '2030-01-01'",
    {
      target_user: 'bob',
      attributes: { login: true, superuser: true },
      password_set: true,
      roles_assigned: ['admin'],
      valid_until: '2030-01-01',
    },
  ],
  [
    'ALTER ROLE bob NOSUPERUSER CONNECTION LIMIT 5',
    { target_user: 'bob', attributes: { superuser: false, connection_limit: 5 } },
  ],
  [
    'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)',
    {
      object_type: 'constraint',
      object_name: 'c',
      table: 'public.t',
      definition: 'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)',
    },
  ],
  [
    'DROP TABLE a.b, c CASCADE',
    {
      object_type: 'table',
      object_name: 'a.b',
      object_names: ['a.b', 'public.c'],
      cascade: true,
      definition: 'DROP TABLE a.b, c CASCADE',
    },
  ],
  [
    'DROP POLICY p ON t',
    { object_type: 'policy', object_name: 'p', table: 'public.t', definition: 'DROP POLICY p ON t' },
  ],
  [
    "COMMENT ON COLUMN t.a IS 'x'",
    { object_type: 'column', object_name: 'public.t.a', definition: "COMMENT ON COLUMN t.a IS 'x'" },
  ],
  ["COPY t TO PROGRAM 'curl -u canary'", { to: 'program' }],
  ["COPY t FROM '/tmp/a.csv'", { from: 'file', file: '/tmp/a.csv' }],
  ['SET LOCAL ROLE bob', { setting: 'role', set_role: 'bob', local: true }],
  ["SET my.password = 'canary'", { setting: 'my.password' }],
  [
    'ALTER TABLE t FORCE ROW LEVEL SECURITY',
    {
      object_type: 'table',
      object_name: 'public.t',
      table: 'public.t',
      row_security: 'forced',
      definition: 'ALTER TABLE t FORCE ROW LEVEL SECURITY',
    },
  ],
];

describe('details', () => {
  it.each(detailed)('%s', (sql, details) => {
    expect(only(sql).details).toEqual(details);
    if (only(sql).eventType !== 'schema_change') expect(JSON.stringify(only(sql).details)).not.toContain('canary');
  });
});

describe('required permissions', () => {
  it.each([
    ['SELECT a FROM s.t', 'SELECT:s.t USAGE:s'],
    ['SELECT f(a) FROM t', 'SELECT:public.t EXECUTE:f'],
    ['SELECT a FROM t FOR UPDATE', 'SELECT:public.t UPDATE:public.t'],
    ['INSERT INTO t (a) SELECT b FROM u', 'INSERT:public.t SELECT:public.u'],
    ['UPDATE t SET a = 1 WHERE b = 2', 'UPDATE:public.t SELECT:public.t'],
    ['DELETE FROM t', 'DELETE:public.t'],
    ['TRUNCATE t', 'TRUNCATE:public.t'],
    ['COPY t FROM STDIN', 'INSERT:public.t'],
    ["COPY t TO '/tmp/x'", 'admin:copy_to_file SELECT:public.t'],
    ['CREATE TABLE s.t (a int)', 'CREATE:s'],
    ['DROP TABLE t', 'admin:drop_table'],
    ['CREATE INDEX i ON t (a)', 'admin:create_index'],
    ['CREATE ROLE bob', 'admin:create_role'],
    ['GRANT SELECT ON t TO bob', 'admin:grant'],
    ["ALTER SYSTEM SET a = 'b'", 'admin:alter_system'],
    ['CALL p()', 'EXECUTE:public.p'],
    ['SET ROLE bob', 'admin:set_role'],
    ['SELECT 1', ''],
  ])('%s', (sql, permissions) => {
    const analysis = only(sql);
    expect(analysis.required.map(({ permission }) => permission).join(' ')).toBe(permissions);
  });
});

describe('several statements in one text', () => {
  it('are told apart, each with its own text, whatever bytes stand before it', () => {
    const found = analyzer.analyze("/* ä😀 */ SELECT 'ü€😀' ;; -- note\n UPDATE t SET a = 'é' ; COMMIT;  ");
    expect(found.map(({ text }) => text)).toEqual([
      "/* ä😀 */ SELECT 'ü€😀'",
      "-- note\n UPDATE t SET a = 'é'",
      'COMMIT',
    ]);
    expect(found.map(({ verb, transaction }) => [verb, transaction])).toEqual([
      ['SELECT', undefined],
      ['UPDATE', undefined],
      ['COMMIT', 'commit'],
    ]);
  });

  it('gives nothing for blanks, comments and bare semicolons', () => {
    for (const sql of ['', '  ', '-- nothing', '/* nothing */ ;', ';;']) expect(analyzer.analyze(sql)).toEqual([]);
  });
});

describe('transactions and prepared statements', () => {
  it.each([
    ['BEGIN', 'begin'],
    ['START TRANSACTION', 'begin'],
    ['COMMIT', 'commit'],
    ['END', 'commit'],
    ['ROLLBACK', 'rollback'],
    ['ABORT', 'rollback'],
    ['SAVEPOINT a', 'savepoint'],
    ['ROLLBACK TO a', 'rollback_to'],
    ['RELEASE a', 'release'],
    ["PREPARE TRANSACTION 'x'", 'prepare'],
    ['SELECT 1', undefined],
  ])('%s', (sql, act) => {
    expect(only(sql).transaction).toBe(act);
  });

  it('tells what a prepared statement will do, and which one is executed', () => {
    const { prepares } = only('PREPARE p(int) AS DELETE FROM t WHERE id = $1');
    expect(prepares).toMatchObject({ name: 'p', statement: { subtype: 'node_deleted', labels: ['public.t'] } });
    expect(only('EXECUTE p(1)').executes).toBe('p');
  });
});

describe('what the parser refuses', () => {
  it.each([
    ['SELEKT 1', 'data_access/query_executed|SELEKT|'],
    ['SELECT FROM WHERE', 'data_access/query_executed|SELECT|'],
    ['/* x */ -- y\n insert INTO "A b".c VALUES (', 'data_modification/bulk_insert|CREATE|A b.c'],
    ['UPDATE Customer SET (', 'data_modification/node_updated|UPDATE|public.customer'],
    ["CREATE ROLE bob PASSWORD 'x", 'admin_action/user_created|CREATE|'],
    ['DROP USER', 'admin_action/user_deleted|DROP|'],
    ['ALTER SYSTEM', 'admin_action/config_changed|ALTER|'],
    ['GRANT (', 'authorization/permission_granted|GRANT|'],
    ["SELECT 1; SELECT 'unterminated", 'data_access/query_executed|SELECT|'],
    ['SELECT 1\0; DROP TABLE t', 'data_access/query_executed|SELECT|'],
    ['SELECT \ud800', 'data_access/query_executed|SELECT|'],
    ['𝕏', 'data_access/query_executed|UNKNOWN|'],
  ])('is still classed by its first words: %s', (sql, expected) => {
    const { parsed, eventType, subtype, operationType, labels } = only(sql);
    expect(parsed).toBe(false);
    expect(`${eventType}/${subtype}|${operationType}|${labels.join()}`).toBe(expected);
  });
});

describe('texts made to hurt', () => {
  const repeat = (text: string, count: number) => text.repeat(count);
  it.each([
    ['a list of 20,000', `SELECT a FROM t WHERE b IN (${repeat('1,', 20_000)}1)`, true],
    ['20,000 rows', `INSERT INTO t (a) VALUES ${repeat('(1),', 20_000)}(1)`, true],
    ['a text past the limit', `INSERT INTO t VALUES ('${repeat('x', 300_000)}')`, false],
    ['deep parentheses', `SELECT ${repeat('(', 50_000)}1${repeat(')', 50_000)}`, false],
    ['deep subqueries', `SELECT ${repeat('(SELECT ', 20_000)}1${repeat(')', 20_000)}`, false],
    ['a long sum', `SELECT 1${repeat('+1', 50_000)}`, false],
    ['a row assigned to 2,000 columns', `UPDATE t SET (${repeat('a,', 2_000)}a) = (${repeat('1,', 2_000)}1)`, false],
    ['4,000 WITH queries', `WITH a AS (SELECT 1)${repeat(', b AS (SELECT 1)', 4_000)} SELECT 1`, true],
  ])('%s', async (_what, sql, parses) => {
    const started = performance.now();
    expect(only(sql).parsed).toBe(parses);
    expect(performance.now() - started).toBeLessThan(5_000);
    await vi.waitFor(() => expect(only(`SELECT ${Math.random()} FROM still_there`).parsed).toBe(true));
  });
});
