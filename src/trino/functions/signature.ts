/** Signatures: `(array(T), function(T,boolean)) array(T)`. Capitals are types to be bound, small letters numbers. */
import { invariant } from "../../base/invariant.ts";
import { coerces, commonType } from "../types/coercion.ts";
import { isSimpleTypeName, UNKNOWN, type RowField, type TrinoType } from "../types/type.ts";

export interface Pattern {
  readonly name: string;
  readonly parameters: readonly Pattern[];
}

export interface Signature {
  readonly parameters: readonly Pattern[];
  /** The last parameter may stand any number of times, also none. */
  readonly variadic: boolean;
  readonly result: Pattern;
}

export interface Bindings {
  readonly types: Map<string, TrinoType>;
  readonly numbers: Map<string, number>;
}

export const noBindings = (): Bindings => ({ types: new Map(), numbers: new Map() });

export function parseSignature(text: string): Signature {
  const reader = { text, at: 0 };
  const parameters: Pattern[] = [];
  let variadic = false;
  skip(reader, "(");
  while (!ahead(reader, ")")) {
    parameters.push(pattern(reader));
    if (ahead(reader, "...")) {
      skip(reader, "...");
      variadic = true;
    }
    if (ahead(reader, ",")) skip(reader, ",");
  }
  skip(reader, ")");
  return { parameters, variadic, result: pattern(reader) };
}

interface Reader {
  readonly text: string;
  at: number;
}

function ahead(reader: Reader, symbol: string): boolean {
  while (reader.text[reader.at] === " ") reader.at++;
  return reader.text.startsWith(symbol, reader.at);
}

function skip(reader: Reader, symbol: string): void {
  invariant(ahead(reader, symbol), `'${symbol}' in signature ${reader.text}`);
  reader.at += symbol.length;
}

function pattern(reader: Reader): Pattern {
  ahead(reader, "");
  const found = /^(interval day to second|interval year to month|[A-Za-z0-9_]+)/.exec(
    reader.text.slice(reader.at),
  );
  invariant(found, `a type at ${reader.at} in signature ${reader.text}`);
  reader.at += found[0].length;
  let name = found[0];
  const parameters: Pattern[] = [];
  if (ahead(reader, "(")) {
    skip(reader, "(");
    do {
      if (ahead(reader, ",")) skip(reader, ",");
      parameters.push(pattern(reader));
    } while (ahead(reader, ","));
    skip(reader, ")");
  }
  if (ahead(reader, "with time zone")) {
    skip(reader, "with time zone");
    name = `${name} with time zone`;
  }
  return { name, parameters };
}

const isTypeVariable = (pattern: Pattern): boolean => /^[A-Z]$/.test(pattern.name);

/** How wide a numeric type is: the distance is the price of a coercion. */
const WIDTH: readonly string[] = ["tinyint", "smallint", "integer", "bigint", "decimal", "real", "double"];

/** Fits an argument's type to a pattern and notes what that binds. @returns its price (0: as it is), undefined: does not fit. */
export function bind(pattern: Pattern, type: TrinoType, bindings: Bindings): number | undefined {
  if (isTypeVariable(pattern)) return bindVariable(pattern.name, type, bindings);
  if (type.name === "unknown") return 0;
  if (pattern.name === "array" && type.name === "array" && pattern.parameters[0])
    return bind(pattern.parameters[0], type.element, bindings);
  if (pattern.name === "map" && type.name === "map") {
    const [key, value] = pattern.parameters;
    const first = key && bind(key, type.key, bindings);
    const second = value && bind(value, type.value, bindings);
    return first === undefined || second === undefined ? undefined : first + second;
  }
  if (pattern.name === "row" && type.name === "row") return bindFields(pattern, type.fields, bindings);
  if (pattern.name === "anyrow") return type.name === "row" ? 0 : undefined;
  if (pattern.name === type.name) return bindNumbers(pattern, type, bindings);
  const target = concrete(pattern, type);
  if (!target || !coerces(type, target)) return undefined;
  bindNumbers(pattern, target, bindings);
  const distance = WIDTH.indexOf(target.name) - WIDTH.indexOf(type.name);
  return 1 + Math.max(0, distance);
}

function bindFields(pattern: Pattern, fields: readonly RowField[], bindings: Bindings): number | undefined {
  if (fields.length !== pattern.parameters.length) return undefined;
  let price = 0;
  for (const [index, parameter] of pattern.parameters.entries()) {
    const one = bind(parameter, fields[index]?.type ?? UNKNOWN, bindings);
    if (one === undefined) return undefined;
    price += one;
  }
  return price;
}

function bindVariable(name: string, type: TrinoType, bindings: Bindings): number | undefined {
  const bound = bindings.types.get(name);
  const merged = bound ? commonType(bound, type) : type;
  if (!merged) return undefined;
  bindings.types.set(name, merged);
  return 0;
}

function bindNumbers(pattern: Pattern, type: TrinoType, bindings: Bindings): number | undefined {
  const values = numbersOf(type);
  for (const [index, { name }] of pattern.parameters.entries()) {
    const value = values[index];
    if (/^[0-9]+$/.test(name)) continue;
    if (value === undefined) continue;
    bindings.numbers.set(name, Math.max(bindings.numbers.get(name) ?? 0, value));
  }
  return 0;
}

function numbersOf(type: TrinoType): readonly (number | undefined)[] {
  if (type.name === "decimal") return [type.precision, type.scale];
  if (type.name === "varchar" || type.name === "char") return [type.length];
  return "precision" in type ? [type.precision] : [];
}

/** The type that an argument of another type would become to fit the pattern. */
function concrete(pattern: Pattern, from: TrinoType): TrinoType | undefined {
  if (pattern.name === "varchar")
    return { name: "varchar", length: "length" in from ? from.length : undefined };
  if (pattern.name === "decimal") {
    const common = commonType(from, { name: "decimal", precision: 1, scale: 0 });
    return common?.name === "decimal" ? common : undefined;
  }
  if (pattern.name === "timestamp" || pattern.name === "timestamp with time zone" || pattern.name === "time")
    return { name: pattern.name, precision: "precision" in from ? from.precision : 0 };
  return isSimpleTypeName(pattern.name) ? { name: pattern.name } : undefined;
}

/** The pattern with everything bound filled in. */
export function substitute(pattern: Pattern, bindings: Bindings, from?: TrinoType): TrinoType {
  if (isTypeVariable(pattern)) return bindings.types.get(pattern.name) ?? UNKNOWN;
  const [first, second] = pattern.parameters;
  const number = (parameter: Pattern | undefined): number | undefined =>
    parameter &&
    (/^[0-9]+$/.test(parameter.name) ? Number(parameter.name) : bindings.numbers.get(parameter.name));
  switch (pattern.name) {
    case "array":
      return { name: "array", element: first ? substitute(first, bindings) : UNKNOWN };
    case "map":
      return {
        name: "map",
        key: first ? substitute(first, bindings) : UNKNOWN,
        value: second ? substitute(second, bindings) : UNKNOWN,
      };
    case "anyrow":
      return from ?? UNKNOWN;
    case "row":
      return {
        name: "row",
        fields: pattern.parameters.map((field) => ({ name: undefined, type: substitute(field, bindings) })),
      };
    case "function": {
      const types = pattern.parameters.map((parameter) => substitute(parameter, bindings));
      return { name: "function", parameters: types.slice(0, -1), result: types.at(-1) ?? UNKNOWN };
    }
    case "decimal":
      return { name: "decimal", precision: number(first) ?? 38, scale: number(second) ?? 0 };
    case "varchar":
      return { name: "varchar", length: number(first) };
    case "char":
      return { name: "char", length: number(first) ?? 1 };
    case "time":
    case "timestamp":
    case "timestamp with time zone":
      return { name: pattern.name, precision: number(first) ?? 3 };
    default:
      invariant(isSimpleTypeName(pattern.name), `a type in a signature: ${pattern.name}`);
      return { name: pattern.name };
  }
}
