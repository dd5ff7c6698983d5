/** Values as Athena's result files show them. */
import { fieldName } from "../types/duckdb.ts";
import type { TrinoType } from "../types/type.ts";
import { printed, variable } from "./print.ts";
import { quoteText } from "./text.ts";

/** A VARCHAR as the CSV has it: `[1, 2]`, `{a=1, b=x}`, `2024-01-01 00:00:00.000`, binary as `68 65`. NULL stays NULL. */
export function resultText(sql: string, type: TrinoType): string {
  switch (type.name) {
    case "varchar":
    case "json":
      return sql;
    case "double":
      return `trino_show_double(${sql})`;
    case "real":
      return `trino_show_real(${sql})`;
    case "varbinary":
      return `trino_show_binary(${sql})`;
    case "array": {
      const name = variable(sql);
      return `('[' || array_to_string(list_transform(${sql}, lambda ${name}: coalesce(${resultText(name, type.element)}, 'null')), ', ') || ']')`;
    }
    case "map": {
      const name = variable(sql);
      const pair = `${resultText(`${name}.key`, type.key)} || '=' || coalesce(${resultText(`${name}.value`, type.value)}, 'null')`;
      return `('{' || array_to_string(list_transform(map_entries(${sql}), lambda ${name}: ${pair}), ', ') || '}')`;
    }
    case "row": {
      const fields = type.fields.map((field, index) => {
        const key = fieldName(type, index);
        const value = resultText(`struct_extract(${sql}, ${quoteText(key)})`, field.type);
        return `${quoteText(`${field.name ?? `field${index}`}=`)} || coalesce(${value}, 'null')`;
      });
      return `CASE WHEN ${sql} IS NULL THEN NULL ELSE '{' || ${fields.join(" || ', ' || ")} || '}' END`;
    }
    default:
      return printed(sql, type);
  }
}
