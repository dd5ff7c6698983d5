/** Every function by name. */
import { AGGREGATES, WINDOWS } from "./aggregates.ts";
import { ARRAYS } from "./arrays.ts";
import { DATETIME } from "./datetime.ts";
import { JSON_FUNCTIONS } from "./json.ts";
import { MAPS } from "./maps.ts";
import { MATH } from "./math.ts";
import { OPERATORS } from "./operators.ts";
import { REGEXP } from "./regexp.ts";
import { readTable, type FunctionRow } from "./row.ts";
import { STRINGS } from "./strings.ts";
import { BINARY, URLS } from "./url-binary.ts";

const byName = new Map<string, FunctionRow[]>();
for (const table of [OPERATORS, MATH, STRINGS, REGEXP, DATETIME, ARRAYS, MAPS, JSON_FUNCTIONS, URLS, BINARY])
  readTable("scalar", table, byName);
readTable("aggregate", AGGREGATES, byName);
readTable("window", WINDOWS, byName);

/** The rows of one name, in the order they are tried; none: there is no such function here. */
export const functionRows = (name: string): readonly FunctionRow[] => byName.get(name) ?? [];

/** For the page that says what is there. */
export const functionNames = (): readonly string[] =>
  [...byName.keys()].filter((name) => !name.startsWith("$")).toSorted();
