export { AuditError, type ErrorCode, type ErrorKind } from './base/errors.ts';
export type { AuditEvent } from './event/event.ts';
// integrity
export {
  type Checkpoint,
  type CheckpointNote,
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  parseCheckpointNote,
  signCheckpoint,
  type VerifiedCheckpoint,
} from './integrity/checkpoint.ts';
export { createVerifier, isKeyName, parseVkey, type Verifier } from './integrity/key.ts';
export { type Note, type NoteSignature, type OpenedNote, openNote, parseNote, signNote } from './integrity/note.ts';
export {
  createSigner,
  formatSigningKey,
  generateSigningKey,
  parseSigningKey,
  type Signer,
} from './integrity/signer.ts';
export type { Log, LogState, Receipt } from './log/log.ts';
