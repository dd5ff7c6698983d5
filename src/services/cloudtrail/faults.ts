import { fault } from "../../base/fault.ts";

/** Source: CloudTrail API Reference, LookupEvents, "Errors"; where AWS's answer is not documented, its description stands. */
export const invalidTimeRange = () =>
  fault(
    "InvalidTimeRangeException",
    "The timestamp values are not valid. Either the start time occurs after the end time, or the time range is outside the range of possible values.",
  );

export const invalidLookupAttributes = () =>
  fault("InvalidLookupAttributesException", "A lookup attribute is specified that is not valid.");

export const tooManyLookupAttributes = () =>
  fault("InvalidLookupAttributesException", "The list of lookup attributes can contain only one item.");

export const invalidNextToken = () =>
  fault(
    "InvalidNextTokenException",
    "A token that is not valid, or a token that was previously used in a request with different parameters.",
  );

/** What happens is not written down, so that an empty answer would be a lie. */
export const nothingIsKept = () =>
  fault("UnsupportedOperationException", "HOSU_TRAIL is off: nothing that happens is written down.");

export const invalidTrailName = (message: string) => fault("InvalidTrailNameException", message);

export const arnInvalid = (arn: string) =>
  fault("CloudTrailARNInvalidException", `The ARN is not valid: ${arn}`);

/** @param trail as it was asked for. */
export const trailNotFound = (trail: string, account: string) =>
  fault("TrailNotFoundException", `Unknown trail: ${trail} for the user: ${account}`);

export const trailExists = (name: string, account: string) =>
  fault("TrailAlreadyExistsException", `Trail ${name} already exists for customer: ${account}`);

export const tooManyTrails = (account: string, region: string, most: number) =>
  fault(
    "MaximumNumberOfTrailsExceededException",
    `User: ${account} already has ${most} trails in ${region}.`,
  );

export const notHomeRegion = (arn: string, home: string) =>
  fault(
    "InvalidHomeRegionException",
    `Trail ${arn} can be changed from its home Region alone, which is ${home}.`,
  );

export const multiRegionWithoutGlobal = () =>
  fault("InvalidParameterCombinationException", "Multi-Region trail must include global service events.");

export const invalidBucketName = (bucket: string) =>
  fault("InvalidS3BucketNameException", `The S3 bucket name is not valid: ${bucket}`);

export const invalidPrefix = (most: number) =>
  fault("InvalidS3PrefixException", `The S3 prefix is longer than ${most} characters.`);

export const bucketDoesNotExist = (bucket: string) =>
  fault("S3BucketDoesNotExistException", `S3 bucket ${bucket} does not exist!`);

export const insufficientBucketPolicy = (bucket: string) =>
  fault(
    "InsufficientS3BucketPolicyException",
    `Incorrect S3 bucket policy is detected for bucket: ${bucket}`,
  );

export const invalidSelectors = (message: string) => fault("InvalidEventSelectorsException", message);

export const invalidTag = (message: string) => fault("InvalidTagParameterException", message);

export const tooManyTags = (most: number) =>
  fault("TagsLimitExceededException", `A trail can have up to ${most} tags.`);

export const resourceNotFound = (arn: string) =>
  fault("ResourceNotFoundException", `The resource is not found: ${arn}`);

export const tooManyArns = (most: number) =>
  fault("InvalidParameterException", `ResourceIdList can have up to ${most} ARNs.`, { status: 400 });

export const startedTooOften = () =>
  fault("ThrottlingException", "Logging was started and stopped too often since the last delivery.");

/** What would change what is logged or who can read it is refused by name rather than dropped. */
export const notBuiltHere = (what: string) =>
  fault("UnsupportedOperationException", `Hosu does not implement ${what} yet.`);

/** A trail that logged only what passes here would be no trail. */
export const notEverythingIsKept = () =>
  fault(
    "UnsupportedOperationException",
    "Where several processes share a lake, each keeps only the events of the calls that it answered: a trail would miss the others'.",
  );
