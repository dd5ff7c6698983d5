import { fault, type Fault } from "../../base/fault.ts";

/** S3's errors in its own words. Source: Amazon S3 API Reference, "Error responses"; each also seen in its operation's page. */
type Fields = Readonly<Record<string, unknown>>;

const said = (status: number, code: string, message: string, fields: Fields = {}): Fault =>
  fault(code, message, { status, fields });

export const noSuchBucket = (name: string) =>
  said(404, "NoSuchBucket", "The specified bucket does not exist", { BucketName: name });

export const noSuchKey = (key: string) =>
  said(404, "NoSuchKey", "The specified key does not exist.", { Key: key });

export const noSuchVersion = (key: string, versionId: string) =>
  said(404, "NoSuchVersion", "The specified version does not exist.", { Key: key, VersionId: versionId });

export const noSuchUpload = (uploadId: string) =>
  said(
    404,
    "NoSuchUpload",
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
    { UploadId: uploadId },
  );

export const bucketAlreadyExists = (name: string) =>
  said(
    409,
    "BucketAlreadyExists",
    "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
    { BucketName: name },
  );

export const bucketAlreadyOwnedByYou = (name: string) =>
  said(
    409,
    "BucketAlreadyOwnedByYou",
    "Your previous request to create the named bucket succeeded and you already own it.",
    { BucketName: name },
  );

export const bucketNotEmpty = (name: string, versioned: boolean) =>
  said(
    409,
    "BucketNotEmpty",
    versioned
      ? "The bucket you tried to delete is not empty. You must delete all versions in the bucket."
      : "The bucket you tried to delete is not empty",
    { BucketName: name },
  );

export const tooManyBuckets = () =>
  said(400, "TooManyBuckets", "You have attempted to create more buckets than allowed");

export const invalidBucketName = (name: string) =>
  said(400, "InvalidBucketName", "The specified bucket is not valid.", { BucketName: name });

export const illegalLocationConstraint = (text: string) =>
  said(400, "IllegalLocationConstraintException", text);

export const invalidLocationConstraint = (constraint: string) =>
  said(400, "InvalidLocationConstraint", "The specified location-constraint is not valid", {
    LocationConstraint: constraint,
  });

export const wrongRegion = (asked: string, home: string) =>
  said(
    400,
    "AuthorizationHeaderMalformed",
    `The authorization header is malformed; the region '${asked}' is wrong; expecting '${home}'`,
    { Region: home },
  );

export const accessDenied = () => said(403, "AccessDenied", "Access Denied");

export const invalidArgument = (message: string, name: string, value: unknown) =>
  said(400, "InvalidArgument", message, { ArgumentName: name, ArgumentValue: String(value) });

export const invalidRequest = (message: string) => said(400, "InvalidRequest", message);

export const keyTooLong = (bytes: number, most: number) =>
  said(400, "KeyTooLongError", "Your key is too long", { Size: String(bytes), MaxSizeAllowed: String(most) });

export const metadataTooLarge = (bytes: number, most: number) =>
  said(400, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size", {
    Size: String(bytes),
    MaxSizeAllowed: String(most),
  });

export const preconditionFailed = (condition: string) =>
  said(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold", {
    Condition: condition,
  });

/** 304 has no body; the code is for the trail. */
export const notModified = () => said(304, "NotModified", "Not Modified");

export const invalidRange = (asked: string, bytes: number) =>
  said(416, "InvalidRange", "The requested range is not satisfiable", {
    RangeRequested: asked,
    ActualObjectSize: String(bytes),
  });

export const invalidPartNumber = (asked: number, parts: number) =>
  said(416, "InvalidPartNumber", "The requested partnumber is not satisfiable", {
    PartNumberRequested: String(asked),
    ActualPartCount: String(parts),
  });

export const invalidPart = (uploadId: string, number: number, etag: string) =>
  said(
    400,
    "InvalidPart",
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { UploadId: uploadId, PartNumber: String(number), ETag: etag },
  );

export const invalidPartOrder = (uploadId: string) =>
  said(
    400,
    "InvalidPartOrder",
    "The list of parts was not in ascending order. The parts list must be specified in order by part number.",
    { UploadId: uploadId },
  );

export const entityTooSmall = (bytes: number, number: number, etag: string, least: number) =>
  said(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", {
    ProposedSize: String(bytes),
    MinSizeAllowed: String(least),
    PartNumber: String(number),
    ETag: etag,
  });

export const entityTooLarge = (bytes: number, most: number) =>
  said(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", {
    ProposedSize: String(bytes),
    MaxSizeAllowed: String(most),
  });

export const malformedXml = () =>
  said(
    400,
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
  );

export const invalidTag = (message: string) => said(400, "InvalidTag", message);

export const badTagging = () =>
  invalidArgument(
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
    "x-amz-tagging",
    "",
  );

export const noSuchTagSet = (name: string) =>
  said(404, "NoSuchTagSet", "The TagSet does not exist", { BucketName: name });

export const noSuchBucketPolicy = (name: string) =>
  said(404, "NoSuchBucketPolicy", "The bucket policy does not exist", { BucketName: name });

export const noSuchCors = (name: string) =>
  said(404, "NoSuchCORSConfiguration", "The CORS configuration does not exist", { BucketName: name });

export const methodNotAllowed = (method: string, resourceType: string) =>
  said(405, "MethodNotAllowed", "The specified method is not allowed against this resource.", {
    Method: method,
    ResourceType: resourceType,
  });

export const aclNotSupported = () =>
  said(400, "AccessControlListNotSupported", "The bucket does not allow ACLs");

export const invalidStorageClass = () =>
  said(400, "InvalidStorageClass", "The storage class you specified is not valid");

export const invalidObjectState = (storageClass: string) =>
  said(403, "InvalidObjectState", "The operation is not valid for the object's storage class", {
    StorageClass: storageClass,
  });

/** What Hosu does not do yet of an operation that it does: refused by name, never ignored. */
export const notBuiltHere = (what: string) =>
  said(501, "NotImplemented", `Hosu does not implement ${what} yet.`);
