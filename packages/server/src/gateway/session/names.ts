// The prepared statements and portals that exist in the server's session, by name, as its answers told. SQL's PREPARE
// and the protocol's Parse share one space of names, as they do in the server.

import type { StatementAnalysis } from '../statement/analysis.ts';
import { wireError } from '../wire/message.ts';
import type { BoundValue } from '../wire/value.ts';

const statementsMax = 10_000;

export interface PreparedStatement {
  /** Undefined for an empty text. */
  readonly analysis: StatementAnalysis | undefined;
  parameterTypes: readonly number[];
}

export interface Portal {
  readonly statement: PreparedStatement | undefined;
  readonly values: readonly BoundValue[];
  /** What has come since the portal was bound or last ran to its end. */
  rows: number;
  bytes: number;
  elapsedMs: number;
  /** It gave some rows and waits to be asked for more. */
  suspended: boolean;
}

export class Names {
  readonly #statements = new Map<string, PreparedStatement>();
  readonly #portals = new Map<string, Portal>();

  statement(name: string): PreparedStatement | undefined {
    return this.#statements.get(name);
  }

  portal(name: string): Portal | undefined {
    return this.#portals.get(name);
  }

  prepare(name: string, statement: PreparedStatement): void {
    if (this.#statements.size >= statementsMax && !this.#statements.has(name)) {
      throw wireError('54000', `a session may hold ${statementsMax} prepared statements at a time`);
    }
    this.#statements.set(name, statement);
  }

  deallocate(name: string): void {
    this.#statements.delete(name);
  }

  deallocateAll(): void {
    const unnamed = this.#statements.get('');
    this.#statements.clear();
    if (unnamed !== undefined) this.#statements.set('', unnamed);
  }

  /** Returns the portal that had the name before. */
  bind(name: string, portal: Portal): Portal | undefined {
    const replaced = this.#portals.get(name);
    if (replaced === undefined && this.#portals.size >= statementsMax) {
      throw wireError('54000', `a session may hold ${statementsMax} portals at a time`);
    }
    this.#portals.set(name, portal);
    return replaced;
  }

  closePortal(name: string): Portal | undefined {
    const portal = this.#portals.get(name);
    this.#portals.delete(name);
    return portal;
  }

  /** The end of a transaction closes every portal. Returns them. */
  closeAllPortals(): Portal[] {
    if (this.#portals.size === 0) return [];
    const portals = [...this.#portals.values()];
    this.#portals.clear();
    return portals;
  }
}
