import { expect, test } from "vitest";
import { coveragePage, onDisk, readmeWithCounts } from "./coverage-page.ts";

test("docs/COVERAGE.md says what is built; else run `npm run coverage-page`", () => {
  expect(onDisk().page).toBe(coveragePage());
});

test("README.md counts what is built; else run `npm run coverage-page`", () => {
  const { readme } = onDisk();
  expect(readmeWithCounts(readme)).toBe(readme);
});
