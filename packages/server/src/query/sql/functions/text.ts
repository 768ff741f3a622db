// Functions of text. Left out are those whose result has a length of the caller's choosing (`repeat`, `lpad`,
// `format`), and the edit distances, whose time grows with the product of two lengths.

export const textFunctions = `
array_to_string ascii base64 bit_length char_length character_length chr concat concat_ws contains decode encode
ends_with from_base64 from_hex hex instr lcase left left_grapheme length length_grapheme lower ltrim md5 nfc_normalize
octet_length ord parse_dirname parse_dirpath parse_filename parse_path position prefix replace reverse right
right_grapheme rtrim sha1 sha256 split split_part starts_with str_split string_split string_to_array strip_accents
strlen strpos substr substring substring_grapheme suffix to_base64 to_hex translate trim ucase unhex unicode upper
url_decode url_encode
`;

export const patternFunctions = `
ilike_escape like_escape not_ilike_escape not_like_escape regexp_escape regexp_extract regexp_extract_all
regexp_full_match regexp_matches regexp_replace regexp_split_to_array str_split_regex string_split_regex
`;
