// Tells the lines that the log itself made, and that verification has to read, from all others, by bytes at fixed
// places. A record whose source gave its own event_id of another length can hold any bytes there, so the bytes around
// the id and the time are compared too: inside a JSON string a quote never stands without its backslash.
//
//   {"seq":N,"event_id":"evt_<36>","timestamp":"<27>","event_type":"system","subtype":"<subtype>",…
//            ^ body

export type OwnSubtype = 'sealed' | 'key_rotated' | 'log_created' | 'clock_stepped' | 'purged';

const idStart = Buffer.from('"event_id":"evt_');
const timeStart = Buffer.from('","timestamp":"');
const typeStart = Buffer.from('","event_type":"system","subtype":"');

const timeStartAt = idStart.length + 36;
const timestampAt = timeStartAt + timeStart.length;
const timestampLength = 27;
const typeStartAt = timestampAt + timestampLength;
const subtypeAt = typeStartAt + typeStart.length;

const ownSubtypes: readonly OwnSubtype[] = ['sealed', 'key_rotated', 'log_created', 'clock_stepped', 'purged'];
const marks = ownSubtypes.map((subtype) => ({ subtype, bytes: Buffer.from(`${subtype}",`) }));

// The first byte that differs between `system` and every other event type, so that most lines cost one comparison.
const typeByteAt = typeStartAt + '","event_type":"s'.length;
const typeByte = 'y'.charCodeAt(0);

/** What the line whose event starts at `body` is, if the log itself made it; undefined for an ordinary record. */
export function ownSubtypeAt(bytes: Buffer, body: number, lineEnd: number): OwnSubtype | undefined {
  if (bytes[body + typeByteAt] !== typeByte || body + subtypeAt >= lineEnd) return undefined;
  if (!holds(bytes, body, idStart) || !holds(bytes, body + timeStartAt, timeStart)) return undefined;
  if (!holds(bytes, body + typeStartAt, typeStart)) return undefined;
  for (const { subtype, bytes: mark } of marks) {
    if (holds(bytes, body + subtypeAt, mark)) return subtype;
  }
  return undefined;
}

/** The timestamp of such a line. */
export function ownTimestampAt(bytes: Buffer, body: number): string {
  return bytes.toString('latin1', body + timestampAt, body + timestampAt + timestampLength);
}

function holds(bytes: Buffer, at: number, expected: Buffer): boolean {
  for (let i = 0; i < expected.length; i++) {
    if (bytes[at + i] !== expected[i]) return false;
  }
  return true;
}
