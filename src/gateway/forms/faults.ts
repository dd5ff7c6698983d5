import { fault, type Fault } from "../../base/fault.ts";

/**
 * What S3 says of a form, in the words that clients were told: the tables of "Error responses" have other codes for some.
 * Source: Amazon S3 API Reference, "Error responses", and the answers that LocalStack recorded of S3 (TestS3PresignedPost).
 */
const said = (
  status: number,
  code: string,
  message: string,
  fields: Readonly<Record<string, string>> = {},
): Fault => fault(code, message, { status, fields });

export const notMultipart = () =>
  said(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold", {
    Condition: "Bucket POST must be of the enclosure-type multipart/form-data",
  });

export const malformedPost = () =>
  said(400, "MalformedPOSTRequest", "The body of your POST request is not well-formed multipart/form-data.");

export const tooMuchBeforeFile = (most: number) =>
  said(
    400,
    "MaxPostPreDataLengthExceeded",
    "Your POST request fields preceeding the upload file was too large.",
    { MaxPostPreDataLengthBytes: String(most) },
  );

export const wrongNumberOfFiles = (count: number) =>
  said(400, "InvalidArgument", "POST requires exactly one file upload per request.", {
    ArgumentName: "file",
    ArgumentValue: String(count),
  });

export const missingField = (name: string) =>
  invalidField(
    name,
    "",
    `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
  );

export const invalidField = (
  name: string,
  value: string,
  message: string,
  more: Readonly<Record<string, string>> = {},
) => said(400, "InvalidArgument", message, { ArgumentName: name, ArgumentValue: value, ...more });

export const missingChecksum = () =>
  said(
    400,
    "InvalidRequest",
    "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
  );

/** The document itself is none. */
export const invalidPolicy = (why: string) => said(400, "InvalidPolicyDocument", `Invalid Policy: ${why}`);

/** The form is not as the document says. */
export const againstPolicy = (why: string) =>
  said(403, "AccessDenied", `Invalid according to Policy: ${why}`);

export const tooLarge = (bytes: number, most: number) =>
  said(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", {
    ProposedSize: String(bytes),
    MaxSizeAllowed: String(most),
  });

export const tooSmall = (bytes: number, least: number) =>
  said(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", {
    ProposedSize: String(bytes),
    MinSizeAllowed: String(least),
  });
