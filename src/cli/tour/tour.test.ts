import { describe, expect, test } from "vitest";
import { cliWords, shellLine, type Call } from "./calls.ts";
import { HEADER, monthNames, monthOfOrders } from "./orders.ts";
import { dollarsPerTerabyte, queryDollars } from "./prices.ts";
import { columns, widthOf } from "./screen.ts";

const MIB = 1_048_576;

describe("a price", () => {
  test.each([
    ["a terabyte", MIB * MIB, 5],
    ["ten megabytes at least", 1, (10 / MIB) * 5],
    ["whole megabytes", 20 * MIB + 1, (21 / MIB) * 5],
  ])("%s", (_, bytes, dollars) => expect(queryDollars("us-east-1", bytes)).toBeCloseTo(dollars, 12));

  test("that is not known is not guessed", () => {
    expect([dollarsPerTerabyte("ap-northeast-2"), queryDollars("moon-1", MIB)]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe("orders", () => {
  const text = (month: string): string => [...monthOfOrders(month, 100_000)].join("");

  test("are the same each time, and other ones each month", () => {
    expect(text("2024-02")).toBe(text("2024-02"));
    expect(text("2024-02").slice(0, 500)).not.toBe(text("2024-03").slice(0, 500));
  });

  test("lie in their month, in order, with as many fields as the header", () => {
    const [header, ...lines] = text("2024-02").trimEnd().split("\n");
    expect(`${header}\n`).toBe(HEADER);
    const fields = lines.map((line) => line.split(","));
    expect(new Set(fields.map((line) => line.length))).toEqual(new Set([HEADER.split(",").length]));
    const days = fields.map(([, day]) => day ?? "");
    expect(days).toEqual(days.toSorted());
    expect([days[0], days.at(-1)]).toEqual(["2024-02-01", "2024-02-29"]);
  });

  test("fill the size that is asked for", () => {
    expect(text("2025-12").length).toBeGreaterThan(99_000);
    expect(text("2025-12").length).toBeLessThan(101_000);
    expect(monthNames()).toHaveLength(24);
  });
});

describe("a call as a command", () => {
  const operation = (input: Readonly<Record<string, unknown>>): Call => ({
    kind: "operation",
    service: "athena",
    operation: "StartQueryExecution",
    input,
  });

  test.each<[Call, string]>([
    [{ kind: "make-bucket", bucket: "b" }, "s3 mb s3://b"],
    [
      operation({ QueryString: "SELECT 'a'", ResultConfiguration: { OutputLocation: "s3://b/r/" } }),
      `athena start-query-execution --query-string "SELECT 'a'" --result-configuration OutputLocation=s3://b/r/`,
    ],
    [
      operation({ QueryString: `SELECT '$a'` }),
      `athena start-query-execution --query-string 'SELECT '\\''$a'\\'''`,
    ],
    [operation({ A: { B: "x y" } }), `athena start-query-execution --a '{"B":"x y"}'`],
  ])("%o", (call, line) => expect(shellLine(cliWords(call))).toBe(line));
});

test("columns stay straight in Korean", () => {
  const lines = columns([
    ["", "읽은 양"],
    ["월별", "1"],
  ]);
  expect(lines.map(widthOf)).toEqual([14, 14]);
});
