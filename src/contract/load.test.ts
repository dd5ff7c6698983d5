import { describe, expect, test } from "vitest";
import { apiOfEndpoint, apiOfTarget, apiOfVersion, apisSignedAs, KNOWN_APIS } from "./known.ts";
import { loadContract } from "./load.ts";
import { compilePattern } from "./pattern.ts";
import { toReference } from "./shapes.ts";

describe.each(KNOWN_APIS)("the contract of $api", (known) => {
  const contract = loadContract(known.api);

  test("says what the table of APIs says", () => {
    const { iamPrefix, ...head } = known;
    expect(contract).toMatchObject(head);
    expect(iamPrefix).toMatch(/^[a-z0-9-]+$/);
    expect(contract.operations.size).toBeGreaterThan(0);
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
  expect(apisSignedAs("s3").map(({ api }) => api)).toEqual(["s3", "s3control"]);
  expect(apiOfTarget("AWSGlue")?.api).toBe("glue");
  expect(apiOfVersion("2010-05-08")?.api).toBe("iam");
  expect(apiOfVersion("2006-03-01")).toBeUndefined();
  expect(apiOfEndpoint("streams.dynamodb")?.api).toBe("dynamodbstreams");
});

test("a contract in another of its protocols shares all but the protocol", () => {
  const first = loadContract("cloudwatch");
  const query = loadContract("cloudwatch", "query");
  expect(first.protocol).toBe("smithy-rpc-v2-cbor");
  expect(query).toEqual({ ...first, protocol: "query" });
  expect(loadContract("cloudwatch", "query")).toBe(query);
});
