// Writes docs/config.md and the commented file of `indelible init` from the option schema, so that neither can be wrong
// about it.

import { Document } from 'yaml';
import { entries, rootSection } from './options/schema-root.ts';
import { type AnyOption, type Entry, isOptionEntry, type Section } from './schema.ts';

/** The configuration that `init` writes: every option that can be set, as a comment with its default. */
export function starterFile(): string {
  return [
    '# Configuration of Indelible. What is commented out shows the default, or an example.',
    '# `indelible config check` says what is wrong in it, `indelible config show` what is in effect.',
    ...exampleLines(rootSection, '', 'starter'),
    '',
  ].join('\n');
}

/** Every option, with its default or an example. What is not yet available is a comment, so that the rest checks. */
export function annotatedExample(): string {
  return `${exampleLines(rootSection, '', 'complete').join('\n')}\n`;
}

export function renderConfigDocs(): string {
  return `# Configuration

<!-- Generated from packages/server/src/config/options by \`npm run docs\`. Do not edit: a test compares. -->

Indelible reads \`indelible.yaml\` in the working folder, or the file that \`--config\` or \`INDELIBLE_CONFIG\` names. No file is
needed: everything has a default but what cannot have one. For each option a flag comes before the environment, the
environment before the file, the file before the default. \`indelible config show\` prints what is in effect and where each
value came from; \`indelible config check\` reports all that is wrong, with line and column, and what is unwise.

- **Sizes** are a whole number with its unit: \`100MB\` is 10^8 bytes, \`64MiB\` is 64 × 2^20. **Durations** likewise: \`250ms\`,
  \`5s\`, \`10m\`, \`12h\`, \`30d\`; for retention also \`7y\`, which means calendar years.
- **Variables**: \`\${NAME}\` in a value is replaced by the variable of the environment, \`\${NAME:-default}\` by the default if
  there is none. A variable that is unset or empty is an error. \`$NAME\` without braces is no variable; \`$\${\` stands for
  \`\${\` itself. Values of variables are never printed in errors.
- **Environment**: each option that is no list of mappings can be set by a variable: \`audit.level\` is \`INDELIBLE_AUDIT_LEVEL\`.
  Lists are separated by commas.
- **Paths** in the file start at the file's folder; those of flags and the environment at the working folder.
- **Not yet available**: an option marked so is known, but what it asks for is not built yet. Setting it is an error, so that
  nothing seems to be done that is not. Switching it off (\`false\`, \`enabled: false\`, an empty list) is allowed.
- **Retention**: \`retention_days\` and \`retention.duration\` are minimums. Nothing is ever removed yet, which meets each of them.

${topSections().flatMap(renderTop).join('\n')}
## A complete example

All options with their defaults, or an example where there is no default.

\`\`\`yaml
${annotatedExample()}\`\`\`
`;
}

function topSections(): Entry[] {
  return entries.filter(({ key }) => !key.includes('.'));
}

function renderTop({ key, node }: Entry): string[] {
  const rows = entries.filter((entry) => entry.key.startsWith(`${key}.`)).map(renderRow);
  return [
    `## \`${key}\``,
    '',
    node.help,
    '',
    '| option | takes | default | what it does |',
    '|---|---|---|---|',
    ...rows,
    '',
  ];
}

function renderRow(entry: Entry): string {
  const { key, node, later } = entry;
  const kind = isOptionEntry(entry) ? entry.node.kind.name : 'section';
  const byDefault = isOptionEntry(entry) ? inlineDefault(entry.node) : '';
  const also = [
    ...(node.flag === undefined ? [] : [`\`--${node.flag}\``]),
    ...(node.aliases ?? []).map((alias) => `\`${alias}\``),
  ];
  const help = [
    ...(node.later === undefined ? [] : [`**Not yet available**: comes with ${node.later}.`]),
    ...(node.later === undefined && later !== undefined ? ['*Not yet.*'] : []),
    node.help,
    ...(also.length === 0 ? [] : [`Also ${also.join(', ')}.`]),
  ].join(' ');
  return `| \`${key}\` | ${kind} | ${byDefault} | ${help.replaceAll('|', '\\|')} |`;
}

function inlineDefault(option: AnyOption): string {
  if (option.default === undefined) return '';
  const written = option.kind.write(option.default);
  return `\`${Array.isArray(written) ? `[${written.join(', ')}]` : String(written)}\``;
}

type Style = 'starter' | 'complete';

function exampleLines(parent: Section, indent: string, style: Style, commented = false): string[] {
  return Object.entries(parent.children).flatMap(([name, node]) => {
    const isLater = commented || node.later !== undefined;
    if (style === 'starter' && isLater) return [];
    const note = node.later === undefined ? '' : ` Not yet available: comes with ${node.later}.`;
    const help = `${indent}# ${node.help}${note}`;
    if (node.node === 'section') {
      const inner = exampleLines(node, `${indent}  `, style, isLater);
      return inner.length === 0 ? [] : [help, `${indent}${isLater ? '# ' : ''}${name}:`, ...inner];
    }
    const mark = isLater || style === 'starter' ? '# ' : '';
    return [help, ...writeOption(name, node).map((line) => `${indent}${mark}${line}`)];
  });
}

function writeOption(name: string, option: AnyOption): string[] {
  const written = option.example ?? (option.default === undefined ? undefined : option.kind.write(option.default));
  if (written === undefined) return [`${name}:`];
  return new Document({ [name]: written }).toString({ lineWidth: 0 }).trimEnd().split('\n');
}
