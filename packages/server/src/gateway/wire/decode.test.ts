import { describe, expect, it } from 'vitest';
import { fatalError } from './answer.ts';
import { decodeAuthentication, decodeCommandTag, decodeServerError } from './backend.ts';
import { decodeBind, decodeParse } from './frontend.ts';
import { StartupReader } from './startup.ts';
import { BinaryValue, jsonValue } from './value.ts';

const int16 = (value: number) => Buffer.from([value >> 8, value & 0xff]);
const int32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

function startupPacket(code: number, body: Buffer): Buffer {
  return Buffer.concat([int32(body.length + 8), int32(code), body]);
}

describe('the startup packet', () => {
  it('is read over any cut, with what follows it left over', () => {
    const packet = startupPacket(196608, Buffer.from('user\0demo\0database\0shop\0\0'));
    const stream = Buffer.concat([packet, Buffer.from('rest')]);
    for (let cut = 0; cut < packet.length; cut++) {
      const reader = new StartupReader();
      expect(cut === 0 ? undefined : reader.read(stream.subarray(0, cut))).toBeUndefined();
      const read = reader.read(stream.subarray(cut));
      expect(read?.packet).toMatchObject({ kind: 'startup', protocol: '3.0' });
      expect(read?.packet.kind === 'startup' && read.packet.parameters.get('database')).toBe('shop');
      expect(read?.rest.toString()).toBe('rest');
    }
  });

  it('is told from requests for encryption and to cancel', () => {
    expect(new StartupReader().read(startupPacket(80877103, Buffer.alloc(0)))?.packet.kind).toBe('encryption');
    expect(new StartupReader().read(startupPacket(80877104, Buffer.alloc(0)))?.packet.kind).toBe('encryption');
    const cancel = startupPacket(80877102, Buffer.concat([int32(77), int32(1)]));
    expect(new StartupReader().read(cancel)?.packet).toEqual({ kind: 'cancel', processId: 77 });
  });

  it('is refused when it is too long, of another protocol, or TLS', () => {
    expect(() => new StartupReader().read(int32(10_001))).toThrow(/invalid length/);
    expect(() => new StartupReader().read(startupPacket(2 << 16, Buffer.alloc(0)))).toThrow(
      /unsupported frontend protocol 2.0/,
    );
    expect(() => new StartupReader().read(Buffer.from([0x16, 3, 1]))).toThrow(/sslmode=disable/);
  });
});

describe('the messages of a statement', () => {
  it('are decoded with types, formats and nulls', () => {
    const parse = Buffer.concat([Buffer.from('s\0SELECT $1\0'), int16(1), int32(23)]);
    expect(decodeParse(parse)).toEqual({ statement: 's', text: 'SELECT $1', parameterTypes: [23] });
    const values = [int32(2), Buffer.from('hi'), int32(-1), int32(4), int32(7)];
    const formats = [int16(3), int16(0), int16(0), int16(1)];
    const bind = decodeBind(Buffer.concat([Buffer.from('p\0s\0'), ...formats, int16(3), ...values, int16(0)]));
    expect(bind).toMatchObject({ portal: 'p', statement: 's' });
    expect(bind.values.map((value) => jsonValue(value, 23))).toEqual(['hi', null, 7]);
  });

  it('are refused when their counts promise more than there is', () => {
    expect(() => decodeParse(Buffer.concat([Buffer.from('\0\0'), int16(0x7fff)]))).toThrow(/shorter than its counts/);
    expect(() => decodeBind(Buffer.concat([Buffer.from('\0\0'), int16(0), int16(1), int32(9)]))).toThrow(/ends before/);
  });
});

describe('the value of a binary parameter', () => {
  const binary = (bytes: Buffer) => new BinaryValue(bytes, bytes.length);

  it('is read where its type is known', () => {
    expect(jsonValue(binary(Buffer.from([1])), 16)).toBe(true);
    expect(jsonValue(binary(Buffer.from('7fffffffffffffff', 'hex')), 20)).toBe('9223372036854775807');
    expect(jsonValue(binary(Buffer.from('fffe', 'hex')), 21)).toBe(-2);
    expect(jsonValue(binary(Buffer.from('3ff8000000000000', 'hex')), 701)).toBe(1.5);
    expect(jsonValue(binary(Buffer.from('7ff8000000000000', 'hex')), 701)).toBe('NaN');
    const uuid = '0192d3a0-1111-7222-8333-444455556666';
    expect(jsonValue(binary(Buffer.from(uuid.replaceAll('-', ''), 'hex')), 2950)).toBe(uuid);
    expect(jsonValue(binary(Buffer.from('0000000000000001', 'hex')), 1184)).toBe('2000-01-01T00:00:00.000001Z');
    expect(jsonValue(binary(Buffer.from('ffffffffffffffff', 'hex')), 1114)).toBe('1999-12-31T23:59:59.999999');
    expect(jsonValue(binary(Buffer.from('00000001', 'hex')), 1082)).toBe('2000-01-02');
  });

  it('is base64 and says its size where its type is not known or does not fit', () => {
    expect(jsonValue(binary(Buffer.from('ab')), undefined)).toEqual({ base64: 'YWI=', bytes: 2 });
    expect(jsonValue(binary(Buffer.from('ab')), 23)).toEqual({ base64: 'YWI=', bytes: 2 });
    expect(jsonValue(binary(Buffer.from('7fffffffffffffff', 'hex')), 1184)).toHaveProperty('base64');
  });
});

describe("the server's words", () => {
  it('are read: tags, errors and ways to log in', () => {
    expect(decodeCommandTag(Buffer.from('INSERT 0 5\0'))).toEqual({ text: 'INSERT 0 5', rows: 5 });
    expect(decodeCommandTag(Buffer.from('BEGIN\0'))).toEqual({ text: 'BEGIN', rows: undefined });
    const scram = Buffer.concat([int32(10), Buffer.from('SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0')]);
    expect(decodeAuthentication(scram)).toBe('scram-sha-256');
  });

  it('are what our own errors are made of', () => {
    const error = fatalError('58030', 'no log', 'mend it');
    expect(error.readInt32BE(1)).toBe(error.length - 1);
    expect(decodeServerError(error.subarray(5))).toEqual({ severity: 'FATAL', sqlstate: '58030', message: 'no log' });
  });
});
