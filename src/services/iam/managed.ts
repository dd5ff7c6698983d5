import type { Reader } from "../../store/store.ts";
import { parseArn } from "../../base/arn.ts";
import { awsManagedPolicy } from "./aws-managed.ts";
import { invalidArn, policyNotFound } from "./faults.ts";
import { managedPolicies, nameKey, policyVersions, attachments, type ManagedPolicy } from "./model.ts";

/** A managed policy, the account's or AWS's own, and its default version's text. */
export interface ManagedDocument {
  readonly arn: string;
  readonly name: string;
  readonly document: string;
}

/** AWS's own policies stand in the account `aws`. */
export const isAwsManaged = (arn: string): boolean => /^arn:aws[\w-]*:iam::aws:policy\//.test(arn);

/** @returns the name in a managed policy's ARN. @throws InvalidInput for what is none. */
export function policyNameOf(arn: string): string {
  const parsed = parseArn(arn);
  const name =
    parsed?.service === "iam" && parsed.resource.startsWith("policy/")
      ? parsed.resource.split("/").at(-1)
      : undefined;
  if (!name) throw invalidArn(arn);
  return name;
}

/** A policy of the account by its ARN. @returns undefined when there is none. */
export async function findManaged(
  read: Reader,
  account: string,
  arn: string,
): Promise<ManagedPolicy | undefined> {
  const row = await read.get(managedPolicies, account, nameKey(policyNameOf(arn)));
  return row?.arn === arn ? row : undefined;
}

/** @throws NoSuchEntity */
export async function loadManaged(read: Reader, account: string, arn: string): Promise<ManagedPolicy> {
  const row = await findManaged(read, account, arn);
  if (!row) throw policyNotFound(arn);
  return row;
}

/** What a managed policy says now. @returns undefined when it does not exist. */
export async function managedDocument(
  read: Reader,
  account: string,
  arn: string,
): Promise<ManagedDocument | undefined> {
  if (isAwsManaged(arn)) {
    const policy = awsManagedPolicy(arn);
    return policy && { arn, name: policy.name, document: policy.document };
  }
  const policy = await findManaged(read, account, arn);
  if (!policy) return undefined;
  const version = await read.get(policyVersions, account, nameKey(policy.name), policy.defaultVersion);
  return version && { arn, name: policy.name, document: version.document };
}

export interface Uses {
  /** As a permissions policy. */
  readonly attachments: number;
  readonly boundaries: number;
}

/** How often an account uses a managed policy. */
export async function countUses(read: Reader, account: string, arn: string): Promise<Uses> {
  const rows = await read.scan(attachments, { within: [account, arn], limit: 10_000 });
  const boundaries = rows.filter(({ kind }) => kind.endsWith("-boundary")).length;
  return { attachments: rows.length - boundaries, boundaries };
}
