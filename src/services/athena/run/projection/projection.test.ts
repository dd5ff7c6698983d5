import { expect, test } from "vitest";
import type { Predicate } from "../../../../trino/prune/predicate.ts";
import { addTime, dateFormat } from "./date-format.ts";
import { projectedPartitions } from "./projection.ts";

const NOW = new Date("2026-03-05T10:20:30Z");
const TRUE: Predicate = { kind: "true" };

const paths = (
  properties: Readonly<Record<string, string>>,
  predicate: Predicate = TRUE,
): readonly string[] => {
  const keys = [...new Set(Object.keys(properties).map((name) => name.split(".")[1] ?? ""))].filter(
    (key) => key !== "location",
  );
  return projectedPartitions({ keys, properties, location: "s3://b/t" }, predicate, NOW).map(({ location }) =>
    location.slice("s3://b/t/".length),
  );
};

const of = (type: string, rest: Readonly<Record<string, string>>, key = "k") =>
  Object.fromEntries(
    Object.entries({ type, ...rest }).map(([name, value]) => [`projection.${key}.${name}`, value]),
  );

test.each([
  ["enum", { values: "A,B" }, ["k=A/", "k=B/"]],
  ["integer", { range: "0,4", interval: "2", digits: "2" }, ["k=00/", "k=02/", "k=04/"]],
  ["integer", { range: "-1,1" }, ["k=-1/", "k=0/", "k=1/"]],
  [
    "date",
    { format: "yyyy-MM-dd", range: "2026-02-27,2026-03-01" },
    ["k=2026-02-27/", "k=2026-02-28/", "k=2026-03-01/"],
  ],
  ["date", { format: "yyyyMM", range: "NOW-2MONTHS,NOW" }, ["k=202601/", "k=202602/", "k=202603/"]],
  ["date", { format: "yyyy/MM/dd", range: "NOW-1DAYS,NOW" }, ["k=2026%2F03%2F04/", "k=2026%2F03%2F05/"]],
  [
    "date",
    {
      format: "yyyy-MM-dd-HH",
      range: "2026-01-01-00,2026-01-01-12",
      interval: "6",
      "interval.unit": "HOURS",
    },
    ["k=2026-01-01-00/", "k=2026-01-01-06/", "k=2026-01-01-12/"],
  ],
] as const)("%s %j", (type, rest, expected) => {
  expect(paths(of(type, rest))).toEqual(expected);
});

test("keys are combined, conditions leave what they allow, and the template says where", () => {
  const properties = {
    ...of("enum", { values: "a,b" }, "x"),
    ...of("integer", { range: "1,1000000000" }, "y"),
    "storage.location.template": "s3://b/t/${y}/x-${x}",
  };
  const predicate: Predicate = {
    kind: "and",
    terms: [
      { kind: "compare", column: "x", type: "varchar", operator: "=", value: "b" },
      { kind: "compare", column: "y", type: "integer", operator: "<=", value: 2n },
    ],
  };
  const table = {
    keys: ["x", "y"],
    properties: { ...properties, ...of("integer", { range: "1,1000" }, "y") },
    location: "s3://b/t",
  };
  expect(projectedPartitions(table, predicate, NOW)).toEqual([
    { location: "s3://b/t/1/x-b", values: { x: "b", y: "1" } },
    { location: "s3://b/t/2/x-b", values: { x: "b", y: "2" } },
  ]);
  expect(() => projectedPartitions({ ...table, properties }, TRUE, NOW)).toThrow("1000000 partitions");
});

test("a value that is named is looked up in a range of any length", () => {
  const properties = of("integer", { range: "1,1000000000000" });
  const named: Predicate = { kind: "in", column: "k", type: "bigint", values: [7n, 999_999_999_999n] };
  expect(paths(properties, named)).toEqual(["k=7/", "k=999999999999/"]);
});

test("an injected key is told by the query", () => {
  const equal: Predicate = { kind: "compare", column: "k", type: "varchar", operator: "=", value: "v" };
  expect(paths(of("injected", {}), equal)).toEqual(["k=v/"]);
  expect(() => paths(of("injected", {}))).toThrow("injected projected partition column k");
});

test("what is wrong or not built is refused", () => {
  expect(() => paths(of("date", { format: "E", range: "NOW,NOW" }))).toThrow("date format E");
  expect(() => paths(of("date", { format: "yyyy-MM-dd HH", range: "NOW,NOW" }))).toThrow("needs an interval");
  expect(() => paths(of("integer", { range: "x" }))).toThrow("Invalid range");
  expect(() => paths(of("enum", {}))).toThrow("projection.k.values is missing");
});

test("dates are read back as they are printed, and months end where they end", () => {
  const format = dateFormat("yyyy'T'MM-dd");
  expect(format.print(NOW)).toBe("2026T03-05");
  expect(format.parse("2026T03-05")?.toISOString()).toBe("2026-03-05T00:00:00.000Z");
  expect(format.parse("2026T02-30")).toBeUndefined();
  expect(addTime(new Date("2026-01-31T00:00:00Z"), 1, "MONTHS").toISOString()).toBe(
    "2026-02-28T00:00:00.000Z",
  );
});
