// Values of bind parameters. Text is kept as the client wrote it; of the binary formats the common scalar types are
// read, and what is not known is kept as base64 and says so.

const unixToPostgresEpochMs = 946_684_800_000;

/** A binary value whose type may become known only when the server describes the statement. */
export class BinaryValue {
  constructor(
    readonly bytes: Buffer,
    readonly size: number,
  ) {}
}

export type BoundValue = string | null | BinaryValue;

const binaryKeptBytesMax = 48 * 1024;

/** Keeps what a record will need; the buffer itself may be reused by the caller. */
export function readBoundValue(bytes: Buffer, isBinary: boolean): BoundValue {
  if (!isBinary) return bytes.toString('utf8');
  return new BinaryValue(Buffer.from(bytes.subarray(0, binaryKeptBytesMax)), bytes.length);
}

/** The JSON value of a parameter, given the OID of its type where that is known. int8 stays a string of digits. */
export function jsonValue(value: BoundValue, typeOid: number | undefined): unknown {
  if (!(value instanceof BinaryValue)) return value;
  const { bytes, size } = value;
  const read = typeOid === undefined ? undefined : binaryReaders.get(typeOid);
  const isReadable = read !== undefined && (read.size ?? size) === size && size === bytes.length;
  const known = isReadable ? read.read(bytes) : undefined;
  return known ?? { base64: bytes.toString('base64'), bytes: size };
}

interface BinaryReader {
  /** Exact size of the format; undefined for text-like types. */
  readonly size: number | undefined;
  /** Undefined for values that JSON has no form for. */
  read(bytes: Buffer): unknown;
}

const utf8: BinaryReader = { size: undefined, read: (bytes) => bytes.toString('utf8') };
/** NaN and the infinities are no JSON numbers. */
const finite = (value: number) => (Number.isFinite(value) ? value : String(value));

const binaryReaders = new Map<number, BinaryReader>([
  [16, { size: 1, read: (bytes) => bytes[0] !== 0 }],
  [20, { size: 8, read: (bytes) => bytes.readBigInt64BE(0).toString() }],
  [21, { size: 2, read: (bytes) => bytes.readInt16BE(0) }],
  [23, { size: 4, read: (bytes) => bytes.readInt32BE(0) }],
  [26, { size: 4, read: (bytes) => bytes.readUInt32BE(0) }],
  [700, { size: 4, read: (bytes) => finite(bytes.readFloatBE(0)) }],
  [701, { size: 8, read: (bytes) => finite(bytes.readDoubleBE(0)) }],
  [1082, { size: 4, read: (bytes) => postgresTime(BigInt(bytes.readInt32BE(0)) * 86_400_000_000n)?.slice(0, 10) }],
  [1114, { size: 8, read: (bytes) => postgresTime(bytes.readBigInt64BE(0))?.slice(0, -1) }],
  [1184, { size: 8, read: (bytes) => postgresTime(bytes.readBigInt64BE(0)) }],
  [2950, { size: 16, read: (bytes) => uuid(bytes.toString('hex')) }],
  // json, text, "char", name, unknown, varchar, bpchar
  ...[114, 25, 18, 19, 705, 1043, 1042].map((oid): [number, BinaryReader] => [oid, utf8]),
]);

/** RFC 3339 of microseconds since 2000; undefined for `infinity` and for what a Date cannot hold. */
function postgresTime(microseconds: bigint): string | undefined {
  const perMs = 1000n;
  const sinceMs = microseconds / perMs - (microseconds % perMs < 0n ? 1n : 0n);
  const date = new Date(Number(sinceMs) + unixToPostgresEpochMs);
  if (Number.isNaN(date.getTime())) return undefined;
  const within = microseconds - sinceMs * perMs;
  return `${date.toISOString().slice(0, -1)}${within.toString().padStart(3, '0')}Z`;
}

function uuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
