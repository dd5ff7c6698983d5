import { arnPattern } from "./arn-pattern.ts";
import { contains, parseNetwork } from "./ip.ts";
import { literalText } from "./variables.ts";
import { matcher, type Token } from "./wildcard.ts";

/** Whether one value of the request matches one value of the policy. */
export type ValueTest = (requested: string) => boolean;

export interface Operator {
  /** Named with Not: it holds when no value of the policy matches. */
  readonly negated: boolean;
  /** What the policy's value accepts; built once where it has no variables. */
  readonly test: (value: readonly Token[]) => ValueTest;
}

/** @param name as in the policy, without `ForAllValues:`, `ForAnyValue:` and `IfExists`; case matters not to AWS. `Null` is not among them: it asks about the key, not its values. */
export const operatorOf = (name: string): Operator | undefined => OPERATORS.get(name.toLowerCase());

const never: ValueTest = () => false;

const equals = (value: readonly Token[]): ValueTest => {
  const text = literalText(value);
  return (requested) => requested === text;
};

const equalsIgnoreCase = (value: readonly Token[]): ValueTest => {
  const text = literalText(value).toLowerCase();
  return (requested) => requested.toLowerCase() === text;
};

const like = (value: readonly Token[]): ValueTest => matcher(value);

/** ArnEquals and ArnLike behave alike. Source: IAM User Guide, "ARN condition operators". */
const arn = (value: readonly Token[]): ValueTest => {
  const pattern = arnPattern(value);
  return (requested) => pattern.matches(requested);
};

const bool = equalsIgnoreCase;

const ip = (value: readonly Token[]): ValueTest => {
  const network = parseNetwork(literalText(value));
  return network ? (requested) => contains(network, requested) : never;
};

type Compare = (requested: number, wanted: number) => boolean;

const compare =
  (parse: (text: string) => number | undefined, holds: Compare) =>
  (value: readonly Token[]): ValueTest => {
    const wanted = parse(literalText(value));
    if (wanted === undefined) return never;
    return (requested) => {
      const number = parse(requested);
      return number !== undefined && holds(number, wanted);
    };
  };

function parseNumber(text: string): number | undefined {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

const ISO_DATE = /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?$/i;

/** ISO 8601 (W3C's profile) or seconds since 1970. @returns milliseconds. */
export function parseDate(text: string): number | undefined {
  const trimmed = text.trim();
  const seconds = /^\d{5,}$/.test(trimmed) ? Number(trimmed) : undefined;
  if (seconds !== undefined) return seconds * 1_000;
  if (!ISO_DATE.test(trimmed)) return undefined;
  const zoned = /T/i.test(trimmed) && !/(Z|[+-]\d{2}:?\d{2})$/i.test(trimmed) ? `${trimmed}Z` : trimmed;
  const time = Date.parse(zoned.replace(/([+-]\d{2})(\d{2})$/, "$1:$2"));
  return Number.isNaN(time) ? undefined : time;
}

const equal: Compare = (requested, wanted) => requested === wanted;
const less: Compare = (requested, wanted) => requested < wanted;
const lessOrEqual: Compare = (requested, wanted) => requested <= wanted;
const greater: Compare = (requested, wanted) => requested > wanted;
const greaterOrEqual: Compare = (requested, wanted) => requested >= wanted;

const is = (test: Operator["test"]): Operator => ({ negated: false, test });
const not = (test: Operator["test"]): Operator => ({ negated: true, test });

/** Source: IAM User Guide, "IAM JSON policy elements: Condition operators". */
const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  Object.entries<Operator>({
    stringequals: is(equals),
    stringnotequals: not(equals),
    stringequalsignorecase: is(equalsIgnoreCase),
    stringnotequalsignorecase: not(equalsIgnoreCase),
    stringlike: is(like),
    stringnotlike: not(like),
    numericequals: is(compare(parseNumber, equal)),
    numericnotequals: not(compare(parseNumber, equal)),
    numericlessthan: is(compare(parseNumber, less)),
    numericlessthanequals: is(compare(parseNumber, lessOrEqual)),
    numericgreaterthan: is(compare(parseNumber, greater)),
    numericgreaterthanequals: is(compare(parseNumber, greaterOrEqual)),
    dateequals: is(compare(parseDate, equal)),
    datenotequals: not(compare(parseDate, equal)),
    datelessthan: is(compare(parseDate, less)),
    datelessthanequals: is(compare(parseDate, lessOrEqual)),
    dategreaterthan: is(compare(parseDate, greater)),
    dategreaterthanequals: is(compare(parseDate, greaterOrEqual)),
    bool: is(bool),
    binaryequals: is(equals),
    ipaddress: is(ip),
    notipaddress: not(ip),
    arnequals: is(arn),
    arnlike: is(arn),
    arnnotequals: not(arn),
    arnnotlike: not(arn),
  }),
);
