import { expect, test } from "vitest";
import { usage } from "./usage.ts";

const NOTHING: unknown = undefined;

// Source: Amazon S3 User Guide, "Understanding your AWS billing and usage reports for Amazon S3".
test.each([
  ["PutObject", { Bucket: "lake" }, NOTHING, "Requests-Tier1"],
  ["PutObject", { StorageClass: "STANDARD" }, NOTHING, "Requests-Tier1"],
  ["PutObject", { StorageClass: "GLACIER_IR" }, NOTHING, "Requests-GIR-Tier1"],
  ["GetObject", { Bucket: "lake" }, { StorageClass: "STANDARD_IA" }, "Requests-SIA-Tier2"],
  ["HeadObject", { Bucket: "lake" }, {}, "Requests-Tier2"],
  ["DeleteObject", { Bucket: "lake" }, {}, undefined],
  // What a refused request asked for is no class, whatever it is called.
  ["PutObject", { StorageClass: "constructor" }, NOTHING, "Requests-Tier1"],
  ["PutObject", { StorageClass: "__proto__" }, NOTHING, "Requests-Tier1"],
])("%s of %j, answered %j, is charged as %s", (operation, input, output, type) => {
  expect(usage.chargedAs({ operation, input, output })).toBe(type);
});
