import { fault } from "../../base/fault.ts";
import type { EntityKind } from "./model.ts";

/** IAM's errors, as IAM words them. Sources: IAM API Reference, "Common errors"; answers of the service. */
const TITLE: Record<EntityKind, string> = { user: "User", group: "Group", role: "Role" };

const noSuchEntity = (message: string) => fault("NoSuchEntity", message);
const limitExceeded = (message: string) => fault("LimitExceeded", message);
const deleteConflict = (message: string) => fault("DeleteConflict", message);
export const invalidInput = (message: string) => fault("InvalidInput", message);

export const entityNotFound = (kind: EntityKind, name: string) =>
  noSuchEntity(`The ${kind} with name ${name} cannot be found.`);
export const entityExists = (kind: EntityKind, name: string) =>
  fault("EntityAlreadyExists", `${TITLE[kind]} with name ${name} already exists.`);
export const inlinePolicyNotFound = (kind: EntityKind, name: string) =>
  noSuchEntity(`The ${kind} policy with name ${name} cannot be found.`);

export const policyNotFound = (arn: string) => noSuchEntity(`Policy ${arn} was not found.`);
export const policyNotAttachable = (arn: string) =>
  noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
export const policyVersionNotFound = (arn: string, version: string) =>
  noSuchEntity(`Policy ${arn} version ${version} does not exist or is not attachable.`);
export const policyExists = (name: string) =>
  fault("EntityAlreadyExists", `A policy called ${name} already exists. Duplicate names are not allowed.`);

export const accessKeyNotFound = (id: string) =>
  noSuchEntity(`The Access Key with id ${id} cannot be found.`);
export const instanceProfileNotFound = (name: string) =>
  noSuchEntity(`Instance Profile ${name} cannot be found.`);
export const instanceProfileExists = (name: string) =>
  fault("EntityAlreadyExists", `Instance Profile ${name} already exists.`);
export const instanceProfileIsFull = () =>
  limitExceeded("Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
export const roleNotInInstanceProfile = (role: string, profile: string) =>
  noSuchEntity(`Role ${role} not in Instance Profile ${profile}.`);
export const aliasTaken = (alias: string) =>
  fault("EntityAlreadyExists", `The account alias ${alias} already exists.`);
export const aliasNotFound = (alias: string) =>
  noSuchEntity(`The account alias with name ${alias} cannot be found.`);

export const quotaExceeded = (name: string, quota: number) =>
  limitExceeded(`Cannot exceed quota for ${name}: ${quota}`);
export const inlinePoliciesTooLong = (kind: EntityKind, name: string, characters: number) =>
  limitExceeded(`Maximum policy size of ${characters} bytes exceeded for ${kind} ${name}`);
export const tooManyVersions = (versions: number) =>
  limitExceeded(
    `A managed policy can have up to ${versions} versions. Before you create a new version, you must delete an existing version.`,
  );
export const tooManyTags = () => limitExceeded("The number of tags has reached the maximum limit.");

export const mustFirst = (what: string) => deleteConflict(`Cannot delete entity, must ${what} first.`);
export const policyIsAttached = () => deleteConflict("Cannot delete a policy attached to entities.");
export const policyHasVersions = () =>
  deleteConflict(
    "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
  );
export const versionIsDefault = () => deleteConflict("Cannot delete the default version of a policy.");

export const invalidArn = (arn: string) => invalidInput(`ARN ${arn} is not valid.`);
export const duplicateTags = () =>
  invalidInput("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
export const systemTag = () => invalidInput("Tag keys that start with 'aws:' are reserved for system use.");
export const invalidMarker = () => fault("ValidationError", "Invalid Marker.", { status: 400 });
export const mustSpecifyUser = () =>
  fault("ValidationError", "Must specify userName when calling with non-User credentials", { status: 400 });
export const tokenNotValidHere = () =>
  fault("InvalidClientTokenId", "The security token included in the request is invalid", { status: 403 });

export const passwordPolicyNotFound = (account: string) =>
  noSuchEntity(`The Password Policy with domain name ${account} cannot be found.`);
export const loginProfileNotFound = (user: string) =>
  noSuchEntity(`Login Profile for User ${user} cannot be found.`);
export const loginProfileExists = (user: string) =>
  fault("EntityAlreadyExists", `Login Profile for user ${user} already exists.`);
export const weakPassword = () =>
  fault("PasswordPolicyViolation", "Password does not conform to the account password policy.");
export const oldPasswordWrong = () =>
  fault("AccessDenied", "The old password was incorrect.", { status: 403 });
export const notAUser = () => fault("InvalidUserType", "Only IAM users can change their own password.");
