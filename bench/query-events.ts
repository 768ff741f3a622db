// The events of the query benchmark, in order of time and without end: five thousand users who log in, work and leave,
// and a few attackers who try to. One seed gives the same events again; only their ids are the log's own.

import { type AuditEvent, formatTimestamp } from '@indelible/log';
import { adminRecord } from './query-admin-acts.ts';
import { Agenda } from './query-agenda.ts';
import { accessDenied, loginFailure, statementFailure } from './query-failures.ts';
import { createPeople, type Person, publicAddress } from './query-people.ts';
import { Random } from './query-random.ts';
import { accessRecord, loginRecord, logoutRecord, memoryRecord, statementRecord } from './query-records.ts';
import { createRhythm, type Rhythm } from './query-rhythm.ts';
import { beginStatement, createSession, type Session } from './query-session.ts';
import { createTables } from './query-tables.ts';

export interface EventSourceOptions {
  readonly seed: number;
  /** Milliseconds since 1970 of the first event. */
  readonly startMs: number;
  /** On the average of a week, about. */
  readonly perSecond: number;
}

export interface EventSource {
  /** The services first, then clerks, analysts, administrators and agents; of each kind the busiest first. */
  readonly people: readonly Person[];
  next(): AuditEvent;
}

const idleMsMax = 45 * 60_000;
/** Between two events of one act. */
const stepMs = 0.04;

export function createEventSource(options: EventSourceOptions): EventSource {
  return new Days(options);
}

class Days implements EventSource {
  readonly people: readonly Person[];
  readonly #random: Random;
  readonly #rhythm: Rhythm;
  readonly #agenda = new Agenda<() => void>();
  readonly #attackers: readonly string[];
  readonly #attackEveryMs: number;
  #ready: AuditEvent[] = [];
  #given = 0;
  #nowMs: number;
  #lastMicros = 0;

  constructor({ seed, startMs, perSecond }: EventSourceOptions) {
    this.#random = new Random(seed);
    this.people = createPeople(this.#random, createTables(this.#random));
    this.#rhythm = createRhythm(this.#random, this.people, perSecond);
    this.#attackers = Array.from({ length: 60 }, () => publicAddress(this.#random));
    this.#attackEveryMs = (5_000 / perSecond) * 1000;
    this.#nowMs = startMs;
    this.#agenda.add(startMs, () => this.#arrive());
    this.#agenda.add(startMs, () => this.#attack());
  }

  next(): AuditEvent {
    while (this.#given === this.#ready.length) {
      this.#ready = [];
      this.#given = 0;
      this.#nowMs = this.#agenda.nextMs;
      this.#agenda.take()?.();
    }
    return this.#ready[this.#given++]!;
  }

  #in(waitMs: number, act: () => void): void {
    this.#agenda.add(this.#nowMs + waitMs, act);
  }

  #emit(event: AuditEvent): void {
    this.#lastMicros = Math.max(this.#lastMicros, Math.floor(this.#nowMs * 1000));
    event.timestamp = formatTimestamp(this.#lastMicros);
    this.#ready.push(event);
    this.#nowMs += stepMs;
  }

  /** Somebody comes to work, mostly from where they usually are. */
  #arrive(): void {
    const person = this.#rhythm.arriving(this.#nowMs);
    this.#in(this.#rhythm.waitMs(this.#nowMs), () => this.#arrive());
    const session = createSession(this.#random, person, this.#random.pickEarly(person.addresses), this.#nowMs);
    if (this.#random.chance(0.05)) this.#refuse(session);
    else this.#open(session);
  }

  /** A wrong password; most try again soon. */
  #refuse(session: Session): void {
    const { person, address } = session;
    this.#emit(loginRecord(session, this.#random, loginFailure(person.userId)));
    if (this.#random.chance(0.1)) return;
    const isRight = this.#random.chance(0.7);
    this.#in(1_500 + 5_000 * this.#random.exponential(), () => {
      const again = createSession(this.#random, person, address, this.#nowMs);
      if (isRight) this.#open(again);
      else this.#refuse(again);
    });
  }

  #open(session: Session): void {
    this.#emit(loginRecord(session, this.#random));
    this.#goOn(session, () => this.#use(session));
  }

  /** After a while for thinking, or at once within a transaction. */
  #goOn(session: Session, act: () => void): void {
    const thinkMs = session.transactionLeft > 0 ? 15 : session.person.thinkMs;
    this.#in(this.#random.logNormal(thinkMs, 1.3), act);
  }

  #use(session: Session): void {
    beginStatement(session, this.#random);
    const { kind } = session.person;
    if (kind === 'agent' && this.#random.chance(0.7)) this.#emit(memoryRecord(session, this.#random));
    else this.#execute(session, kind === 'admin' && this.#random.chance(0.25));
    if (session.left > 0) this.#goOn(session, () => this.#use(session));
    else if (this.#random.chance(0.2)) this.#in(idleMsMax, () => this.#leave(session, true));
    else this.#goOn(session, () => this.#leave(session, false));
  }

  #leave(session: Session, isExpired: boolean): void {
    this.#emit(logoutRecord(session, this.#nowMs, isExpired));
  }

  #execute(session: Session, isAdminAct: boolean): void {
    const random = this.#random;
    const { shapes, binds } = session.person;
    const shape = random.pickEarly(shapes);
    const failure = random.chance(binds ? 0.008 : 0.05) ? statementFailure(shape, random) : undefined;
    const statement = statementRecord(session, shape, random, failure);
    this.#emit(isAdminAct ? adminRecord(statement, random) : statement);
    const tellsOfAccess = failure === undefined ? random.chance(0.008) : failure.error_code === accessDenied;
    if (tellsOfAccess && !isAdminAct) this.#emit(accessRecord(session, statement, random));
  }

  /** From one address: many passwords for one user, or one password for many users. */
  #attack(): void {
    const random = this.#random;
    this.#in(this.#attackEveryMs * random.exponential(), () => this.#attack());
    const victim = random.chance(0.6) ? random.pick(this.people) : undefined;
    this.#attempt(random.pickEarly(this.#attackers), victim, Math.ceil(random.logNormal(25, 1)));
  }

  #attempt(address: string, victim: Person | undefined, left: number): void {
    const random = this.#random;
    const session = createSession(random, victim ?? random.pick(this.people), address, this.#nowMs);
    if (random.chance(0.001)) this.#open(session);
    else this.#emit(loginRecord(session, random, loginFailure(session.person.userId)));
    if (left > 1) this.#in(200 + 1_500 * random.exponential(), () => this.#attempt(address, victim, left - 1));
  }
}
