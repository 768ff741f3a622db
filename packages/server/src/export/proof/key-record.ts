// The log's own records that verification needs beside those of an export: they say which keys signed.

import { isMembers } from '../format/parse-record.ts';

export type KeyRecordSubtype = 'log_created' | 'key_rotated';

/** Which of them a stored line is. Looked at closely: an event can hold any text, but not another type. */
export function keyRecordOf(line: string): KeyRecordSubtype | undefined {
  if (!line.includes('"event_type":"system","subtype":"log_created"') && !line.includes('"subtype":"key_rotated"')) {
    return undefined;
  }
  try {
    const record: unknown = JSON.parse(line);
    if (!isMembers(record) || record.event_type !== 'system') return undefined;
    const { subtype } = record;
    return subtype === 'log_created' || subtype === 'key_rotated' ? subtype : undefined;
  } catch {
    return undefined;
  }
}
