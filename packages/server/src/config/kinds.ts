// The kinds of value that options take. Each accepts what YAML gives and the same thing as text, because a flag, a
// variable of the environment and a replaced `${VAR}` are always text.

import { suggestion } from '../text/nearest.ts';
import {
  formatDuration,
  formatRetentionPeriod,
  parseDuration,
  parseRetentionPeriod,
  type RetentionPeriod,
} from './duration.ts';
import { isMapping, splitList, textOf } from './raw.ts';
import { readSection } from './read-section.ts';
import type { Kind, Report, Section } from './schema.ts';
import { formatSize, parseSize } from './size.ts';

/**
 * A kind made from a function that gives the value, or undefined when `raw` is none: then `hint` says what is right.
 */
function scalar<T>(
  name: string,
  parse: (raw: string) => T | undefined,
  hint: string | ((raw: string) => string),
  write: (value: T) => unknown = (value) => value,
): Kind<T> {
  return {
    name,
    read(raw, report) {
      const text = textOf(raw);
      const value = text === undefined ? undefined : parse(text);
      if (value !== undefined) return value;
      const hinted = typeof hint === 'string' ? hint : hint(text ?? '');
      report({ path: [], at: 'value', found: raw, message: `is not ${hinted}` });
      return undefined;
    },
    write,
  };
}

export const boolean: Kind<boolean> = scalar(
  'true or false',
  (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  'true or false',
);

export const text: Kind<string> = scalar('text', (raw) => (raw === '' ? undefined : raw), 'a text');

/** A file or folder. A relative one is resolved by whoever knows where it was written. */
export const path: Kind<string> = scalar('path', (raw) => (raw === '' ? undefined : raw), 'a path');

export const size: Kind<number> = scalar(
  'size',
  parseSize,
  'a size: write a whole number and its unit, such as 100MB (10^6) or 64MiB (2^20)',
  formatSize,
);

export const duration: Kind<number> = scalar(
  'duration',
  parseDuration,
  'a duration: write a whole number and its unit, such as 250ms, 5s, 10m, 12h or 30d',
  formatDuration,
);

export const retentionPeriod: Kind<RetentionPeriod> = scalar(
  'duration',
  parseRetentionPeriod,
  'a duration: write a whole number and its unit, such as 30d, 2555d or 7y (calendar years)',
  formatRetentionPeriod,
);

export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER): Kind<number> {
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  return scalar('whole number', (raw) => inRange(raw, /^\d{1,16}$/, min, max), `a whole number ${range}`);
}

export function decimal(min: number, max: number): Kind<number> {
  const form = /^\d{1,9}(\.\d{1,9})?$/;
  return scalar('number', (raw) => inRange(raw, form, min, max), `a number from ${min} to ${max}`);
}

function inRange(raw: string, form: RegExp, min: number, max: number): number | undefined {
  const value = form.test(raw) ? Number(raw) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}

export function oneOf<const W extends string>(words: readonly W[]): Kind<W> {
  return scalar(
    words.length === 1 ? words.join('') : `one of ${words.join(', ')}`,
    (raw) => words.find((word) => word === raw),
    (raw) => `${words.length === 1 ? words.join('') : `one of ${words.join(', ')}`}${suggestion(raw, words)}`,
  );
}

/** A value that is never shown. */
export const secret: Kind<string> = {
  name: 'text (secret)',
  read(raw, report) {
    const value = textOf(raw);
    if (value === undefined || value === '') report({ path: [], at: 'value', message: 'the secret is not a text' });
    return value === '' ? undefined : value;
  },
  write: (value) => value,
  mask: () => '***',
};

/** An address of a mailbox, as far as a check without sending can tell. */
export const mailbox: Kind<string> = scalar(
  'mail address',
  (raw) => (/^[^\s@,<>]+@[^\s@,<>]+$/.test(raw) ? raw : undefined),
  'a mail address such as security@example.com',
);

export const url: Kind<string> = scalar(
  'URL',
  (raw) => (/^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(raw) && URL.canParse(raw) ? raw : undefined),
  'a URL such as https://siem.example.com/collect',
);

/** A list, or one item alone; as text the items are separated by commas. */
export function listOf<T>(item: Kind<T>): Kind<readonly T[]> {
  return {
    name: `list of ${item.name}`,
    read(raw, report) {
      const list = Array.isArray(raw) ? raw : typeof raw === 'string' ? splitList(raw) : [raw];
      const values: T[] = [];
      for (const [index, each] of list.entries()) {
        const value = item.read(each, (problem) =>
          report(Array.isArray(raw) ? { ...problem, path: [String(index), ...problem.path] } : problem),
        );
        if (value !== undefined) values.push(value);
      }
      return values.length === list.length ? values : undefined;
    },
    write: (values) => values.map((value) => item.write(value)),
  };
}

/** A mapping with the keys of `shape`, inside a list. Its values are checked and kept as they were written. */
export function record(shape: Section): Kind<Readonly<Record<string, unknown>>> {
  return {
    name: 'mapping',
    read(raw, report) {
      if (!isMapping(raw)) {
        report({ path: [], at: 'value', found: raw, message: `is not a mapping with the keys ${keysOf(shape)}` });
        return undefined;
      }
      readSection(shape, raw, { report, setting: () => {}, later: () => {} });
      return raw;
    },
    write: (value) => value,
  };
}

/** One of two kinds: the first whose test says that the value is meant for it, else the second. */
export function either<A, B>(first: Kind<A>, isFirst: (raw: unknown) => boolean, second: Kind<B>): Kind<A | B> {
  return {
    name: `${first.name}, or ${second.name}`,
    read: (raw: unknown, report: Report): A | B | undefined =>
      isFirst(raw) ? first.read(raw, report) : second.read(raw, report),
    write: (value) => value,
  };
}

function keysOf(shape: Section): string {
  return Object.keys(shape.children).join(', ');
}
