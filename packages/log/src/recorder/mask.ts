// Replaces the values of sensitive fields, found by their whole name at any depth. Copies only what it changes, because
// nearly all events hold nothing to mask.

export const mask = '***';

const knownNamesMax = 2000;

/** Takes plain data, as `toPlain` gives it. */
export type Mask = <T extends object>(value: T) => T;

/** Names are compared without regard to case. Text that holds JSON is a value like any other: it is not looked into. */
export function createMask(sensitive: ReadonlySet<string>): Mask {
  // The same few names come again and again; lower-casing each would cost more than all the rest.
  const known = new Map<string, boolean>();

  function isSensitive(name: string): boolean {
    const answer = known.get(name);
    if (answer !== undefined) return answer;
    if (known.size >= knownNamesMax) known.clear();
    const fresh = sensitive.has(name.toLowerCase());
    known.set(name, fresh);
    return fresh;
  }

  function maskObject(plain: object): object {
    if (Array.isArray(plain)) return maskArray(plain);
    let copy: Record<string, unknown> | undefined;
    for (const key of Object.keys(plain)) {
      const value: unknown = Reflect.get(plain, key);
      const masked = isSensitive(key) ? mask : typeof value === 'object' && value !== null ? maskObject(value) : value;
      if (masked === value) continue;
      copy ??= { ...plain };
      // Plain assignment to a member called `__proto__` would not make a member.
      Object.defineProperty(copy, key, { value: masked, enumerable: true, configurable: true, writable: true });
    }
    return copy ?? plain;
  }

  function maskArray(items: readonly unknown[]): readonly unknown[] {
    let copy: unknown[] | undefined;
    for (let index = 0; index < items.length; index++) {
      const item = items[index];
      const masked = typeof item === 'object' && item !== null ? maskObject(item) : item;
      if (masked === item) continue;
      copy ??= items.slice();
      copy[index] = masked;
    }
    return copy ?? items;
  }

  // A masked copy has the members of the original; only that values of sensitive ones are now the text `***`.
  return (value) => (sensitive.size === 0 ? value : (maskObject(value) as typeof value));
}
