import { fault } from "../../base/fault.ts";

/** STS's errors, as STS words them. Sources: AWS STS API Reference; IAM User Guide, "Troubleshoot IAM roles"; answers of the service. */
const validation = (message: string) => fault("ValidationError", message, { status: 400 });
const denied = (message: string) => fault("AccessDenied", message, { status: 403 });

export const invalidRoleArn = (arn: string) => validation(`${arn} is invalid`);
export const rootMayNotAssume = () => denied("Roles may not be assumed by root accounts.");
export const longerThanRole = () =>
  validation("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
export const longerThanChain = () =>
  validation(
    "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
  );
export const sessionMayNotCall = (operation: string) =>
  denied(`Cannot call ${operation} with session credentials`);
export const noSuchMfaDevice = () =>
  denied(
    "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
  );
export const tooLarge = (percent: number) =>
  fault(
    "PackedPolicyTooLarge",
    `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`,
  );
export const tooManyTags = () => validation("The number of session tags exceeds the maximum of 50.");
export const duplicateTags = () =>
  fault(
    "InvalidParameterValue",
    "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    {
      status: 400,
    },
  );
export const transitiveConflict = () =>
  fault(
    "InvalidParameterValue",
    "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    { status: 400 },
  );
export const transitiveKeyMissing = (key: string) =>
  fault("InvalidParameterValue", `The transitive tag key ${key} is not among the session tags.`, {
    status: 400,
  });
export const sourceIdentityIsSet = () =>
  denied("The source identity of the calling session can't be changed.");
export const unknownAccessKey = (id: string) => validation(`The access key ID ${id} is not valid.`);
export const tokenNotValidHere = () =>
  fault("InvalidClientTokenId", "The security token included in the request is invalid", { status: 403 });
