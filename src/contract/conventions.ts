/** Where the APIs differ in how they refuse: which code a malformed or invalid request gets. One row an API. */
import { fault, type Fault } from "../base/fault.ts";
import type { Contract } from "./model.ts";

export interface Conventions {
  /** The body is not what its format says. */
  readonly malformed: (reason: string) => Fault;
  /** A value is not of its member's type. `wanted` is the type in Java's words, `got` the value's. */
  readonly wrongType: (got: string, wanted: string) => Fault;
  /** A header, label or query parameter that is no number, boolean or date. */
  readonly wrongText: (name: string, value: string, wanted: string) => Fault;
  /** A body is required and there is none. */
  readonly missingBody: () => Fault;
  /** Constraints are violated; undefined where the service itself checks (S3). */
  readonly invalid: Invalid | undefined;
}

export interface Invalid {
  readonly code: string;
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Whether a violation repeats the value that violates. */
  readonly showsValues: boolean;
  /** Members that the messages call by another name, as paths from the input. */
  readonly names?: Readonly<Record<string, string>>;
  /** Members whose violation has a code of its own, where nothing else is violated. */
  readonly codes?: Readonly<Record<string, string>>;
}

const serialization = (message: string): Fault => fault("SerializationException", message, { status: 400 });
const malformedInput = (message: string): Fault => fault("MalformedInput", message, { status: 400 });

/** What Glue and Athena speak. Source: answers of Athena itself, measured in September 2026 by the athena-local project. */
const json = (invalid: Invalid): Conventions => ({
  malformed: () => serialization(""),
  wrongType: (got, wanted) => serialization(mismatch(got, wanted)),
  wrongText: (_name, _value, wanted) => serialization(mismatch("STRING_VALUE", wanted)),
  missingBody: () => serialization(""),
  invalid,
});

function mismatch(got: string, wanted: string): string {
  if (got === "START_ARRAY") return "Start of list found where not expected";
  if (got === "START_OBJECT") return "Start of structure or map found where not expected.";
  switch (wanted) {
    case "List":
      return "Expected list or null";
    case "Map":
      return "Expected map or null";
    case "Structure":
      return "Expected null";
    default:
      return `${got} can not be converted to ${wanted === "Integer" ? "an" : "a"} ${wanted}`;
  }
}

/** Source: IAM and STS API References, "Common Errors" (MalformedQueryString, ValidationError). */
const query: Conventions = {
  malformed: () => malformedInput("The request could not be parsed."),
  wrongType: (got, wanted) => malformedInput(mismatch(got, wanted)),
  wrongText: (_name, _value, wanted) => malformedInput(mismatch("STRING_VALUE", wanted)),
  missingBody: () => malformedInput("The request could not be parsed."),
  invalid: { code: "ValidationError", showsValues: true },
};

/** Source: S3 API Reference, "Error responses". */
const s3: Conventions = {
  malformed: () => malformedXml(),
  wrongType: () => malformedXml(),
  wrongText: (name, value, wanted) =>
    fault("InvalidArgument", s3WrongText(name, wanted), {
      status: 400,
      fields: { ArgumentName: name, ArgumentValue: value },
    }),
  missingBody: () => fault("MissingRequestBodyError", "Request Body is empty", { status: 400 }),
  invalid: undefined,
};

const s3WrongText = (name: string, wanted: string): string =>
  wanted === "Integer" || wanted === "Long"
    ? `Provided ${name} not an integer or within integer range`
    : `Invalid value for ${name}`;

/** S3's one answer to every document it does not like. Source: S3 API Reference, "Error responses". */
export const malformedXml = (): Fault =>
  fault(
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
    { status: 400 },
  );

const BY_API: Readonly<Record<string, Conventions>> = {
  s3,
  glue: json({ code: "ValidationException", showsValues: false, names: { tableInput: "table" } }),
  athena: json({
    code: "InvalidRequestException",
    fields: { AthenaErrorCode: "INVALID_INPUT" },
    showsValues: false,
  }),
  // Source: CloudTrail API Reference, LookupEvents, "Errors".
  cloudtrail: json({
    code: "ValidationException",
    showsValues: true,
    codes: { maxResults: "InvalidMaxResultsException", eventCategory: "InvalidEventCategoryException" },
  }),
};

const OTHER_JSON = json({ code: "ValidationException", showsValues: true });

const BY_PROTOCOL: Readonly<Record<string, Conventions>> = { query, ec2: query, "rest-xml": s3 };

export const conventionsOf = (contract: Contract): Conventions =>
  BY_API[contract.api] ?? BY_PROTOCOL[contract.protocol] ?? OTHER_JSON;
