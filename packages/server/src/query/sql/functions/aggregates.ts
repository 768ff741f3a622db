// Aggregates and window functions. Those that draw samples or depend on how work is spread over threads are left out:
// an answer is to be the same each time.

export const aggregateFunctions = `
any_value arbitrary arg_max arg_max_null arg_min arg_min_null argmax argmin array_agg avg bit_and bit_or bit_xor
bool_and bool_or approx_count_distinct corr count count_if count_star countif covar_pop covar_samp entropy favg first
fsum geomean geometric_mean group_concat histogram json_group_array json_group_object kahan_sum kurtosis kurtosis_pop
last list listagg mad max max_by mean median min min_by mode product quantile quantile_cont quantile_disc regr_avgx
regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy sem skewness stddev stddev_pop
stddev_samp string_agg sum sumkahan var_pop var_samp variance weighted_avg wavg
`;

export const windowFunctions = `
cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank rank_dense row_number
`;
