// Watches the server let a client in or turn it away, and notes how the client proved who it is. Passwords pass by
// unread.

import type { Actor } from './session/actor.ts';
import {
  decodeAuthentication,
  decodeParameterStatus,
  decodeProcessId,
  decodeServerError,
  type ServerError,
} from './wire/backend.ts';
import { backend, type Message } from './wire/message.ts';

export interface LoginResult {
  readonly error: ServerError | undefined;
  readonly details: Record<string, unknown>;
}

export class LoginWatch {
  readonly #actor: Actor;
  readonly #protocol: string;
  #processId: number | undefined;
  #result: LoginResult | undefined;

  constructor(actor: Actor, protocol: string) {
    this.#actor = actor;
    this.#protocol = protocol;
  }

  get isOver(): boolean {
    return this.#result !== undefined;
  }

  get hasSucceeded(): boolean {
    return this.#result !== undefined && this.#result.error === undefined;
  }

  /** Reads one message of the server; gives the result with the message that decides it. */
  read({ type, body = Buffer.alloc(0) }: Message): LoginResult | undefined {
    if (type === backend.authentication) this.#authentication(body);
    else if (type === backend.keyData) this.#processId = decodeProcessId(body);
    else if (type === backend.parameterStatus) {
      const { name, value } = decodeParameterStatus(body);
      this.#actor.parameter(name, value);
    } else if (type === backend.error || type === backend.readyForQuery) {
      const error = type === backend.error ? decodeServerError(body) : undefined;
      this.#result = { error, details: this.#details() };
    }
    return this.#result;
  }

  #authentication(body: Buffer): void {
    const method = decodeAuthentication(body);
    if (method === undefined) return;
    // The server that asks for nothing trusts the client: by its address, its certificate or its OS user.
    if (method !== 'ok') this.#actor.authMethod = method;
    else this.#actor.authMethod ??= 'trust';
  }

  #details(): Record<string, unknown> {
    const { database, isReplication } = this.#actor.facts;
    return {
      database,
      protocol: this.#protocol,
      ...(this.#processId === undefined ? {} : { process_id: this.#processId }),
      ...(isReplication ? { replication: true } : {}),
    };
  }
}
