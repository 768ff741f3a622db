// A quick yes for values that a zod schema would return as they are. Compiled from the schema itself, it allocates
// nothing, and costs a fraction of a parse; whatever it is not sure of is left to zod, which also says what is wrong.

import type { z } from 'zod';

/** True only if zod would return an equal value, with its keys in the same order. */
export type QuickCheck = (value: unknown) => boolean;

type Schema = z.core.$ZodType;

const unsure: QuickCheck = () => false;

/** @param known checks for schemas that have rules of their own, which cannot be read from the schema */
export function compileQuickCheck(schema: Schema, known: ReadonlyMap<Schema, QuickCheck> = new Map()): QuickCheck {
  const given = known.get(schema);
  if (given !== undefined) return given;
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const compile = (part: Schema) => compileQuickCheck(part, known);
  switch (def.type) {
    case 'unknown':
      return () => true;
    case 'optional':
      return orElse(undefined, compile(def.innerType));
    case 'nullable':
      return orElse(null, compile(def.innerType));
    case 'string':
      return 'format' in def ? unsure : stringCheck(def.checks ?? []);
    case 'number':
      return numberCheck(def);
    case 'enum':
      return memberCheck(new Set<unknown>(Object.values(def.entries)));
    case 'array':
      return (def.checks?.length ?? 0) > 0 ? unsure : arrayCheck(compile(def.element));
    case 'record':
      return recordCheck(compile(def.keyType), compile(def.valueType));
    case 'union':
      return anyOf(def.options.map(compile));
    case 'object':
      return (def.checks?.length ?? 0) > 0 ? unsure : objectCheck(def, compile);
    default:
      return unsure;
  }
}

function orElse(other: undefined | null, check: QuickCheck): QuickCheck {
  return (value) => value === other || check(value);
}

function memberCheck(members: ReadonlySet<unknown>): QuickCheck {
  return (value) => members.has(value);
}

function anyOf(checks: readonly QuickCheck[]): QuickCheck {
  return (value) => checks.some((check) => check(value));
}

function arrayCheck(check: QuickCheck): QuickCheck {
  return (value) => {
    if (!Array.isArray(value)) return false;
    for (let index = 0; index < value.length; index++) if (!check(value[index])) return false;
    return true;
  };
}

function recordCheck(checkKey: QuickCheck, checkValue: QuickCheck): QuickCheck {
  return (value) => {
    if (!isPlainObject(value)) return false;
    for (const key in value) {
      if (key === '__proto__' || !checkKey(key) || !checkValue(value[key as keyof typeof value])) return false;
    }
    return true;
  };
}

type Check = z.core.$ZodCheck<never>;

// A schema's checks are typed by what they are given; what they are is told by `check` in the definition.
function definitionOf(check: Check): z.core.$ZodChecks['_zod']['def'] {
  return (check as unknown as z.core.$ZodChecks)._zod.def;
}

function stringCheck(checks: readonly Check[]): QuickCheck {
  let least = 0;
  let most = Number.POSITIVE_INFINITY;
  for (const check of checks) {
    const def = definitionOf(check);
    if (def.check === 'min_length') least = Math.max(least, def.minimum);
    else if (def.check === 'max_length') most = Math.min(most, def.maximum);
    else return unsure;
  }
  return (value) => typeof value === 'string' && value.length >= least && value.length <= most;
}

/** A lower bound and whole numbers are all that is known here; every other rule is left to zod. */
function numberCheck(numberDef: z.core.$ZodNumberDef): QuickCheck {
  let wholes = 'format' in numberDef;
  let least = Number.NEGATIVE_INFINITY;
  for (const check of numberDef.checks ?? []) {
    const def = definitionOf(check);
    if (def.check === 'number_format') wholes = true;
    else if (def.check === 'greater_than' && def.inclusive && typeof def.value === 'number') least = def.value;
    else return unsure;
  }
  return (value) =>
    typeof value === 'number' && value >= least && (wholes ? Number.isSafeInteger(value) : Number.isFinite(value));
}

function objectCheck(def: z.core.$ZodObjectDef, compile: (part: Schema) => QuickCheck): QuickCheck {
  const names = Object.keys(def.shape);
  const checks = names.map((name) => compile(def.shape[name]!));
  const required = names.filter((name) => def.shape[name]!._zod.optin !== 'optional');
  const isLoose = def.catchall?._zod.def.type === 'unknown';
  const known = new Set(names);
  return (value) => {
    if (!isPlainObject(value)) return false;
    let next = 0;
    for (const key in value) {
      let at = next;
      while (at < names.length && names[at] !== key) at++;
      if (at === names.length) {
        // A key that is known and stands out of order would be moved; others stand after those that are known.
        if (!isLoose || known.has(key) || key === '__proto__') return false;
        next = names.length;
      } else {
        if (!checks[at]!(value[key as keyof typeof value])) return false;
        next = at + 1;
      }
    }
    for (const name of required) if (!Object.hasOwn(value, name)) return false;
    return true;
  };
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
