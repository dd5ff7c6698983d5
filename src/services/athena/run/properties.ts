import type { PropertyValue } from "../../../trino/ast-statements.ts";
import { TrinoError } from "../../../trino/error.ts";

export type PropertyTable = Readonly<Record<string, PropertyValue>>;

/** What WITH (…) of CREATE TABLE AS and UNLOAD may say, read with its type. @throws TrinoError INVALID_TABLE_PROPERTY */
export class Properties {
  readonly #values: PropertyTable;

  constructor(values: PropertyTable, known: readonly string[]) {
    const unknown = Object.keys(values).find((name) => !known.includes(name));
    if (unknown !== undefined)
      throw new TrinoError(
        "INVALID_TABLE_PROPERTY",
        `Catalog 'awsdatacatalog' table property '${unknown}' does not exist`,
      );
    this.#values = values;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    if (value === undefined || typeof value === "string") return value;
    throw invalid(name, "varchar");
  }

  list(name: string): readonly string[] {
    const value = this.#values[name];
    if (value === undefined) return [];
    if (Array.isArray(value)) return value.map(String);
    throw invalid(name, "array(varchar)");
  }
}

const invalid = (name: string, type: string): TrinoError =>
  new TrinoError("INVALID_TABLE_PROPERTY", `Invalid value for table property '${name}': expected ${type}`);
