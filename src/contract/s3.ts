/** Where S3 leaves what its contract can say: matching, root elements, statuses. Facts only. */

/** Root elements' namespace. Source: S3 API Reference, the response syntax of every operation. */
export const S3_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

/** Operations that a header alone tells from another one of the same method and URI. */
export const S3_TELLING_HEADERS: Readonly<Record<string, string>> = {
  CopyObject: "x-amz-copy-source",
  UploadPartCopy: "x-amz-copy-source",
};

/** Operations on other hosts that share a method and URI with a common one: taken only where `x-id` names them. */
export const S3_ONLY_BY_ID: readonly string[] = ["ListDirectoryBuckets"];

/** Outputs whose one member is the text of the root element itself. */
export const S3_ROOT_TEXT: Readonly<Record<string, string>> = { GetBucketLocation: "LocationConstraint" };

/** A part of an object is answered 206. Source: S3 API Reference, GetObject and HeadObject, "Range". */
export const s3Status = (output: Readonly<Record<string, unknown>>): number | undefined =>
  typeof output["ContentRange"] === "string" ? 206 : undefined;
