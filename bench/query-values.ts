// The values that the query benchmark's statements look for and write: one maker for each kind of column.

import type { Random } from './query-random.ts';
import { countries, currencies, firstNames, lastNames, mailHosts, phraseWords, states } from './query-words.ts';

export type ValueKind =
  | 'id'
  | 'uuid'
  | 'email'
  | 'name'
  | 'phrase'
  | 'amount'
  | 'date'
  | 'moment'
  | 'flag'
  | 'country'
  | 'currency'
  | 'state'
  | 'phone'
  | 'iban'
  | 'small';

type Maker = (random: Random) => string;

const twoDigits = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'));
const asciiName = (name: string) =>
  name
    .normalize('NFD')
    .replace(/[^a-zA-Z]/g, '')
    .toLowerCase();
const firstNamesInMail = firstNames.map(asciiName);
const lastNamesInMail = lastNames.map(asciiName);

const makers: Readonly<Record<ValueKind, Maker>> = {
  id: (random) => String(Math.floor(random.next() ** 2 * 40_000_000) + 1),
  uuid: (random) => random.uuid(),
  email: (random) =>
    `${random.pick(firstNamesInMail)}.${random.pick(lastNamesInMail)}${random.below(400)}@${random.pick(mailHosts)}`,
  name: (random) => `${random.pick(firstNames)} ${random.pick(lastNames)}`,
  phrase,
  amount: (random) => `${Math.floor(random.logNormal(80, 1.6))}.${twoDigits[random.below(100)]}`,
  date,
  moment: (random) => `${date(random)} ${twoDigits[random.below(24)]}:${twoDigits[random.below(60)]}:00+00`,
  flag: (random) => (random.chance(0.7) ? 'true' : 'false'),
  country: (random) => random.pickEarly(countries),
  currency: (random) => random.pickEarly(currencies),
  state: (random) => random.pickEarly(states),
  phone: (random) => `+${random.between(30, 99)} ${random.between(100, 999)} ${random.between(100_000, 9_999_999)}`,
  iban: (random) =>
    `${random.pickEarly(countries)}${twoDigits[random.below(100)]}${random.between(1e9, 1e10)}${random.between(1e7, 1e8)}`,
  small: (random) => String(random.between(1, 100)),
};

const bareKinds: ReadonlySet<ValueKind> = new Set(['id', 'amount', 'flag', 'small']);

/** A value in the text form in which a client binds it. */
export function makeValue(kind: ValueKind, random: Random): string {
  return makers[kind](random);
}

/** A value as it stands in the text of a statement. */
export function makeLiteral(kind: ValueKind, random: Random): string {
  const value = makers[kind](random);
  return bareKinds.has(kind) ? value : `'${value}'`;
}

/** Two to six words, as people write them into a field for notes. */
function phrase(random: Random): string {
  let text = random.pick(phraseWords);
  for (let left = random.between(1, 5); left > 0; left--) text += ` ${random.pick(phraseWords)}`;
  return text;
}

function date(random: Random): string {
  return `20${random.between(19, 26)}-${twoDigits[random.between(1, 12)]}-${twoDigits[random.between(1, 28)]}`;
}
