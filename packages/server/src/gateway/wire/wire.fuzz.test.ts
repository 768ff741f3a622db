// Whatever bytes come from either side: no crash, no hang, no memory beyond the limits; at worst a clear refusal.

import { AuditError } from '@indelible/log';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Actor } from '../session/actor.ts';
import { Names } from '../session/names.ts';
import { Reporter } from '../session/report.ts';
import { Session } from '../session/session.ts';
import { unknownStatement } from '../session/special-statements.ts';
import { readBackendTypes } from './backend.ts';
import { Framer } from './framer.ts';
import { readFrontendTypes } from './frontend.ts';
import type { Message } from './message.ts';
import { StartupReader } from './startup.ts';

const keptBytesMax = 256;

function createSession(): { session: Session; events: object[] } {
  const facts = { sessionId: 's', ipAddress: '', user: 'u', database: 'd', isReplication: false };
  const actor = new Actor(facts, undefined);
  const names = new Names();
  const events: object[] = [];
  const reporter = new Reporter(actor, names, (event) => events.push(event));
  const analyzer = { analyze: (text: string) => [{ ...unknownStatement, text }] };
  return { session: new Session({ actor, names, reporter, analyzer, nowMs: () => 0 }), events };
}

/** Every message of the stream; ends quietly with the refusal of what is no protocol. */
function feed(framer: Framer, chunks: readonly Uint8Array[], onMessage: (message: Message) => void): void {
  try {
    for (const bytes of chunks) {
      const chunk = Buffer.from(bytes);
      for (let at = 0; at < chunk.length; ) {
        const step = framer.read(chunk, at);
        expect(step.end).toBeGreaterThan(at);
        at = step.end;
        if (step.message === undefined) continue;
        expect(step.message.body?.length ?? 0).toBeLessThanOrEqual(keptBytesMax);
        onMessage(step.message);
      }
    }
  } catch (error) {
    if (!(error instanceof AuditError)) throw error;
    expect(error.code).toBe('invalid_message');
  }
}

const frontendLetters = 'QPBDECSHFXdcfp';
const backendLetters = 'RKSZTDtn123CIsENAVGHWdcv';

/** A message that looks right from outside, with a body that may or may not be. */
function messageOf(letters: string): fc.Arbitrary<Buffer> {
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.string({ maxLength: 20 }).map((text) => Buffer.from(`${text}\0`)),
    fc
      .constantFrom('\0\0\0\0\0\0\0\0', 'S\0', 'P\0', 'I', 'T', 'E', 'SELECT 1\0', 'SFATAL\0C57P01\0M\0\0')
      .map((text) => Buffer.from(text)),
  );
  return fc.tuple(fc.constantFrom(...letters), body).map(([letter, bytes]) => {
    const header = Buffer.alloc(5);
    header.write(letter);
    header.writeInt32BE(bytes.length + 4, 1);
    return Buffer.concat([header, bytes]);
  });
}

describe('arbitrary bytes', () => {
  it('from a client never break the reading of startup packets', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 64 }), { maxLength: 20 }), (chunks) => {
        const reader = new StartupReader();
        try {
          for (const chunk of chunks) reader.read(Buffer.from(chunk));
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_message' });
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('from either side never break the framing', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 20 }), fc.boolean(), (chunks, fails) => {
        feed(
          new Framer({ keeps: () => true, keptBytesMax, beyondMax: fails ? 'fail' : 'head' }),
          chunks,
          () => undefined,
        );
      }),
      { numRuns: 3000 },
    );
  });

  it('in well-framed messages of both sides, in any order, never break a session', () => {
    const step = fc.oneof(
      messageOf(frontendLetters).map((bytes) => ({ isRequest: true, bytes })),
      messageOf(backendLetters).map((bytes) => ({ isRequest: false, bytes })),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { session, events } = createSession();
        for (const { isRequest, bytes } of steps) {
          const types = isRequest ? readFrontendTypes : readBackendTypes;
          const framer = new Framer({ keeps: (type) => types.has(type), keptBytesMax, beyondMax: 'fail' });
          feed(framer, [bytes], (message) => {
            if (!isRequest) session.answered(message);
            else {
              const operation = session.decode(message);
              if (operation !== undefined) session.sent(operation);
            }
          });
        }
        session.end();
        expect(session.pending).toBe(0);
        // No answer makes more than a statement, a check of privileges and a trouble of the server.
        expect(events.length).toBeLessThanOrEqual(steps.length * 3);
      }),
      { numRuns: 3000 },
    );
  });
});
