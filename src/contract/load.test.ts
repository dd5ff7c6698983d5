import { describe, expect, test } from "vitest";
import {
  contractForSigningName,
  contractForTargetPrefix,
  contractForVersion,
  KNOWN_APIS,
  loadContract,
} from "./load.ts";
import { compilePattern } from "./pattern.ts";
import { toReference } from "./shapes.ts";

describe.each(KNOWN_APIS)("the contract of $api", (known) => {
  const contract = loadContract(known.api);

  test("says what the table of APIs says", () => {
    expect(contract).toMatchObject(known);
    expect(contract.operations.size).toBeGreaterThan(10);
  });

  test("refers to no shape that it lacks", () => {
    const missing = Object.entries(contract.shapes).flatMap(([name, shape]) => {
      const parts = [...Object.values(shape.members ?? {}), shape.member, shape.key, shape.value];
      const names = parts.filter((part) => part !== undefined).map((part) => toReference(part).shape);
      return names.filter((part) => !Object.hasOwn(contract.shapes, part)).map((part) => `${name} → ${part}`);
    });
    expect(missing).toEqual([]);
  });

  test("has no pattern that does not compile", () => {
    for (const { pattern } of Object.values(contract.shapes)) if (pattern) compilePattern(pattern);
  });
});

test("an API is found by whatever a request bears", () => {
  expect(contractForSigningName("s3")?.api).toBe("s3");
  expect(contractForTargetPrefix("AWSGlue")?.api).toBe("glue");
  expect(contractForVersion("2010-05-08")?.api).toBe("iam");
  expect(contractForVersion("2006-03-01")).toBeUndefined();
});
