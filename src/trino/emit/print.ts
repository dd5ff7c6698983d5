/** Values as text. */
import type { TrinoType } from "../types/type.ts";

/** As Trino's CAST(… AS varchar) prints it. */
export function printed(sql: string, from: TrinoType): string {
  switch (from.name) {
    case "varchar":
      return sql;
    case "char":
      return `rpad(${sql}, ${from.length}, ' ')`;
    case "double":
    case "real":
      return `trino_print_double(${sql})`;
    case "timestamp":
      return `trino_print_timestamp(${sql}, ${from.precision})`;
    case "timestamp with time zone":
      return `(trino_print_timestamp(trino_local(${sql}), ${from.precision}) || ' ' || (${sql}).z)`;
    case "time":
      return `trino_print_time(${sql}, ${from.precision})`;
    case "interval day to second":
      return `trino_print_interval(trino_interval_us(${sql}))`;
    case "interval year to month":
      return `trino_print_months(trino_interval_months(${sql}))`;
    default:
      return `CAST(${sql} AS VARCHAR)`;
  }
}

/** A lambda variable that the text around it does not use yet. */
export function variable(sql: string): string {
  let count = 0;
  while (sql.includes(`e${count}`)) count++;
  return `e${count}`;
}
