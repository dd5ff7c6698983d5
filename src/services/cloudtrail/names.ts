import { parseArn } from "../../base/arn.ts";
import type { Caller } from "../../platform/caller.ts";
import { arnInvalid, invalidTrailName } from "./faults.ts";
import { NAME_CHARACTERS } from "./limits.ts";
import { trailArn, type Place } from "./model.ts";

/** What a name must be. Source: CloudTrail API Reference, CreateTrail, Name. @throws Fault InvalidTrailNameException */
export function checkName(name: string): void {
  const { length } = name;
  const { min, max } = NAME_CHARACTERS;
  if (length < min)
    throw invalidTrailName(
      `Trail name too short. Minimum allowed length: ${min} characters. Specified name length: ${length} characters.`,
    );
  if (length > max)
    throw invalidTrailName(
      `Trail name too long. Maximum allowed length: ${max} characters. Specified name length: ${length} characters.`,
    );
  if (!/^[A-Za-z0-9]/.test(name)) throw invalidTrailName("Trail name must starts with a letter or number.");
  if (!/[A-Za-z0-9]$/.test(name)) throw invalidTrailName("Trail name must ends with a letter or number.");
  if (!/^[A-Za-z0-9._-]+$/.test(name))
    throw invalidTrailName(
      "Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_).",
    );
  if (/[._-]{2}/.test(name))
    throw invalidTrailName("Trail name must not have adjacent periods, hyphens, or underscores.");
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(name))
    throw invalidTrailName("Trail name must not be in IP address format.");
}

/** Where the trail is that a name or an ARN means. @throws Fault InvalidTrailNameException, CloudTrailARNInvalidException */
export function placeOf(nameOrArn: string, { account, region }: Caller): Place {
  if (!nameOrArn.startsWith("arn:")) {
    checkName(nameOrArn);
    return { account, region, name: nameOrArn };
  }
  return placeOfArn(nameOrArn);
}

/** @throws Fault CloudTrailARNInvalidException */
export function placeOfArn(text: string): Place {
  const arn = parseArn(text);
  const [type, name, ...rest] = arn?.resource.split("/") ?? [];
  if (arn?.service !== "cloudtrail" || type !== "trail" || !name || rest.length > 0) throw arnInvalid(text);
  checkName(name);
  return { account: arn.account, region: arn.region, name };
}

/** What IAM decides about, before anything is known of the trail. */
export const askedArn = (nameOrArn: string, { account, region }: Caller): string =>
  nameOrArn.startsWith("arn:") ? nameOrArn : trailArn({ account, region, name: nameOrArn });
