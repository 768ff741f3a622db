// What a person finds in the demonstration database: something to read and change, and something that is forbidden.

export const demoDatabase = 'demo';

export const demoRoles = [
  { user: 'demo', password: 'demo', means: 'owns the database demo, may create roles; may not read the table payroll' },
  { user: 'guest', password: 'guest', means: 'may only read the table customers' },
] as const;

/** Run once in the database postgres. */
export const clusterStatements: readonly string[] = [
  "CREATE ROLE demo LOGIN CREATEROLE CREATEDB PASSWORD 'demo'",
  "CREATE ROLE guest LOGIN PASSWORD 'guest'",
  `CREATE DATABASE ${demoDatabase} OWNER demo`,
];

/** Run once in the demonstration database. */
export const demoStatements: readonly string[] = [
  `CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    email text NOT NULL,
    region text NOT NULL
  )`,
  `INSERT INTO customers (name, email, region) VALUES
    ('Ada', 'ada@example.com', 'EMEA'),
    ('Grace', 'grace@example.com', 'AMER'),
    ('Hedy', 'hedy@example.com', 'EMEA')`,
  'ALTER TABLE customers OWNER TO demo',
  'GRANT SELECT ON customers TO guest',
  'CREATE TABLE payroll (customer_id bigint PRIMARY KEY, salary numeric NOT NULL)',
  'INSERT INTO payroll VALUES (1, 5200), (2, 6100), (3, 5800)',
];
