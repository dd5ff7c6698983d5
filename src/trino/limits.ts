/** Bytes of one query text. Source: Athena's service quotas ("maximum allowed query string length is 262144 bytes"). */
export const QUERY_BYTES_MAX = 262_144;

/** How deep expressions, queries and types may nest: keeps parser, analyzer and DuckDB's own binder (1,000) off the stack's end. */
export const NESTING_MAX = 400;

/** How many operators of one level may follow each other without parentheses (`1 + 1 + …`): they nest to the left. */
export const CHAIN_MAX = 800;

/** Characters of SQL that one query may grow into: templates that repeat an argument could otherwise double it at each level. */
export const EMITTED_CHARACTERS_MAX = 16 * 1024 * 1024;

/** Decimal digits. Source: https://trino.io/docs/current/language/types.html#decimal */
export const DECIMAL_PRECISION_MAX = 38;

/** Digits of a second's fraction that DuckDB's TIMESTAMP keeps. */
export const TIMESTAMP_PRECISION_MAX = 6;
