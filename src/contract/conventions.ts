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
  readonly invalid: ((message: string) => Fault) | undefined;
}

const serialization = (message: string): Fault => fault("SerializationException", message, { status: 400 });
const malformedInput = (message: string): Fault => fault("MalformedInput", message, { status: 400 });

/** Coral's JSON, which Glue and Athena speak. */
const json = (invalidCode: string): Conventions => ({
  malformed: () => serialization(""),
  wrongType: (got, wanted) => serialization(`${got} cannot be converted to ${wanted}`),
  wrongText: (_name, _value, wanted) => serialization(`STRING_VALUE cannot be converted to ${wanted}`),
  missingBody: () => serialization(""),
  invalid: (message) => fault(invalidCode, message, { status: 400 }),
});

/** Source: IAM and STS API References, "Common Errors" (MalformedQueryString, ValidationError). */
const query: Conventions = {
  malformed: () => malformedInput("The request could not be parsed."),
  wrongType: (got, wanted) => malformedInput(`${got} cannot be converted to ${wanted}`),
  wrongText: (_name, _value, wanted) => malformedInput(`STRING_VALUE cannot be converted to ${wanted}`),
  missingBody: () => malformedInput("The request could not be parsed."),
  invalid: (message) => fault("ValidationError", message, { status: 400 }),
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
  glue: json("ValidationException"),
  athena: json("InvalidRequestException"),
};

const BY_PROTOCOL: Readonly<Record<string, Conventions>> = {
  query,
  ec2: query,
  json: json("ValidationException"),
  "rest-xml": s3,
};

export const conventionsOf = (contract: Contract): Conventions =>
  BY_API[contract.api] ?? BY_PROTOCOL[contract.protocol] ?? json("ValidationException");
