export { AuditError, type ErrorCode, type ErrorKind } from './base/errors.ts';
export type { AuditEvent } from './event/event.ts';
export type { Log, LogState, Receipt } from './log/log.ts';
