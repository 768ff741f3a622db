// Who is at the other end of a connection, as far as the connection itself tells: the user of the startup message, the
// address, the program's name, and the role that SET ROLE and SET SESSION AUTHORIZATION put on.

import type { StatementAnalysis } from '../statement/analysis.ts';
import type { TransactionStatus } from '../wire/backend.ts';

export interface ConnectionFacts {
  readonly sessionId: string;
  readonly ipAddress: string;
  readonly user: string;
  readonly database: string;
  readonly isReplication: boolean;
}

const setRole =
  /^\s*set\s+(?:session\s+|local\s+)?role\s*(?:to\s+|=\s*)?(?:"((?:[^"]|"")+)"|'((?:[^']|'')+)'|([^\s;]+))/i;

export class Actor {
  readonly facts: ConnectionFacts;
  applicationName: string | undefined;
  authMethod: string | undefined;
  /** What the server last said of it; differs from the user after SET SESSION AUTHORIZATION. */
  #sessionAuthorization: string | undefined;
  #role: string | undefined;
  #roleBefore: string | undefined;

  constructor(facts: ConnectionFacts, applicationName: string | undefined) {
    this.facts = facts;
    this.applicationName = applicationName;
  }

  /** What the actor acts as now; a change of it makes earlier checks of privileges void. */
  get actsAs(): string {
    return this.#role ?? this.#sessionAuthorization ?? this.facts.user;
  }

  /** Takes a ParameterStatus of the server. */
  parameter(name: string, value: string): void {
    if (name === 'application_name') this.applicationName = value === '' ? undefined : value;
    if (name === 'session_authorization') this.#sessionAuthorization = value;
  }

  /** Follows SET ROLE; the server does not report it. */
  executed(analysis: StatementAnalysis, tag: string): void {
    if (analysis.transaction === 'begin') this.#roleBefore = this.#role;
    if (tag === 'ROLLBACK') this.#role = this.#roleBefore;
    if (tag === 'DISCARD ALL') this.#role = undefined;
    if (tag === 'RESET' && /^\s*reset\s+(?:role|all)\b/i.test(analysis.text)) this.#role = undefined;
    if (tag !== 'SET') return;
    const match = setRole.exec(analysis.text);
    if (match === null) return;
    const quoted = match[1]?.replaceAll('""', '"') ?? match[2]?.replaceAll("''", "'");
    const bare = match[3]?.toLowerCase();
    this.#role = bare === 'none' || bare === 'default' || quoted === 'none' ? undefined : (quoted ?? bare);
  }

  ready(status: TransactionStatus): void {
    if (status === 'I') this.#roleBefore = this.#role;
  }

  /** The event's `actor`. */
  describe(): Record<string, unknown> & { roles?: string[] } {
    const { sessionId, ipAddress, user } = this.facts;
    return {
      user_id: user,
      session_id: sessionId,
      ...(this.actsAs === user ? {} : { roles: [this.actsAs] }),
      ip_address: ipAddress,
      user_agent: this.applicationName ?? null,
      auth_method: this.authMethod ?? null,
    };
  }
}
