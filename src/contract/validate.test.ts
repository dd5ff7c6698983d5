import { describe, expect, test } from "vitest";
import { isFault } from "../base/fault.ts";
import type { ApiName } from "./apis.ts";
import { decodeInput } from "./decode.ts";
import { loadContract } from "./load.ts";
import { requestTo, type SampleRequest } from "./testing.ts";

function refusal(api: ApiName, name: string, sample: SampleRequest & { readonly target?: string }): string {
  const contract = loadContract(api);
  const operation = contract.operations.get(name);
  try {
    if (operation) decodeInput(contract, operation, requestTo(sample.target ?? "/", sample));
  } catch (error) {
    if (isFault(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "";
}

const one = (rest: string): string => `1 validation error detected: ${rest}`;
const NOT_NULL = "failed to satisfy constraint: Member must not be null";

describe("a query request is refused", () => {
  test.each([
    ["CreateUser", "", `ValidationError: ${one(`Value null at 'userName' ${NOT_NULL}`)}`],
    [
      "CreateUser",
      "UserName=",
      "ValidationError: 2 validation errors detected: Value '' at 'userName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+; Value '' at 'userName' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      "CreateRole",
      `RoleName=${"a".repeat(65)}&AssumeRolePolicyDocument=x`,
      `ValidationError: ${one(`Value '${"a".repeat(65)}' at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64`)}`,
    ],
    [
      "CreateUser",
      "UserName=a&Tags.member.1.Key=k",
      `ValidationError: ${one(`Value null at 'tags.1.member.value' ${NOT_NULL}`)}`,
    ],
    [
      "ListUsers",
      "MaxItems=0",
      `ValidationError: ${one("Value '0' at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1")}`,
    ],
    [
      "CreateLoginProfile",
      "UserName=a&Password=",
      "ValidationError: 2 validation errors detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\u0009\\u000A\\u000D\\u0020-\\u00FF]+; Value at 'password' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    ["ListUsers", "MaxItems=ten", "MalformedInput: STRING_VALUE can not be converted to an Integer"],
    ["ListUsers", "Marker=%ff", "MalformedInput: The request could not be parsed."],
  ])("%s %s", (operation, body, text) => {
    expect(refusal("iam", operation, { body })).toBe(text);
  });
});

describe("a JSON request is refused", () => {
  test.each([
    ["MaxResults", `"1"`, "STRING_VALUE can not be converted to an Integer"],
    ["MaxResults", "true", "TRUE_VALUE can not be converted to an Integer"],
    ["MaxResults", "[1]", "Start of list found where not expected"],
    ["MaxResults", `{"a":1}`, "Start of structure or map found where not expected."],
    ["NextToken", "1", "NUMBER_VALUE can not be converted to a String"],
  ])("whose %s is %s", (member, value, text) => {
    const body = `{"${member}":${value}}`;
    expect(refusal("athena", "ListWorkGroups", { body })).toBe(`SerializationException: ${text}`);
  });

  test.each([
    [`{"QueryString":"S","ExecutionParameters":"x"}`, "Expected list or null"],
    [`{"QueryString":"S","ExecutionParameters":[1]}`, "NUMBER_VALUE can not be converted to a String"],
    [`{"QueryString":"S","ResultConfiguration":"x"}`, "Expected null"],
    ["[]", "Start of list found where not expected"],
    ["{", ""],
    ["", ""],
    ["null", ""],
    [`"x"`, ""],
    [`{"QueryString":"S",}`, ""],
  ])("that is %s", (body, text) => {
    expect(refusal("athena", "StartQueryExecution", { body })).toBe(`SerializationException: ${text}`);
  });

  test("by Glue as ValidationException, a table's input as table", () => {
    expect(refusal("glue", "GetDatabase", { body: `{"Name":""}` })).toBe(
      `ValidationException: ${one("Value at 'name' failed to satisfy constraint: Member must have length greater than or equal to 1")}`,
    );
    const columns = `[{"Name":"a"},{"Name":"b","Comment":"x\\u0001"}]`;
    const body = `{"DatabaseName":"d","TableInput":{"Name":"n","StorageDescriptor":{"Columns":${columns}}}}`;
    expect(refusal("glue", "CreateTable", { body })).toBe(
      `ValidationException: ${one("Value at 'table.storageDescriptor.columns.2.member.comment' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\t]*")}`,
    );
  });

  test.each([
    ["GetQueryExecution", "{}", `Value null at 'queryExecutionId' ${NOT_NULL}`],
    ["GetQueryExecution", `{"QueryExecutionId":null}`, `Value null at 'queryExecutionId' ${NOT_NULL}`],
    [
      "ListWorkGroups",
      `{"MaxResults":99999999999}`,
      "Value at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 50",
    ],
    [
      "BatchGetQueryExecution",
      `{"QueryExecutionIds":[]}`,
      "Value at 'queryExecutionIds' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
  ])("by Athena's %s as InvalidRequestException: %s", (operation, body, text) => {
    expect(refusal("athena", operation, { body })).toBe(`InvalidRequestException: ${one(text)}`);
  });

  test("naming a list of plain values as a whole, and an enum's values", () => {
    const deleting = `{"DatabaseName":"d","TablesToDelete":["a",""]}`;
    expect(refusal("glue", "BatchDeleteTable", { body: deleting })).toContain(
      "Value at 'tablesToDelete' failed to satisfy constraint: Member must satisfy constraint: [",
    );
    const getting = `{"DatabaseName":"d","AttributesToGet":["X"]}`;
    expect(refusal("glue", "GetTables", { body: getting })).toContain(
      "Member must satisfy enum value set: [NAME, TABLE_TYPE",
    );
  });

  test("nothing that is within its constraints", () => {
    expect(
      refusal("glue", "GetDatabase", { body: `{"Name":"호수","Unknown":[[[1]]],"CatalogId":null}` }),
    ).toBe("");
  });
});

describe("an S3 request is refused", () => {
  const MALFORMED =
    "MalformedXML: The XML you provided was not well-formed or did not validate against our published schema";
  test.each([
    ["PutBucketVersioning", "?versioning", "<VersioningConfiguration><Status>No</Status></VersioningConfiguration>", MALFORMED], // prettier-ignore
    ["PutBucketVersioning", "?versioning", "<VersioningConfiguration>", MALFORMED],
    ["PutBucketVersioning", "?versioning", "", "MissingRequestBodyError: Request Body is empty"],
    [
      "PutBucketTagging",
      "?tagging",
      "<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>",
      MALFORMED,
    ],
    ["DeleteObjects", "?delete", "<Delete><Quiet>perhaps</Quiet></Delete>", MALFORMED],
    ["ListObjectsV2", "?list-type=2&max-keys=a", "", "InvalidArgument: Provided max-keys not an integer or within integer range"], // prettier-ignore
  ])("%s %s %s", (operation, query, body, text) => {
    expect(refusal("s3", operation, { target: `/bucket${query}`, body })).toBe(text);
  });

  test("whose path is not UTF-8", () => {
    expect(refusal("s3", "GetObject", { target: "/bucket/%ff" })).toBe(
      "InvalidURI: Couldn't parse the specified URI.",
    );
  });

  test("but an empty number is none, and a date that is none is not looked at", () => {
    const list = refusal("s3", "ListObjectsV2", { target: "/bucket?list-type=2&max-keys=" });
    const get = refusal("s3", "GetObject", {
      target: "/bucket/key",
      headers: { "if-modified-since": "soon" },
    });
    expect([list, get]).toEqual(["", ""]);
  });
});
