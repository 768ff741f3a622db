// Writes docs/events.md from the schema and the vocabulary, so that it cannot say anything else than they do.

import { defaultSeverity } from '../packages/log/src/event/event.ts';
import { eventJsonSchema } from '../packages/log/src/event/json-schema.ts';
import { type Level, levelAdmits, levels } from '../packages/log/src/event/levels.ts';
import {
  type EventType,
  eventTypes,
  subtypeEntry,
  subtypesOf,
  vocabulary,
} from '../packages/log/src/event/subtypes.ts';

/** The whole of docs/events.md. */
export function renderEventDocs(): string {
  return `${[introduction, fields(), ...eventTypes.map(typeSection), limits].join('\n\n')}\n`;
}

const introduction = `# Events

<!-- Generated from packages/log/src/event by \`npm run docs\`. Do not edit: a test compares. -->

An event says what happened, as a source tells it; a record is an event in the log. A source must give \`event_type\`; the log
fills in \`event_id\`, \`timestamp\` and \`severity\` where they are missing. What is absent stays absent. Fields that are not in the
list below are refused at the top level and kept, as they are, within \`actor\`, \`operation\`, \`result\`, \`context\` and \`details\`.`;

const limits = `## What becomes of unusual values

- Text is stored as well-formed Unicode: a lone surrogate becomes U+FFFD. Numbers that are not finite are refused. Where events
  come as JSON text, a key given twice and an integer whose digits a double does not keep are refused; give it as a string.
- A record's line has at most 65,535 bytes. What is too long is cut, the longest strings first, then arrays, then whole members;
  each is replaced by \`{"truncated": true, "bytes", "salt", "sha256", "head", "tail"}\`. \`bytes\` is the size of the original in
  UTF-8; \`sha256\` is over the text of \`salt\` followed by the original, which is the string itself, or the JSON text of anything
  else; head and tail are its beginning and its end.
- Values under a name in \`mask_sensitive_fields\` are \`***\`. A PostgreSQL statement that cannot be parsed is stored as
  \`sha256:<hex> salt:<salt> (unparsed, N bytes)\`, the hash again over salt and text. Where a part could not be redacted it is
  replaced, and \`details.redaction_failed\` names it.`;

function fields(): string {
  const rows = describeFields('', eventJsonSchema()).map(
    ([name, type, means]) => `| \`${name}\` | ${type} | ${means.replaceAll('|', '\\|')} |`,
  );
  return ['## Fields', '', '| field | type | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

function typeSection(type: EventType): string {
  const heading = `## ${type}\n\n${vocabulary[type].means} Recorded ${levelsOf(type)}.`;
  const subtypes = subtypesOf(type);
  if (subtypes.length === 0) return heading;
  const rows = subtypes.map((subtype) => {
    const severity = defaultSeverity({ event_type: type, subtype });
    return `| \`${subtype}\` | ${severity} | ${lowestLevel(type, subtype)} | ${subtypeEntry(type, subtype)?.means} |`;
  });
  return [heading, '', '| subtype | severity | from level | meaning |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

function levelsOf(type: EventType): string {
  if (type === 'system') {
    return "at `comprehensive`, errors at every level; where the level is `always`, it is the log's own evidence, which no level, switch or exclusion keeps out";
  }
  return `from level \`${lowest(levels.filter((level) => levelAdmits(level, { event_type: type })))}\`, where the table does not say otherwise`;
}

function lowestLevel(type: EventType, subtype: string): string {
  if (subtypeEntry(type, subtype)?.evidence) return 'always';
  return lowest(levels.filter((level) => levelAdmits(level, { event_type: type, subtype })));
}

function lowest(admitting: readonly Level[]): string {
  return admitting[0] ?? 'none';
}

type FieldRow = [name: string, type: string, means: string];

// Walks the JSON Schema: it is the public face of the zod schema, and plain data.
function describeFields(prefix: string, schema: object): FieldRow[] {
  const properties: unknown = Reflect.get(schema, 'properties');
  if (!isObject(properties)) return [];
  return Object.entries(properties).flatMap(([key, value]): FieldRow[] => {
    const property = isObject(value) ? value : {};
    const name = `${prefix}${key}`;
    const variants = variantsOf(property);
    const means = typeof property.description === 'string' ? property.description : '';
    const type = [...new Set(variants.map(typeName))].join(' or ');
    return [[name, type, means], ...variants.flatMap((variant) => describeFields(`${name}.`, variant))];
  });
}

function variantsOf(property: Record<string, unknown>): Record<string, unknown>[] {
  const { anyOf } = property;
  if (!Array.isArray(anyOf)) return [property];
  return anyOf.filter(isObject).flatMap(variantsOf);
}

function typeName(variant: Record<string, unknown>): string {
  if (Array.isArray(variant.enum)) return variant.enum.map((value) => `\`${value}\``).join(', ');
  if (variant.type === 'array') return isObject(variant.items) && variant.items.type === 'string' ? 'strings' : 'array';
  if (Array.isArray(variant.type)) return variant.type.join(' or ');
  return typeof variant.type === 'string' ? variant.type : 'anything';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
