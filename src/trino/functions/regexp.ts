/** Regular expressions. Source: https://trino.io/docs/current/functions/regexp.html. DuckDB's RE2 knows no look-around: it refuses such a pattern. */
import { quoteText } from "../emit/text.ts";
import { notSupported } from "../error.ts";
import type { EmitCall, FunctionTable } from "./row.ts";

/** Java's `$1` and `\$` in a replacement as RE2's `\1`. */
function replacement(call: EmitCall): string {
  const text = call.constants[2];
  if (text === undefined) throw notSupported("regexp_replace with a replacement that is not constant");
  let made = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    const next = text[at + 1] ?? "";
    if (char === "\\") {
      made += next === "\\" ? "\\\\" : next;
      at++;
    } else if (char === "$" && /[0-9]/.test(next)) {
      made += `\\${next}`;
      at++;
    } else if (char === "$") throw notSupported("regexp_replace with a named group");
    else made += char;
  }
  return quoteText(made);
}

/** Groups must be constant: DuckDB looks them up when it binds. */
function group(call: EmitCall): string {
  const found = call.constants[2];
  if (found === undefined) throw notSupported("A regular expression's group that is not constant");
  return found;
}

export const REGEXP: FunctionTable = {
  "regexp_like(varchar, varchar) boolean": "regexp_matches($1, $2)",
  "regexp_extract(varchar(n), varchar) varchar(n)":
    "CASE WHEN regexp_matches($1, $2) THEN regexp_extract($1, $2) END",
  "regexp_extract(varchar(n), varchar, bigint) varchar(n)": (call) =>
    `CASE WHEN regexp_matches(${call.args[0]}, ${call.args[1]}) THEN regexp_extract(${call.args[0]}, ${call.args[1]}, ${group(call)}) END`,
  "regexp_extract_all(varchar(n), varchar) array(varchar(n))": "regexp_extract_all($1, $2)",
  "regexp_extract_all(varchar(n), varchar, bigint) array(varchar(n))": (call) =>
    `regexp_extract_all(${call.args[0]}, ${call.args[1]}, ${group(call)})`,
  "regexp_replace(varchar, varchar) varchar": "regexp_replace($1, $2, '', 'g')",
  "regexp_replace(varchar, varchar, varchar) varchar": (call) =>
    `regexp_replace(${call.args[0]}, ${call.args[1]}, ${replacement(call)}, 'g')`,
  "regexp_split(varchar(n), varchar) array(varchar(n))": "regexp_split_to_array($1, $2)",
  "regexp_count(varchar, varchar) bigint": "len(regexp_extract_all($1, $2))",
};
