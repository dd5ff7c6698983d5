import { FUNCTION_MACROS } from "./function-macros.ts";

/**
 * DuckDB macros that emitted SQL calls. The engine installs them once per database. They raise by casting a text to
 * BOOLEAN: an error() call is volatile, and DuckDB's TRY refuses what is volatile.
 */
export const MACROS: readonly string[] = [
  // The witness is whatever the condition hangs on: were it constant, DuckDB would raise before the branch is taken.
  `trino_fail(message, witness) AS CASE WHEN CAST(message || coalesce(substr(CAST(witness AS VARCHAR), 1, 0), '') AS BOOLEAN) THEN NULL END`,
  `trino_divide_double(a, b) AS a / b`,
  `trino_divide_half_up(n, d) AS CASE WHEN d = 0 THEN trino_fail('DIVISION_BY_ZERO: Division by zero', d) WHEN (n < 0) <> (d < 0) THEN -((abs(n) * 2 + abs(d)) // (abs(d) * 2)) ELSE (abs(n) * 2 + abs(d)) // (abs(d) * 2) END`,
  `trino_remainder(n, d) AS CASE WHEN d = 0 THEN trino_fail('DIVISION_BY_ZERO: Division by zero', d) ELSE n % d END`,
  `trino_interval_us(i) AS CAST(datepart('day', i) AS BIGINT) * 86400000000 + datepart('hour', i) * 3600000000 + datepart('minute', i) * 60000000 + datepart('microsecond', i)`,
  `trino_interval_months(i) AS datepart('year', i) * 12 + datepart('month', i)`,
  `trino_checked(s, pattern, type) AS CASE WHEN s IS NULL OR regexp_full_match(s, pattern) THEN s ELSE CAST(trino_fail('INVALID_CAST_ARGUMENT: Cannot cast ''' || s || ''' to ' || type, s) AS VARCHAR) END`,
  `trino_to_boolean(s) AS CASE WHEN lower(s) IN ('t', 'true', '1') THEN TRUE WHEN lower(s) IN ('f', 'false', '0') THEN FALSE WHEN s IS NULL THEN NULL ELSE trino_fail('INVALID_CAST_ARGUMENT: Cannot cast ''' || s || ''' to BOOLEAN', s) END`,
  `trino_fits(s, n, type) AS CASE WHEN length(s) <= n OR s IS NULL THEN s ELSE CAST(trino_fail('INVALID_CAST_ARGUMENT: Value ' || s || ' cannot be represented as varchar(' || n || ')', s) AS VARCHAR) END`,
  `trino_float_to_decimal(x, d, source, target) AS CASE WHEN isnan(x) OR isinf(x) THEN trino_fail('INVALID_CAST_ARGUMENT: Cannot cast ' || upper(source) || ' ''' || CAST(x AS VARCHAR) || ''' to ' || upper(target), x) ELSE d END`,
  `trino_round_timestamp(t, unit) AS make_timestamp(CAST((epoch_us(t) + unit // 2) - (((epoch_us(t) + unit // 2) % unit) + unit) % unit AS BIGINT))`,
  `trino_print_timestamp(t, p) AS CASE p WHEN 0 THEN strftime(t, '%Y-%m-%d %H:%M:%S') WHEN 3 THEN strftime(t, '%Y-%m-%d %H:%M:%S.%g') WHEN 6 THEN strftime(t, '%Y-%m-%d %H:%M:%S.%f') ELSE substr(strftime(t, '%Y-%m-%d %H:%M:%S.%f'), 1, length(strftime(t, '%Y-%m-%d %H:%M:%S.')) + p) END`,
  `trino_print_time(t, p) AS CASE p WHEN 0 THEN strftime(DATE '1970-01-01' + t, '%H:%M:%S') ELSE substr(strftime(DATE '1970-01-01' + t, '%H:%M:%S.%f'), 1, 9 + p) END`,
  `trino_print_interval(us) AS CASE WHEN us < 0 THEN '-' ELSE '' END || CAST(abs(us) // 86400000000 AS VARCHAR) || ' ' || lpad(CAST(abs(us) // 3600000000 % 24 AS VARCHAR), 2, '0') || ':' || lpad(CAST(abs(us) // 60000000 % 60 AS VARCHAR), 2, '0') || ':' || lpad(CAST(abs(us) // 1000000 % 60 AS VARCHAR), 2, '0') || '.' || lpad(CAST(abs(us) // 1000 % 1000 AS VARCHAR), 3, '0')`,
  `trino_print_months(m) AS CASE WHEN m < 0 THEN '-' ELSE '' END || CAST(abs(m) // 12 AS VARCHAR) || '-' || CAST(abs(m) % 12 AS VARCHAR)`,
  // A finite double that is not zero, as Trino prints it: always 1.5E0, where DuckDB prints it plain or with e. Lambdas
  // hold its parts, since what a macro repeats is bound each time: q is its digits, the part before the e, and the one after.
  `trino_scientific(x) AS CASE WHEN x < 0 THEN '-' ELSE '' END || list_transform(list_transform([string_split(CAST(abs(x) AS VARCHAR), 'e')], lambda p: [ltrim(replace(p[1], '.', ''), '0'), p[1], p[2]]), lambda q: substr(q[1], 1, 1) || '.' || CASE WHEN rtrim(substr(q[1], 2), '0') = '' THEN '0' ELSE rtrim(substr(q[1], 2), '0') END || 'E' || CAST(coalesce(CAST(q[3] AS INTEGER), 0) + CASE WHEN q[2] LIKE '0.%' THEN 1 - length(q[2]) + length(q[1]) ELSE strpos(q[2] || '.', '.') - 2 END AS VARCHAR))[1]`,
  `trino_print_double(x) AS CASE WHEN x IS NULL THEN NULL WHEN isnan(x) THEN 'NaN' WHEN isinf(x) THEN CASE WHEN x < 0 THEN '-Infinity' ELSE 'Infinity' END WHEN x = 0 THEN CASE WHEN signbit(x) THEN '-0.0E0' ELSE '0.0E0' END ELSE trino_scientific(x) END`,
  // Java's Double.toString: plain from 10^-3 up to 10^7, else with E.
  `trino_show_double(x) AS CASE WHEN x IS NULL THEN NULL WHEN isnan(x) THEN 'NaN' WHEN isinf(x) THEN CASE WHEN x < 0 THEN '-Infinity' ELSE 'Infinity' END WHEN x = 0 THEN CASE WHEN signbit(x) THEN '-0.0' ELSE '0.0' END WHEN abs(x) >= 1e-3 AND abs(x) < 1e7 THEN CAST(x AS VARCHAR) ELSE trino_scientific(x) END`,
  `trino_show_real(x) AS trino_show_double(x)`,
  `trino_show_binary(b) AS rtrim(regexp_replace(lower(hex(b)), '(..)', '\\1 ', 'g'))`,
  `trino_offset_us(z) AS CASE WHEN regexp_full_match(z, '[+-][0-9]{2}:[0-9]{2}') THEN (CASE WHEN z[1] = '-' THEN -1 ELSE 1 END) * (CAST(substr(z, 2, 2) AS BIGINT) * 3600000000 + CAST(substr(z, 5, 2) AS BIGINT) * 60000000) END`,
  // A local time in a zone, as its instant with the zone beside it.
  `trino_zoned(t, z) AS CASE WHEN t IS NULL OR z IS NULL THEN NULL WHEN z IN ('UTC', 'Z') THEN struct_pack(t := t, z := 'UTC') WHEN regexp_full_match(z, '[+-][0-9]{2}:[0-9]{2}') THEN struct_pack(t := t - to_microseconds(trino_offset_us(z)), z := z) ELSE struct_pack(t := timezone('UTC', timezone(z, t)), z := z) END`,
  `trino_at(t, z) AS CASE WHEN t IS NULL OR z IS NULL THEN NULL ELSE struct_pack(t := t, z := CASE WHEN z IN ('UTC', 'Z', '+00:00') THEN 'UTC' ELSE z END) END`,
  `trino_local(v) AS CASE WHEN v.z = 'UTC' THEN v.t WHEN regexp_full_match(v.z, '[+-][0-9]{2}:[0-9]{2}') THEN v.t + to_microseconds(trino_offset_us(v.z)) ELSE timezone(v.z, timezone('UTC', v.t)) END`,
  `trino_zoned_add(v, i) AS CASE WHEN v IS NULL OR i IS NULL THEN NULL ELSE struct_pack(t := v.t + i, z := v.z) END`,
  `trino_zoned_add_local(v, i) AS trino_zoned(trino_local(v) + i, v.z)`,
  `trino_parse_zoned(s) AS CASE WHEN s IS NULL THEN NULL WHEN regexp_full_match(s, '\\s*[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6})?)?)?\\s*') THEN trino_zoned(CAST(s AS TIMESTAMP), 'UTC') WHEN regexp_full_match(s, '\\s*[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6})?)?\\s*([A-Za-z_]+(/[A-Za-z_/+-]+)?|[+-][0-9]{2}:[0-9]{2})\\s*') THEN trino_zoned(CAST(regexp_extract(s, '^\\s*([0-9-]+[ T][0-9:.]+)', 1) AS TIMESTAMP), regexp_extract(s, '([A-Za-z_]+(/[A-Za-z_/+-]+)?|[+-][0-9]{2}:[0-9]{2})\\s*$', 1)) ELSE trino_fail('INVALID_CAST_ARGUMENT: Value cannot be cast to timestamp: ' || s, s) END`,
  `trino_json_scalar(j, type) AS CASE WHEN j IS NULL OR json_type(j) = 'NULL' THEN NULL WHEN json_type(j) IN ('OBJECT', 'ARRAY') THEN CAST(trino_fail('INVALID_CAST_ARGUMENT: Cannot cast to ' || type || '. Expected a scalar, but got ' || lower(json_type(j)) || chr(10) || j, j) AS VARCHAR) ELSE json_extract_string(j, '$') END`,
  `trino_json_number(s) AS CASE s WHEN 'true' THEN '1' WHEN 'false' THEN '0' ELSE s END`,
  `trino_json_boolean(s) AS CASE WHEN regexp_full_match(s, '-?[0-9.]+') THEN CAST(s AS DOUBLE) <> 0 ELSE trino_to_boolean(s) END`,
  `trino_histogram(l) AS CASE WHEN l IS NULL THEN NULL ELSE map_from_entries(list_transform(list_distinct(l), lambda k: struct_pack(k := k, v := CAST(len(list_filter(l, lambda x: x = k)) AS BIGINT)))) END`,
  `trino_first_entries(l) AS list_filter(l, lambda e, i: list_position(list_transform(l, lambda x: x.k), e.k) = i)`,
  `trino_map_agg(l) AS CASE WHEN l IS NULL THEN NULL ELSE map_from_entries(trino_first_entries(list_filter(l, lambda e: e.k IS NOT NULL))) END`,
  `trino_multimap_agg(l) AS CASE WHEN l IS NULL THEN NULL ELSE map_from_entries(list_transform(list_distinct(list_filter(list_transform(l, lambda e: e.k), lambda k: k IS NOT NULL)), lambda k: struct_pack(k := k, v := list_transform(list_filter(l, lambda e: e.k = k), lambda e: e.v)))) END`,
];

/** The statements that install the macros, in order: each uses only earlier ones. */
export const runtimeStatements = (): readonly string[] =>
  [...MACROS, ...FUNCTION_MACROS].map((macro) => `CREATE OR REPLACE MACRO ${macro}`);
