// Which part of the log a statement can depend on at most: the range of times and positions, the types and the users.
// Taken from AND-conditions of WHERE alone, and too wide rather than too narrow: leaving out what lies outside never
// changes an answer.

/** All inclusive. What is missing does not bound anything. */
export interface Bounds {
  /** Canonical timestamps. */
  readonly timeFrom?: string;
  readonly timeTo?: string;
  readonly seqFrom?: number;
  readonly seqTo?: number;
  readonly eventTypes?: ReadonlySet<string>;
  readonly subtypes?: ReadonlySet<string>;
  readonly users?: ReadonlySet<string>;
}

/** What lies within both. */
export function intersection(a: Bounds, b: Bounds): Bounds {
  return compact({
    timeFrom: both(a.timeFrom, b.timeFrom, later),
    timeTo: both(a.timeTo, b.timeTo, earlier),
    seqFrom: both(a.seqFrom, b.seqFrom, Math.max),
    seqTo: both(a.seqTo, b.seqTo, Math.min),
    eventTypes: both(a.eventTypes, b.eventTypes, common),
    subtypes: both(a.subtypes, b.subtypes, common),
    users: both(a.users, b.users, common),
  });
}

/** What lies within either, and perhaps more. */
export function union(a: Bounds, b: Bounds): Bounds {
  return compact({
    timeFrom: either(a.timeFrom, b.timeFrom, earlier),
    timeTo: either(a.timeTo, b.timeTo, later),
    seqFrom: either(a.seqFrom, b.seqFrom, Math.min),
    seqTo: either(a.seqTo, b.seqTo, Math.max),
    eventTypes: either(a.eventTypes, b.eventTypes, all),
    subtypes: either(a.subtypes, b.subtypes, all),
    users: either(a.users, b.users, all),
  });
}

function both<T>(a: T | undefined, b: T | undefined, join: (a: T, b: T) => T): T | undefined {
  return a === undefined ? b : b === undefined ? a : join(a, b);
}

function either<T>(a: T | undefined, b: T | undefined, join: (a: T, b: T) => T): T | undefined {
  return a === undefined || b === undefined ? undefined : join(a, b);
}

function earlier(a: string, b: string): string {
  return a < b ? a : b;
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}

function common(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...a].filter((value) => b.has(value)));
}

function all(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...a, ...b]);
}

function compact(bounds: { [Key in keyof Bounds]: Bounds[Key] | undefined }): Bounds {
  return Object.fromEntries(Object.entries(bounds).filter(([, value]) => value !== undefined));
}
