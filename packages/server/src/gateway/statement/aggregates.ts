// Tells aggregate calls from ordinary ones, by what only an aggregate call can have and by the built-in names. An
// aggregate that a user defined and calls plainly cannot be told from a function by the text alone.

const builtIn = new Set(
  `any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp cume_dist dense_rank
  every json_agg json_agg_strict json_object_agg json_object_agg_strict json_object_agg_unique jsonb_agg
  jsonb_agg_strict jsonb_object_agg jsonb_object_agg_strict jsonb_object_agg_unique max min mode percent_rank
  percentile_cont percentile_disc range_agg range_intersect_agg regr_avgx regr_avgy regr_count regr_intercept regr_r2
  regr_slope regr_sxx regr_sxy regr_syy stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance
  xmlagg`.split(/\s+/),
);

/** `name` is in lower case; `call` is the body of a `FuncCall`. */
export function isAggregateCall(name: string, call: Readonly<Record<string, unknown>>): boolean {
  if (call.over !== undefined) return false;
  return (
    builtIn.has(name) ||
    ['agg_star', 'agg_distinct', 'agg_filter', 'agg_order', 'agg_within_group'].some((key) => call[key] !== undefined)
  );
}
