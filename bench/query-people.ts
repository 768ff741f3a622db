// Who acts in the query benchmark's events: services, clerks, analysts, administrators and AI agents, each with names,
// addresses, programs, working hours and statements of their own.

import type { Random } from './query-random.ts';
import { createRepertoire, type Repertoire } from './query-repertoire.ts';
import type { Shape } from './query-shapes.ts';
import type { Table } from './query-tables.ts';
import { makeValue } from './query-values.ts';
import { subjects } from './query-words.ts';

export type Kind = 'service' | 'clerk' | 'analyst' | 'admin' | 'agent';

export interface Person {
  readonly userId: string;
  readonly kind: Kind;
  /** Share of all events, before the time of day is looked at. */
  readonly weight: number;
  /** Hours that their clock is ahead of UTC. */
  readonly zone: number;
  readonly database: string;
  readonly role: string | undefined;
  readonly authMethod: string;
  readonly programs: readonly string[];
  /** The likelier first. */
  readonly addresses: readonly string[];
  /** The likelier first. */
  readonly shapes: readonly Shape[];
  /** Values are bound to prepared statements; else they stand in the text. */
  readonly binds: boolean;
  /** Whether their statements carry a W3C trace context. */
  readonly isTraced: boolean;
  /** Median number of statements in a session. */
  readonly sessionLength: number;
  /** Median time between two statements of a session. */
  readonly thinkMs: number;
}

interface KindProfile {
  readonly count: number;
  /** Of all events. */
  readonly share: number;
  /** Of Zipf's law within the kind. */
  readonly exponent: number;
  readonly shapes: number;
  readonly sessionLength: number;
  readonly thinkMs: number;
  readonly binds: number;
  readonly traced: number;
  readonly authMethod: string;
  readonly programs: readonly string[];
}

const profiles: Readonly<Record<Kind, KindProfile>> = {
  service: {
    ...{ count: 160, share: 0.46, exponent: 0.8, shapes: 40, sessionLength: 400, thinkMs: 300 },
    ...{ binds: 1, traced: 0.3, authMethod: 'scram-sha-256', programs: ['pgx', 'JDBC', 'npgsql', 'sqlx', 'asyncpg'] },
  },
  clerk: {
    ...{ count: 3_900, share: 0.34, exponent: 0.6, shapes: 24, sessionLength: 30, thinkMs: 9_000 },
    ...{ binds: 0.9, traced: 0.05, authMethod: 'ldap', programs: ['backoffice', 'case-desk', 'till', 'intranet'] },
  },
  analyst: {
    ...{ count: 600, share: 0.12, exponent: 0.7, shapes: 60, sessionLength: 14, thinkMs: 40_000 },
    ...{ binds: 0.1, traced: 0, authMethod: 'oidc', programs: ['DBeaver', 'psql', 'Metabase', 'DataGrip', 'Tableau'] },
  },
  admin: {
    ...{ count: 100, share: 0.02, exponent: 0.7, shapes: 40, sessionLength: 10, thinkMs: 25_000 },
    ...{ binds: 0, traced: 0, authMethod: 'cert', programs: ['psql', 'pgAdmin 4', 'ansible', 'flyway'] },
  },
  agent: {
    ...{ count: 240, share: 0.06, exponent: 0.9, shapes: 12, sessionLength: 60, thinkMs: 2_000 },
    ...{ binds: 1, traced: 0.2, authMethod: 'token', programs: ['memory-sdk', 'assistant', 'mcp-client'] },
  },
};

interface Office {
  readonly zone: number;
  /** Behind which all who work there are seen. */
  readonly address: string;
}

export function createPeople(random: Random, tables: readonly Table[]): Person[] {
  const offices = Array.from({ length: 14 }, () => ({
    zone: random.pick([-8, -5, -3, 0, 1, 1, 1, 2, 5, 9]),
    address: publicAddress(random),
  }));
  const repertoire = createRepertoire(random, tables);
  const kinds = Object.keys(profiles) as Kind[];
  return kinds.flatMap((kind) => {
    const { count, share, exponent } = profiles[kind];
    const weights = Array.from({ length: count }, (_, rank) => (rank + 1) ** -exponent);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight, rank) =>
      createPerson(random, kind, rank, (weight / total) * share, random.pick(offices), repertoire),
    );
  });
}

function createPerson(
  random: Random,
  kind: Kind,
  rank: number,
  weight: number,
  office: Office,
  repertoire: Repertoire,
): Person {
  const profile = profiles[kind];
  const schema = random.pick(Object.keys(subjects));
  return {
    userId: userIdOf(random, kind, schema, rank),
    kind,
    weight,
    zone: office.zone,
    database: kind === 'analyst' ? 'warehouse' : random.pickEarly(['production', 'archive', 'staging']),
    role: random.chance(0.2) ? `${kind}_${schema}` : undefined,
    authMethod: profile.authMethod,
    programs: random
      .some(profile.programs, 2)
      .map((program) => `${program}/${random.between(1, 24)}.${random.below(10)}`),
    addresses: addressesOf(random, kind, office),
    shapes: repertoire(kind, schema, profile.shapes),
    binds: random.chance(profile.binds),
    isTraced: random.chance(profile.traced),
    sessionLength: profile.sessionLength,
    thinkMs: profile.thinkMs,
  };
}

function userIdOf(random: Random, kind: Kind, schema: string, rank: number): string {
  const part = random.pick(['api', 'worker', 'sync', 'batch', 'gateway', 'report']);
  if (kind === 'service') return `svc_${schema}_${part}_${rank}`;
  if (kind === 'agent') return `agent_${schema}_${rank}`;
  return `${makeValue('email', random).split('@')[0]}@corp.example`;
}

function addressesOf(random: Random, kind: Kind, office: Office): string[] {
  if (kind === 'service' || kind === 'agent') {
    const net = `10.${random.below(64)}.${random.below(256)}`;
    return Array.from({ length: random.between(3, 12) }, () => `${net}.${random.between(2, 254)}`);
  }
  const home = publicAddress(random).split('.').slice(0, 3).join('.');
  const homes = Array.from({ length: random.between(1, 4) }, () => `${home}.${random.between(1, 254)}`);
  return [office.address, office.address, ...homes];
}

export function publicAddress(random: Random): string {
  return `${random.between(11, 223)}.${random.below(256)}.${random.below(256)}.${random.between(1, 254)}`;
}
