/** Strings. Source: https://trino.io/docs/current/functions/string.html */
import type { FunctionTable } from "./row.ts";

export const STRINGS: FunctionTable = {
  "lower(varchar(n)) varchar(n)": "lower($1)",
  "upper(varchar(n)) varchar(n)": "upper($1)",
  "length(varchar) bigint": "length($1)",
};
