// The one error class of Indelible, and the one table that says what kind each code is. A kind decides how a caller
// answers: an exit code on the command line, a status over HTTP.

export type ErrorKind =
  | 'invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'limit'
  | 'unavailable'
  | 'fatal'
  | 'internal';

const kindByCode = {
  invalid_event: 'invalid',
  invalid_json: 'invalid',
  invalid_config: 'invalid',
  invalid_argument: 'invalid',
  invalid_message: 'invalid',
  invalid_checkpoint: 'invalid',
  invalid_note: 'invalid',
  invalid_signature: 'invalid',
  invalid_key: 'invalid',
  invalid_proof: 'invalid',
  not_available_yet: 'invalid',
  not_found: 'not_found',
  no_log: 'not_found',
  log_exists: 'conflict',
  log_locked: 'conflict',
  producer_conflict: 'conflict',
  queue_full: 'limit',
  limit_reached: 'limit',
  log_closed: 'unavailable',
  log_stopped: 'unavailable',
  outcome_unknown: 'unavailable',
  unavailable: 'unavailable',
  log_damaged: 'fatal',
  log_file_changed: 'fatal',
  write_failed: 'fatal',
  internal: 'internal',
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof kindByCode;

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(kindByCode, code);
}

export interface AuditErrorOptions {
  /** Facts for machines: positions, paths, counts. Never secrets. */
  details?: Record<string, unknown>;
  cause?: unknown;
}

/** An error that says what went wrong, where, and what to do about it. */
export class AuditError extends Error {
  readonly code: ErrorCode;
  readonly details: Record<string, unknown>;

  constructor(code: ErrorCode, message: string, options: AuditErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : {});
    this.name = 'AuditError';
    this.code = code;
    this.details = options.details ?? {};
  }

  get kind(): ErrorKind {
    return kindByCode[this.code];
  }
}
