import { TrinoError } from "../../../../trino/error.ts";
import { PROJECTED_PARTITIONS } from "../../limits.ts";
import { addTime, dateFormat, UNITS, type DateFormat, type Unit } from "./date-format.ts";

type Properties = Readonly<Record<string, string>>;

/** What a key's settings say of its values; an injected key's are in the query. */
export type ProjectedKey =
  | {
      readonly kind: "values";
      readonly values: () => Iterable<string>;
      /** Whether a value is one of them, without a walk through all. */
      readonly has?: (value: string) => boolean;
    }
  | { readonly kind: "injected" };

const invalid = (text: string): TrinoError => new TrinoError("INVALID_TABLE_PROPERTY", text);

/** Source: Athena User Guide, "Supported types for partition projection". @throws TrinoError */
export function projectedKey(name: string, properties: Properties, now: Date): ProjectedKey {
  const setting = (what: string): string | undefined => properties[`projection.${name}.${what}`];
  const needed = (what: string): string => {
    const value = setting(what);
    if (value === undefined)
      throw invalid(
        `Table property projection.${name}.${what} is missing for the projected partition ${name}`,
      );
    return value;
  };
  const type = needed("type").toLowerCase();
  switch (type) {
    case "injected":
      return { kind: "injected" };
    case "enum": {
      const values = needed("values").split(",");
      return { kind: "values", values: () => values };
    }
    case "integer": {
      const range = integerRange(name, needed("range"));
      const step = BigInt(setting("interval") ?? 1);
      if (step <= 0n) throw invalid("The interval of a projected partition must be more than zero");
      const digits = Number(setting("digits") ?? 0);
      const has = (value: string): boolean => {
        if (!/^-?\d+$/.test(value)) return false;
        const number = BigInt(value);
        const among = number >= range[0] && number <= range[1] && (number - range[0]) % step === 0n;
        return among && padded(number, digits) === value;
      };
      return { kind: "values", values: () => integers(range, step, digits), has };
    }
    case "date": {
      const format = dateFormat(needed("format"));
      const range = dateRange(name, needed("range"), format, now);
      const step = stepOf(name, { count: setting("interval"), unit: setting("interval.unit") }, format);
      return { kind: "values", values: () => dates(range, step, format) };
    }
    default:
      throw invalid(`Unknown partition projection type ${type} of ${name}`);
  }
}

function integerRange(name: string, text: string): readonly [bigint, bigint] {
  const found = /^\s*(-?\d+)\s*,\s*(-?\d+)\s*$/.exec(text);
  if (!found) throw invalid(`Invalid range '${text}' of the projected partition ${name}`);
  return [BigInt(found[1] ?? 0), BigInt(found[2] ?? 0)];
}

function* integers(
  [first, last]: readonly [bigint, bigint],
  step: bigint,
  digits: number,
): Generator<string> {
  for (let value = first; value <= last; value += step) yield padded(value, digits);
}

function padded(value: bigint, digits: number): string {
  const text = (value < 0n ? -value : value).toString().padStart(digits, "0");
  return value < 0n ? `-${text}` : text;
}

const NOW = /^\s*NOW\s*(?:([+-])\s*(\d+)\s*(YEAR|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND)S?\s*)?$/;

function dateRange(name: string, text: string, format: DateFormat, now: Date): readonly [Date, Date] {
  const [first, last, ...rest] = text.split(",").map((one) => momentOf(one, format, now));
  if (!first || !last || rest.length > 0)
    throw invalid(`Invalid range '${text}' of the projected partition ${name}`);
  return [first, last];
}

function momentOf(text: string, format: DateFormat, now: Date): Date | undefined {
  const relative = NOW.exec(text);
  if (!relative) return format.parse(text.trim());
  const [, sign, count, word] = relative;
  const unit = UNITS.find((one) => one === `${word}S`);
  const moment = unit ? addTime(now, (sign === "-" ? -1 : 1) * Number(count), unit) : now;
  // As the format shows it, so that the steps from here are whole ones.
  return format.parse(format.print(moment));
}

interface Step {
  readonly count: number;
  readonly unit: Unit;
}

/** Days and months need no setting; finer formats do. */
function stepOf(
  name: string,
  given: { readonly count: string | undefined; readonly unit: string | undefined },
  { precision }: DateFormat,
): Step {
  const written = given.unit?.toUpperCase();
  const unit =
    written === undefined ? precision : UNITS.find((one) => one === written || one === `${written}S`);
  const known = precision === "DAYS" || precision === "MONTHS";
  const count = Number(given.count ?? 1);
  if (!unit || !Number.isInteger(count) || count < 1)
    throw invalid(`Invalid interval of the projected partition ${name}`);
  if (!known && (given.count === undefined || given.unit === undefined))
    throw invalid(`The projected partition ${name} needs an interval and its unit`);
  return { count, unit };
}

function* dates(
  [first, last]: readonly [Date, Date],
  { count, unit }: Step,
  format: DateFormat,
): Generator<string> {
  for (let index = 0; index <= PROJECTED_PARTITIONS; index++) {
    // From the first each time: months that are added one by one would lose the 31st.
    const time = addTime(first, index * count, unit);
    if (time > last) return;
    yield format.print(time);
  }
}
