// times and lines, for those who search
export { formatTimestamp } from './base/clock.ts';
export { AuditError, type ErrorCode, type ErrorKind } from './base/errors.ts';
export { normalizeTimestamp } from './base/timestamp.ts';
export { completeEvent } from './event/complete-event.ts';
// events
export { type AuditEvent, auditEventSchema, defaultSeverity, validateEvent } from './event/event.ts';
export { eventJsonSchema, recordJsonSchema } from './event/json-schema.ts';
export { type Level, levelAdmits, levels } from './event/levels.ts';
export { parseStrictJson } from './event/strict-json.ts';
export {
  type EventType,
  eventTypes,
  type Severity,
  type SystemSubtype,
  severities,
  subtypesOf,
} from './event/subtypes.ts';
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
export { proveConsistency, verifyConsistency } from './integrity/consistency-proof.ts';
export { Frontier } from './integrity/frontier.ts';
export { appendGap, GapBuilder, type GapHashes, gapOfRange } from './integrity/gap.ts';
export {
  emptyRoot,
  type Hash,
  hashFromBase64,
  hashPrefixedLeaf,
  hashToBase64,
  leafHash,
} from './integrity/hash.ts';
export { proveInclusion, verifyInclusion } from './integrity/inclusion-proof.ts';
export { createVerifier, isKeyName, parseVkey, type Verifier } from './integrity/key.ts';
export { type Note, type NoteSignature, type OpenedNote, openNote, parseNote, signNote } from './integrity/note.ts';
export {
  createSigner,
  formatSigningKey,
  generateSigningKey,
  parseSigningKey,
  type Signer,
} from './integrity/signer.ts';
export { nodesOfRange, type ReadSubtree, rootOfRange, type Subtree } from './integrity/subtree.ts';
export {
  formatTlogProof,
  parseTlogProof,
  type TlogProof,
  type VerifiedProof,
  verifyTlogProof,
} from './integrity/tlog-proof.ts';
export { createTierReader, MemoryTree, type ReadTier } from './integrity/tree-reader.ts';
export { acceptLoss } from './log/accept-loss.ts';
export { type Cursor, openCursor } from './log/cursor.ts';
export { type Head, readHead } from './log/head.ts';
export {
  formatGap,
  type Gap,
  isSeal,
  lineBytesMax,
  parseGap,
  parseSeal,
  recordPrefixOf,
  type Seal,
} from './log/line.ts';
export { takeWriterLock, type WriterLock } from './log/lock.ts';
export type { Log, LogState, Receipt } from './log/log.ts';
export { type OpenLogOptions, openLog } from './log/open-log.ts';
export { readRecordsAt } from './log/read-records-at.ts';
export {
  followLines,
  type ReadableSegment,
  type ReadOptions,
  type RecordLine,
  readableSegments,
  readLines,
  readLinesBackward,
} from './log/reader.ts';
export { openReopeningLog, type ReopeningOptions } from './log/reopening-log.ts';
export { listSegments, logDirOf, type SegmentFile } from './log/segment.ts';
export { TreeFiles, treeFilePath } from './log/tree-files.ts';
export { connectToWriter, type WriterClient } from './log/writer-client.ts';
export {
  listenAtWriterSocket,
  type RecordResult,
  type WriterHandlers,
  type WriterSocket,
} from './log/writer-socket.ts';
// the write path
export { defaultPolicy, type ExcludeRule, type FailurePolicy, type RecorderPolicy } from './recorder/policy.ts';
export {
  createRecorder,
  type Outcome,
  type OwnEvent,
  type Recorder,
  type RecorderOptions,
} from './recorder/recorder.ts';
export type { RedactStatement } from './recorder/redact.ts';
// verification
export type { Finding, FindingKind, FindingSeverity } from './verify/finding.ts';
export type { KeyStatus } from './verify/judge-keys.ts';
export type { Interval, Range } from './verify/part.ts';
export { proveRecord, type RecordProof } from './verify/prove-record.ts';
export type { VerifyReport } from './verify/report.ts';
export { type VerifyOptions, verifyLog } from './verify/verify-log.ts';
