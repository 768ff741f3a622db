// When things happen in the query benchmark's events, and who acts then: people keep working hours in their own zone,
// services never sleep, and some of them have a lot to do at night.

import type { Person } from './query-people.ts';
import { type Random, WeightedChoice } from './query-random.ts';
import { sessionSpread } from './query-session.ts';

const hourMs = 3_600_000;
const hoursOfWeek = 168;
/** 1970-01-01 was a Thursday; hours of the week are counted from Monday. */
const epochHour = 3 * 24;

const atWork = [0, 0, 0, 0, 0, 0, 0.1, 0.5, 1.2, 1.8, 2, 1.9, 1.2, 1.6, 1.9, 1.8, 1.5, 0.9, 0.4, 0.2, 0.15, 0.1, 0, 0];

export interface Rhythm {
  /** How long after `nowMs` the next session begins. */
  waitMs(nowMs: number): number;
  /** Whose it is. */
  arriving(nowMs: number): Person;
}

/** @param perSecond events a second on the average of a week */
export function createRhythm(random: Random, people: readonly Person[], perSecond: number): Rhythm {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const lengths = people.map(({ sessionLength }) => meanEvents(sessionLength));
  const hours = Array.from({ length: hoursOfWeek }, (_, hour) => {
    const events = people.map((person, rank) => person.weight * activity(person, rank, hour));
    const sessions = events.map((weight, index) => weight / lengths[index]!);
    return { events: sum(events), sessions: sum(sessions), choice: new WeightedChoice(sessions) };
  });
  const mean = sum(hours.map(({ events }) => events)) / hoursOfWeek;
  const hourAt = (ms: number) => hours[(Math.floor(ms / hourMs) + epochHour) % hoursOfWeek]!;
  return {
    waitMs: (nowMs) => (random.exponential() * 1000 * mean) / (perSecond * hourAt(nowMs).sessions),
    arriving: (nowMs) => people[hourAt(nowMs).choice.draw(random)]!,
  };
}

/** Events of a session on the average: its statements, what comes beside them, and its two ends. */
function meanEvents(sessionLength: number): number {
  return sessionLength * Math.exp(sessionSpread ** 2 / 2) + 3;
}

/** How much somebody does in an hour of the week, in UTC; 1 is the usual. */
function activity({ kind, zone }: Person, rank: number, hour: number): number {
  const local = (hour + zone + hoursOfWeek) % hoursOfWeek;
  const [day, hourOfDay] = [Math.floor(local / 24), local % 24];
  if (kind !== 'service' && kind !== 'agent') return 0.01 + (atWork[hourOfDay] ?? 0) * (day < 5 ? 1.3 : 0.12);
  const isNightly = rank % 5 === 0 && hourOfDay >= 1 && hourOfDay < 4;
  return isNightly ? 3 : 0.8 + 0.4 * (day < 5 ? 1 : 0) * Math.sin((Math.PI * hourOfDay) / 24);
}
