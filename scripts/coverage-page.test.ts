import { expect, test } from "vitest";
import { coveragePage, pageOnDisk } from "./coverage-page.ts";

test("docs/COVERAGE.md says what is built; else run `npm run coverage-page`", () => {
  expect(pageOnDisk()).toBe(coveragePage());
});
