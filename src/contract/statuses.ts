/** HTTP statuses of codes that the contracts do not list: protocol errors, and nearly all of S3's. */
import type { Contract } from "./model.ts";

type Statuses = Readonly<Record<string, number>>;

/** Source: IAM and STS API References, "Common Errors". */
const QUERY: Statuses = {
  AccessDenied: 403,
  AccessDeniedException: 403,
  ExpiredToken: 403,
  IncompleteSignature: 403,
  InternalFailure: 500,
  InvalidClientTokenId: 403,
  MissingAuthenticationToken: 403,
  NotAuthorized: 403,
  NotImplemented: 501,
  OptInRequired: 403,
  RequestExpired: 400,
  ServiceFailure: 500,
  ServiceUnavailable: 503,
  SignatureDoesNotMatch: 403,
};

/** AWS JSON answers 400 for whatever the caller did, a refusal included. Source: Glue API Reference, "Common Errors". */
const JSON_CODES: Statuses = {
  InternalFailure: 500,
  InternalServerError: 500,
  NotImplemented: 501,
  ServiceUnavailable: 503,
  ServiceUnavailableException: 503,
};

/** Source: S3 API Reference, "Error responses", "List of error codes"; what is not here is 400. */
const S3: Statuses = {
  AccessDenied: 403,
  AccessControlListNotSupported: 400,
  AccessPointNotOwnedByYou: 403,
  AccountProblem: 403,
  AllAccessDisabled: 403,
  BucketAlreadyExists: 409,
  BucketAlreadyOwnedByYou: 409,
  BucketNotEmpty: 409,
  ConditionalRequestConflict: 409,
  CrossLocationLoggingProhibited: 403,
  EntityTooLarge: 400,
  IdempotencyParameterMismatch: 400,
  InternalError: 500,
  InternalFailure: 500,
  InvalidAccessKeyId: 403,
  InvalidBucketState: 409,
  InvalidObjectState: 403,
  InvalidPayer: 403,
  InvalidRange: 416,
  InvalidSecurity: 403,
  MethodNotAllowed: 405,
  MissingContentLength: 411,
  NoSuchAnnotation: 404,
  NoSuchBucket: 404,
  NoSuchBucketPolicy: 404,
  NoSuchConfiguration: 404,
  NoSuchCORSConfiguration: 404,
  NoSuchKey: 404,
  NoSuchLifecycleConfiguration: 404,
  NoSuchObjectLockConfiguration: 404,
  NoSuchPublicAccessBlockConfiguration: 404,
  NoSuchTagSet: 404,
  NoSuchUpload: 404,
  NoSuchVersion: 404,
  NoSuchWebsiteConfiguration: 404,
  NotFound: 404,
  NotImplemented: 501,
  NotModified: 304,
  NotSignedUp: 403,
  ObjectAlreadyInActiveTierError: 403,
  ObjectLockConfigurationNotFoundError: 404,
  ObjectNotInActiveTierError: 403,
  OperationAborted: 409,
  OwnershipControlsNotFoundError: 404,
  PermanentRedirect: 301,
  PreconditionFailed: 412,
  Redirect: 307,
  ReplicationConfigurationNotFoundError: 404,
  RequestTimeTooSkewed: 403,
  RequestTimeout: 400,
  RestoreAlreadyInProgress: 409,
  ServerSideEncryptionConfigurationNotFoundError: 404,
  ServiceUnavailable: 503,
  SignatureDoesNotMatch: 403,
  SlowDown: 503,
  TemporaryRedirect: 307,
  UnsupportedMediaType: 415,
};

/** @returns undefined for a code that stands nowhere. */
export function commonStatus(contract: Contract, code: string): number | undefined {
  const table = contract.api === "s3" ? S3 : contract.protocol === "query" ? QUERY : JSON_CODES;
  return Object.hasOwn(table, code) ? table[code] : undefined;
}
