// Tells, before a message is sent, whether it will make the server commit. Names are followed as the client sends them;
// a name that turns out to mean something else only makes a harmless message wait.

import type { StatementAnalysis } from '../statement/analysis.ts';
import type { Operation } from './operation.ts';

export class CommitWatch {
  /** The request that waits until all before it is recorded durably. */
  held: Operation | undefined;
  readonly #statements = new Set<string>();
  readonly #portals = new Set<string>();

  isCommit(operation: Operation): boolean {
    switch (operation.kind) {
      case 'query':
        return operation.statements.some(commits);
      case 'parse':
        note(this.#statements, operation.statement, operation.statements.some(commits));
        return false;
      case 'bind':
        note(this.#portals, operation.portal, this.#statements.has(operation.statement));
        return false;
      case 'execute':
        return this.#portals.has(operation.portal);
      default:
        return false;
    }
  }
}

const commits = ({ transaction }: StatementAnalysis) => transaction === 'commit' || transaction === 'prepare';

function note(names: Set<string>, name: string, isCommit: boolean): void {
  if (isCommit) names.add(name);
  else names.delete(name);
}
