import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readFloors, violations } from "./floors.ts";
import { problems, RULES } from "./tidy.ts";

const FIXTURES = join(import.meta.dirname, "fixtures");
const fixture = (name: string): string => readFileSync(join(FIXTURES, name), "utf8");
const floors = readFloors(readFileSync(join(import.meta.dirname, "../docs/ARCHITECTURE.md"), "utf8"));

test.each([
  ["a room below imports one above", "src/store/example.ts", "floors/up.txt"],
  ["a service imports another", "src/services/sts/example.ts", "floors/sideways.txt"],
  ["a type is imported from above", "src/base/example.ts", "floors/type-only.txt"],
  ["a room above is loaded later", "src/wire/example.ts", "floors/dynamic.txt"],
  ["a room above is passed on", "src/base/example.ts", "floors/re-export.txt"],
])("floors: %s", (_what, path, file) => {
  expect(violations(floors, path, fixture(file))).not.toEqual([]);
});

test("floors: a service may import the platform and itself", () => {
  expect(violations(floors, "src/services/sts/example.ts", fixture("floors/allowed.txt"))).toEqual([]);
});

/** The path a fixture stands for, where its rule applies. */
const TIDY_PATHS: Readonly<Record<string, string>> = {
  "no sleeping tests": "src/store/example.test.ts",
  "no skipped tests": "src/store/example.test.ts",
};

test.each(RULES.map((rule) => [rule.name] as const))("tidy: %s", (name) => {
  const file = `tidy/${name.replaceAll(/[^a-z]+/g, "-")}.txt`;
  const found = problems(TIDY_PATHS[name] ?? "src/store/example.ts", fixture(file));
  expect(found.some((line) => line.includes(name))).toBe(true);
});

test("tidy: a file of more than 300 lines is told to be two", () => {
  expect(problems("src/store/example.ts", "\n".repeat(400)).join()).toMatch(/at most 300/);
});
