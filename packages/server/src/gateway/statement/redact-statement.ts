// Takes secrets out of statement text: the literals that are compared with, assigned to or inserted into a sensitive
// column, and passwords that commands carry. What cannot be read with certainty is given up rather than shown.

/** The text without its secrets, or the word that it could not be read and must not be stored as it is. */
export type RedactedStatement =
  | {
      readonly text: string;
      /** The numbers n of the bind parameters `$n` that are tied to a sensitive column, ascending. */
      readonly sensitiveParameters: readonly number[];
      readonly unparsed?: never;
    }
  | { readonly unparsed: true; readonly text?: never; readonly sensitiveParameters?: never };
