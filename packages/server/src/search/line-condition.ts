// What a condition of a search is made of: a cheap look at a line's text, which most lines fail, and what is asked of
// the record that the line holds. JSON is parsed for the second only.

export interface LineCondition {
  /** Fails only for lines whose record does not fulfil the condition. */
  readonly look: LineTest;
  /** Says for sure; absent where the look does. */
  readonly holds?: (record: ParsedRecord) => boolean;
}

export type LineTest = (line: string) => boolean;

/** What the conditions ask about; anybody may have written it, so nothing is known of the values. */
export interface ParsedRecord {
  readonly event_id?: unknown;
  readonly severity?: unknown;
  readonly actor?: { readonly user_id?: unknown; readonly session_id?: unknown; readonly ip_address?: unknown };
  readonly operation?: {
    readonly query?: unknown;
    readonly labels_accessed?: unknown;
    readonly properties_accessed?: unknown;
    readonly target?: { readonly label?: unknown };
  };
  readonly result?: { readonly status?: unknown; readonly error_code?: unknown };
  readonly context?: { readonly transaction_id?: unknown; readonly trace_id?: unknown };
}

/** A line that somebody damaged is no match, and no reason to stop searching; `verify` is who reports it. */
export function parseRecord(line: string): ParsedRecord | undefined {
  try {
    const record: unknown = JSON.parse(line);
    return typeof record === 'object' && record !== null ? record : undefined;
  } catch {
    return undefined;
  }
}

export function containsAny(needles: readonly string[]): LineTest {
  const [only] = needles;
  if (needles.length === 1 && only !== undefined) return (line) => line.includes(only);
  return (line) => needles.some((needle) => line.includes(needle));
}
