// Functions of lists, structs, maps and JSON. Left out are those that make a list of any length (`range`,
// `list_resize`), that run an aggregate by its name, or that fold a list into something that may double at each step.

/** They take a lambda; a lambda over a list of n makes n results. */
export const lambdaFunctions: ReadonlySet<string> = new Set(
  ['apply', 'transform', 'filter'].flatMap((verb) => [`list_${verb}`, `array_${verb}`]).concat(['apply', 'filter']),
);

export const listFunctions = `
array_append array_cat array_concat array_contains array_distinct array_extract array_has array_has_all array_has_any
array_indexof array_intersect array_length array_pop_back array_pop_front array_position array_prepend
array_push_back array_push_front array_reverse array_reverse_sort array_slice array_sort array_unique array_where
array_zip element_at flatten len list_any_value list_append list_avg list_bool_and list_bool_or list_cat list_concat
list_contains list_count list_distinct list_element list_extract list_first list_has list_has_all list_has_any
list_indexof list_intersect list_last list_max list_median list_min list_mode list_pack list_position list_prepend
list_product list_reverse list_reverse_sort list_slice list_sort list_sum list_unique list_value list_where list_zip
unnest
`;

export const structFunctions = `
cardinality map map_concat map_contains map_entries map_extract map_extract_value map_from_entries map_keys
map_values row struct_concat struct_extract struct_extract_at struct_insert struct_keys struct_pack struct_values
`;

export const jsonFunctions = `
array_to_json from_json from_json_strict json json_array json_array_length json_contains json_exists json_extract
json_extract_path json_extract_path_text json_extract_string json_keys json_merge_patch json_object json_pretty
json_quote json_structure json_transform json_transform_strict json_type json_valid json_value row_to_json to_json
`;
