// The words in which options are declared. An option says once what its kind, default and help are; type, environment
// name, flag, documentation and checks all follow from it. Sections nest as the keys of the YAML file do.

/**
 * Where inside a value something is wrong, and what. `at` says whether the key or the value is to be pointed at.
 * `found` is the subject of the message, kept apart because a value that came from a variable may be a secret and is
 * not printed.
 */
export interface Problem {
  readonly path: readonly string[];
  readonly at: 'key' | 'value';
  readonly found?: unknown;
  readonly message: string;
}

export type Report = (problem: Problem) => void;

/** What values an option takes: how they are read (from YAML, and as text from flags and the environment) and shown. */
export interface Kind<T> {
  /** For people: `size`, `true or false`, `one of a, b, c`. */
  readonly name: string;
  /** Returns undefined after having reported at least one problem. Text is accepted for every scalar. */
  read(raw: unknown, report: Report): T | undefined;
  /** The value as a person would write it in YAML. */
  write(value: T): unknown;
  /** The written value without its secret; only on kinds that may hold one. */
  mask?(value: T): unknown;
}

interface Declaration {
  readonly help: string;
  /** Other names under which the key is accepted. */
  readonly aliases?: readonly string[];
  /** The part of Indelible that the option waits for. While it is named here, setting the option is refused. */
  readonly later?: string;
  /** The long flag, without its dashes. */
  readonly flag?: string;
}

interface OptionDeclaration<T> extends Declaration {
  readonly kind: Kind<T>;
  /** What the annotated example writes where there is no default, or where the default would teach nothing. */
  readonly example?: unknown;
  /** The reason why a value that its kind allows cannot be had, or undefined. */
  refuse?(value: T): string | undefined;
}

/** `T` is the type of the effective value; without a default that includes undefined. */
export interface Option<T> extends OptionDeclaration<T> {
  readonly node: 'option';
  readonly default: T;
}

export interface Section<C extends Children = Children> extends Declaration {
  readonly node: 'section';
  readonly children: C;
  /**
   * Turns a short form (`signing: true`, `events: [a, b]`) into the mapping it stands for; undefined when it is none.
   */
  readonly shorthand?: (raw: unknown, report: Report) => Readonly<Record<string, unknown>> | undefined;
}

export type AnyOption = Option<unknown>;
export interface Children {
  readonly [key: string]: AnyOption | Section;
}

export function option<T>(declaration: OptionDeclaration<T> & { readonly default: NoInfer<T> }): Option<T>;
export function option<T>(declaration: OptionDeclaration<T>): Option<T | undefined>;
export function option<T>(declaration: OptionDeclaration<T> & { readonly default?: T }): Option<T | undefined> {
  return { node: 'option', ...declaration, default: declaration.default };
}

export function section<C extends Children>(
  declaration: Omit<Section<C>, 'node' | 'children'>,
  children: C,
): Section<C> {
  return { node: 'section', ...declaration, children };
}

/** An option with its place in the tree. */
export interface Entry<N extends AnyOption | Section = AnyOption | Section> {
  /** `audit.level` */
  readonly key: string;
  /** `INDELIBLE_AUDIT_LEVEL` */
  readonly environmentName: string;
  readonly node: N;
  /** Inherited from the sections above. */
  readonly later?: string;
}

/** All sections and options below `root`, in the order of their declaration, each section before its children. */
export function listEntries(root: Section, prefix = '', inherited?: string): Entry[] {
  return Object.entries(root.children).flatMap(([name, node]) => {
    const key = prefix === '' ? name : `${prefix}.${name}`;
    const later = node.later ?? inherited;
    const entry: Entry = {
      key,
      environmentName: `INDELIBLE_${key.replaceAll('.', '_').toUpperCase()}`,
      node,
      ...(later !== undefined && { later }),
    };
    return node.node === 'section' ? [entry, ...listEntries(node, key, later)] : [entry];
  });
}

export function isOptionEntry(entry: Entry): entry is Entry<AnyOption> {
  return entry.node.node === 'option';
}
