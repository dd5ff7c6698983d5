import type { Principal } from "../../platform/caller.ts";
import type { AttachedPolicy, PrincipalPolicies } from "../../platform/doors/identities.ts";
import type { Reader } from "../../store/store.ts";
import { ADMINISTRATOR_ACCESS } from "./aws-managed.ts";
import { find } from "./entities.ts";
import { managedDocument } from "./managed.ts";
import { sessions, type Entity, type SessionRow, type Tag } from "./model.ts";

const NOTHING: PrincipalPolicies = { identity: [], tags: {} };

/** A root user has no policies and may do all; what its federated sessions may, their own policies say. */
const ROOT: PrincipalPolicies = {
  identity: [{ ...ADMINISTRATOR_ACCESS, id: ADMINISTRATOR_ACCESS.arn, attachedTo: "root" }],
  tags: {},
};

/** Every policy that speaks for a principal, and its tags, by point reads alone. */
export async function policiesOf(
  read: Reader,
  principal: Principal,
  accessKeyId: string | undefined,
): Promise<PrincipalPolicies> {
  const row = accessKeyId?.startsWith("ASIA") ? await read.get(sessions, accessKeyId) : undefined;
  const own = await ownPolicies(read, principal);
  const session = await sessionPolicies(read, principal, row);
  return {
    identity: own.identity,
    boundary: own.boundary,
    tags: row ? { ...own.tags, ...row.tags } : own.tags,
    // A federated session without policies may do nothing by identity policies. Source: IAM User Guide, "Permissions for GetFederationToken".
    session: session ?? (principal.kind === "federated" ? [] : undefined),
  };
}

async function ownPolicies(read: Reader, principal: Principal): Promise<PrincipalPolicies> {
  const { account } = principal;
  switch (principal.kind) {
    case "user":
      return userPolicies(read, account, principal.name);
    case "federated":
      if (principal.userArn.endsWith(":root")) return ROOT;
      return userPolicies(read, account, principal.userArn.split("/").at(-1) ?? "");
    case "role":
      return rolePolicies(read, account, principal.roleArn.split("/").at(-1) ?? "");
    default:
      return NOTHING;
  }
}

async function userPolicies(read: Reader, account: string, name: string): Promise<PrincipalPolicies> {
  const user = await find(read, "user", account, name);
  if (!user) return NOTHING;
  const groups = await Promise.all(user.groups.map((group) => find(read, "group", account, group)));
  const holders: readonly Entity[] = [user, ...groups.flatMap((group) => (group ? [group] : []))];
  const identity = await Promise.all(holders.map((holder) => policiesOn(read, holder)));
  return {
    identity: identity.flat(),
    tags: tagRecord(user.tags),
    ...(await boundaryOf(read, user, user.boundary)),
  };
}

async function rolePolicies(read: Reader, account: string, name: string): Promise<PrincipalPolicies> {
  const role = await find(read, "role", account, name);
  if (!role) return NOTHING;
  const identity = await policiesOn(read, role);
  return { identity, tags: tagRecord(role.tags), ...(await boundaryOf(read, role, role.boundary)) };
}

export const tagRecord = (tags: readonly Tag[]): Readonly<Record<string, string>> =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));

/** Inline and attached policies of one user, group or role. */
export async function policiesOn(read: Reader, holder: Entity): Promise<readonly AttachedPolicy[]> {
  const inline = holder.inline.map(({ name, document }) => ({ id: name, attachedTo: holder.arn, document }));
  return [...inline, ...(await managed(read, holder, holder.attached))];
}

async function managed(
  read: Reader,
  holder: Entity,
  arns: readonly string[],
): Promise<readonly AttachedPolicy[]> {
  const found = await Promise.all(arns.map((arn) => managedDocument(read, holder.account, arn)));
  return found.flatMap((policy) =>
    policy ? [{ id: policy.arn, attachedTo: holder.arn, document: policy.document }] : [],
  );
}

async function boundaryOf(
  read: Reader,
  holder: Entity,
  arn: string | undefined,
): Promise<{ readonly boundary?: AttachedPolicy }> {
  if (arn === undefined) return {};
  const [boundary] = await managed(read, holder, [arn]);
  return boundary ? { boundary } : {};
}

async function sessionPolicies(
  read: Reader,
  { account, arn }: Principal,
  row: SessionRow | undefined,
): Promise<readonly AttachedPolicy[] | undefined> {
  if (!row?.policies) return undefined;
  const { inline, arns } = row.policies;
  const found = await Promise.all(arns.map((policyArn) => managedDocument(read, account, policyArn)));
  return [
    ...(inline === undefined ? [] : [{ id: "session", attachedTo: arn, document: inline }]),
    ...found.flatMap((policy) =>
      policy ? [{ id: policy.arn, attachedTo: arn, document: policy.document }] : [],
    ),
  ];
}
