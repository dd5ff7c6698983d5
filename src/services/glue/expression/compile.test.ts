import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isFault } from "../../../base/fault.ts";
import { compileExpression, HIVE_NULL } from "./compile.ts";
import { likeMatcher } from "./like.ts";

const KEYS = [
  { Name: "year", Type: "int" },
  { Name: "region", Type: "string" },
  { Name: "day", Type: "date" },
  { Name: "at", Type: "timestamp" },
  { Name: "price", Type: "decimal(10,2)" },
  { Name: "odd", Type: "array<int>" },
];
const VALUES = ["2024", "eu-west", "2024-02-29", "2024-02-29 10:00:00.5", "-1.50", "x"];
const matches = (expression: string, values = VALUES): boolean =>
  compileExpression(expression, KEYS).matches(values);

test.each([
  ["year = 2024", true],
  ["year = '2024'", true],
  ["year <> 2024", false],
  ["year != 2023", true],
  ["year > 9", true],
  ["year>=2024 and year<=2024", true],
  ["YEAR in (1, 2024)", true],
  ["year not in (1, 2024)", false],
  ["year between 2000 and 2024", true],
  ["year not between 2000 and 2024", false],
  ["region = 'eu-west'", true],
  ["region like 'eu%'", true],
  ["region like 'eu_west'", true],
  ["region not like '%east'", true],
  ["region > 'a'", true],
  ["`region` = 'eu-west'", true],
  ["\"region\" = 'eu-west'", true],
  ["day >= '2024-02-28' and day < '2024-03-01'", true],
  ["day = date '2024-02-29'", true],
  ["at = '2024-02-29 10:00:00.500'", true],
  ["at > '2024-02-29 10:00:00'", true],
  ["price = -1.5", true],
  ["price < -1.49", true],
  ["price > -1.5", false],
  ["not year = 2023 and region = 'x'", false],
  ["not (year = 2023 and region = 'x')", true],
  ["year = 1 or year = 2024 and region = 'eu-west'", true],
  ["(year = 1 or year = 2024) and region = 'x'", false],
  ["((year) = (2024))", true],
  ["region is null", false],
  ["region is not null", true],
  ["region = 'it''s'", false],
  ["  year\n=\t2024 ", true],
])("%s is %s", (expression, expected) => {
  expect(matches(expression)).toBe(expected);
});

describe("a null partition value", () => {
  const nulls = [HIVE_NULL, HIVE_NULL, HIVE_NULL, HIVE_NULL, HIVE_NULL, HIVE_NULL];
  test.each([
    ["year is null", true],
    ["year is not null", false],
    ["year = 2024", false],
    ["not year = 2024", false],
    ["year = 2024 or region is null", true],
    ["year not in (1)", false],
  ])("%s is %s", (expression, expected) => {
    expect(matches(expression, nulls)).toBe(expected);
  });
});

test.each([
  ["colour = 'red'", "InvalidInputException: Invalid partition expression!"],
  ["year =", "InvalidInputException: Unsupported expression 'year ='"],
  ["year = 2024 and", "InvalidInputException: Unsupported expression 'year = 2024 and'"],
  ["(year = 2024", "InvalidInputException: Unsupported expression '(year = 2024'"],
  ["year = region", "InvalidInputException: Unsupported expression 'year = region'"],
  ["year in ()", "InvalidInputException: Unsupported expression 'year in ()'"],
  ["year = 'x'", 'InvalidInputException: "x" is not an integer.'],
  ["day = '2023-02-29'", "InvalidInputException: 2023-02-29 is not a date."],
  ["price = '1,5'", "InvalidInputException: 1,5 is not a decimal."],
  ["year like '2%'", "InvalidInputException: Integral data type doesn't support operation 'LIKE'"],
  ["day like '2%'", "InvalidInputException: Date data type doesn't support operation 'LIKE'"],
  ["odd = 1", "InvalidInputException: Unknown type : 'array<int>'"],
])("%s is refused", (expression, refusal) => {
  expect(refusalOf(() => matches(expression))).toBe(refusal);
});

test("a partition whose value is not of its key's type is named", () => {
  expect(refusalOf(() => matches("year >= 0", ["null"]))).toBe(
    'InvalidStateException: For input string: "null" is not an integer.',
  );
});

test("nesting is bounded", () => {
  const deep = "(".repeat(500) + "year = 2024" + ")".repeat(500);
  expect(refusalOf(() => matches(`not ${deep} or year = 1`))).toMatch(/Unsupported expression/);
});

test("any text is an expression or refused", () => {
  const word = fc.constantFrom(
    "year",
    "region",
    "(",
    ")",
    "=",
    "<",
    "and",
    "or",
    "not",
    "in",
    "1",
    "'a'",
    ",",
    "like",
    "between",
    "is",
    "null",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(word).map((words) => words.join(" ")),
      ),
      (text) => {
        try {
          return typeof matches(text) === "boolean";
        } catch (error) {
          return isFault(error);
        }
      },
    ),
    { numRuns: 1_000 },
  );
});

test("integers compare as numbers, however large", () => {
  const integer = fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n });
  fc.assert(
    fc.property(integer, integer, (a, b) => {
      const test = (operator: string): boolean => matches(`year ${operator} ${b}`, [String(a)]);
      expect([test("<"), test("="), test(">")]).toEqual([a < b, a === b, a > b]);
      expect(test("<=")).toBe(!test(">"));
    }),
  );
});

test("strings compare by their characters, whatever quotes they hold", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      const literal = `'${b.replaceAll("'", "''")}'`;
      expect(matches(`region = ${literal}`, ["1", a])).toBe(a === b);
      expect(matches(`region in ('-', ${literal}, '+')`, ["1", b])).toBe(true);
    }),
  );
});

test("LIKE matches as its pattern written as a regular expression does", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "%", "_"), maxLength: 8 });
  const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 10 });
  fc.assert(
    fc.property(letters, text, (pattern, value) => {
      const wanted = new RegExp(`^${pattern.replaceAll("%", ".*").replaceAll("_", ".")}$`, "s");
      expect(likeMatcher(pattern)(value)).toBe(wanted.test(value));
    }),
  );
});

test.each([
  ["a = 'x' and b = 'y' and n = 1", ["x", "y"]],
  ["n = 1 and b = 'y' and a = 'x'", ["x", "y"]],
  ["a = 'x' or b = 'y'", []],
  ["b = 'y'", []],
  ["a > 'x' and b = 'y'", []],
  ["a = 'x' and (b = 'y' or n = 1)", ["x"]],
])("the first values of what matches %s are %s", (expression, leading) => {
  const keys = [{ Name: "a" }, { Name: "b", Type: "varchar(9)" }, { Name: "n", Type: "int" }];
  expect(compileExpression(expression, keys).leading).toEqual(leading);
});

function refusalOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (isFault(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "allowed";
}
