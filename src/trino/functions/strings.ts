/** Strings. Source: https://trino.io/docs/current/functions/string.html */
import type { FunctionTable } from "./row.ts";

/** What Java's Character.isWhitespace holds for white, as far as it is written in text. */
const BLANKS =
  "chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(28) || chr(29) || chr(30) || chr(31) || ' ' || chr(5760) || chr(8232) || chr(8233) || chr(8287) || chr(12288)";

const trims = (side: "trim" | "ltrim" | "rtrim"): FunctionTable => ({
  [`${side}(varchar(n)) varchar(n)`]: `${side}($1, ${BLANKS})`,
  [`${side}(varchar(n), varchar) varchar(n)`]: `${side}($1, $2)`,
});

export const STRINGS: FunctionTable = {
  "lower(varchar(n)) varchar(n)": "lower($1)",
  "upper(varchar(n)) varchar(n)": "upper($1)",
  "length(varchar) bigint": "length($1)",
  "length(varbinary) bigint": "octet_length($1)",
  ...trims("trim"),
  ...trims("ltrim"),
  ...trims("rtrim"),
  "substr(varchar(n), bigint) varchar(n)": "trino_substr($1, $2)",
  "substr(varchar(n), bigint, bigint) varchar(n)": "trino_substr_length($1, $2, $3)",
  "substring(varchar(n), bigint) varchar(n)": "trino_substr($1, $2)",
  "substring(varchar(n), bigint, bigint) varchar(n)": "trino_substr_length($1, $2, $3)",
  "strpos(varchar, varchar) bigint": "strpos($1, $2)",
  "strrpos(varchar, varchar) bigint":
    "CASE WHEN contains($1, $2) THEN length($1) - strpos(reverse($1), reverse($2)) - length($2) + 2 ELSE 0 END",
  "split(varchar(n), varchar) array(varchar(n))": "trino_split($1, $2)",
  "split(varchar(n), varchar, bigint) array(varchar(n))": "trino_split_limit($1, $2, $3)",
  "split_part(varchar(n), varchar, bigint) varchar(n)": "trino_split_part($1, $2, $3)",
  "split_to_map(varchar, varchar, varchar) map(varchar,varchar)":
    "map_from_entries(list_transform(list_filter(str_split($1, $2), lambda e: e <> ''), lambda e: struct_pack(k := split_part(e, $3, 1), v := substr(e, length(split_part(e, $3, 1)) + length($3) + 1))))",
  "replace(varchar, varchar) varchar": "replace($1, $2, '')",
  "replace(varchar, varchar, varchar) varchar": "replace($1, $2, $3)",
  "reverse(varchar(n)) varchar(n)": "array_to_string(list_reverse(str_split($1, '')), '')",
  "lpad(varchar, bigint, varchar) varchar": "lpad($1, CAST($2 AS INTEGER), $3)",
  "rpad(varchar, bigint, varchar) varchar": "rpad($1, CAST($2 AS INTEGER), $3)",
  "starts_with(varchar, varchar) boolean": "starts_with($1, $2)",
  "chr(bigint) varchar(1)": "chr(CAST($1 AS INTEGER))",
  "codepoint(varchar(n)) integer": "CAST(unicode($1) AS INTEGER)",
  "concat(varchar, varchar, varchar...) varchar": (call) => `(${call.args.join(" || ")})`,
  "concat(varbinary, varbinary, varbinary...) varbinary": (call) => `(${call.args.join(" || ")})`,
  "concat(array(T), array(T), array(T)...) array(T)": (call) => `(${call.args.join(" || ")})`,
  "concat(array(T), T) array(T)": "($1 || [$2])",
  "concat(T, array(T)) array(T)": "([$1] || $2)",
  "concat_ws(varchar, varchar, varchar...) varchar": (call) =>
    `CASE WHEN ${call.args[0]} IS NULL THEN NULL ELSE concat_ws(${call.args.join(", ")}) END`,
  "concat_ws(varchar, array(varchar)) varchar":
    "array_to_string(list_filter($2, lambda e: e IS NOT NULL), $1)",
  "levenshtein_distance(varchar, varchar) bigint": "levenshtein($1, $2)",
  "hamming_distance(varchar, varchar) bigint": "hamming($1, $2)",
  "translate(varchar, varchar, varchar) varchar": "translate($1, $2, $3)",
  "normalize_nfc(varchar) varchar": "nfc_normalize($1)",
  "to_utf8(varchar) varbinary": "encode($1)",
  "from_utf8(varbinary) varchar": "decode($1)",
  "$like(varchar, varchar) boolean": "($1 LIKE $2)",
  "$like(varchar, varchar, varchar) boolean": "($1 LIKE $2 ESCAPE $3)",
};
