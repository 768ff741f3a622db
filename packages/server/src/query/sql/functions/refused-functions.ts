// Why some functions are refused, for the error message. Nothing is refused by this list: what is not allowed is
// refused.

const reasons: readonly (readonly [reason: string, names: RegExp])[] = [
  ['answers differently each time', /^(random|setseed|uuid.*|gen_random_uuid|approx_quantile|reservoir_quantile|ago)$/],
  [
    'may make a value of any size',
    /^(repeat|[lr]pad|range|generate_series|.*_resize|format|printf|bar|bitstring|to_base)$/,
  ],
  [
    'takes longer than it may',
    /^((damerau_)?levenshtein|editdist3|jaccard|jaro_.*|list_reduce|array_reduce|reduce|.*sleep.*)$/,
  ],
  ['reads files', /^(read_|parquet_|sniff_|glob$|arrow_)/],
  ['looks at the engine, not at the log', /^(duckdb_|pragma_|pg_|current_|getvariable|has_|in_search_path|.*_query.*)/],
];

export function whyRefused(name: string): string {
  const [reason] = reasons.find(([, names]) => names.test(name)) ?? [];
  return reason === undefined ? '' : `, which ${reason}`;
}
