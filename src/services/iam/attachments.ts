import { operation, type Check } from "../../platform/operation.ts";
import type { AuthorizeScope, Context } from "../../platform/context.ts";
import type { Transaction } from "../../store/store.ts";
import { entityCheck, load, save, type Nothing } from "./entities.ts";
import { policyNotAttachable, policyNotFound, quotaExceeded } from "./faults.ts";
import { QUOTAS } from "./limits.ts";
import { managedDocument, policyNameOf } from "./managed.ts";
import { attachments, nameKey, type Entity, type EntityKind, type EntityRows } from "./model.ts";
import { pageList, type PageInput } from "./paging.ts";

/** Managed policies on users, groups and roles. */
export const attachToUser = operation("iam:AttachUserPolicy", {
  authorize: (input, scope) =>
    checkAttachment(scope, "iam:AttachUserPolicy", "user", input.UserName, input.PolicyArn),
  handle: (input, context) => attach(context, "user", input.UserName, input.PolicyArn),
});
export const attachToGroup = operation("iam:AttachGroupPolicy", {
  authorize: (input, scope) =>
    checkAttachment(scope, "iam:AttachGroupPolicy", "group", input.GroupName, input.PolicyArn),
  handle: (input, context) => attach(context, "group", input.GroupName, input.PolicyArn),
});
export const attachToRole = operation("iam:AttachRolePolicy", {
  authorize: (input, scope) =>
    checkAttachment(scope, "iam:AttachRolePolicy", "role", input.RoleName, input.PolicyArn),
  handle: (input, context) => attach(context, "role", input.RoleName, input.PolicyArn),
});

export const detachFromUser = operation("iam:DetachUserPolicy", {
  authorize: (input, scope) =>
    checkAttachment(scope, "iam:DetachUserPolicy", "user", input.UserName, input.PolicyArn),
  handle: (input, context) => detach(context, "user", input.UserName, input.PolicyArn),
});
export const detachFromGroup = operation("iam:DetachGroupPolicy", {
  authorize: (input, scope) =>
    checkAttachment(scope, "iam:DetachGroupPolicy", "group", input.GroupName, input.PolicyArn),
  handle: (input, context) => detach(context, "group", input.GroupName, input.PolicyArn),
});
export const detachFromRole = operation("iam:DetachRolePolicy", {
  authorize: (input, scope) =>
    checkAttachment(scope, "iam:DetachRolePolicy", "role", input.RoleName, input.PolicyArn),
  handle: (input, context) => detach(context, "role", input.RoleName, input.PolicyArn),
});

export const listOfUser = operation("iam:ListAttachedUserPolicies", {
  authorize: (input, scope) =>
    entityCheck(scope, "iam:ListAttachedUserPolicies", "user", { name: input.UserName }),
  handle: (input, context) => listAttached(context, "user", input.UserName, input),
});
export const listOfGroup = operation("iam:ListAttachedGroupPolicies", {
  authorize: (input, scope) =>
    entityCheck(scope, "iam:ListAttachedGroupPolicies", "group", { name: input.GroupName }),
  handle: (input, context) => listAttached(context, "group", input.GroupName, input),
});
export const listOfRole = operation("iam:ListAttachedRolePolicies", {
  authorize: (input, scope) =>
    entityCheck(scope, "iam:ListAttachedRolePolicies", "role", { name: input.RoleName }),
  handle: (input, context) => listAttached(context, "role", input.RoleName, input),
});

const QUOTA_NAME: Record<EntityKind, string> = {
  user: "PoliciesPerUser",
  group: "PoliciesPerGroup",
  role: "PoliciesPerRole",
};

/** Attaching twice is once. @throws NoSuchEntity, LimitExceeded */
export async function attachPolicy<K extends EntityKind>(
  tx: Transaction,
  kind: K,
  row: EntityRows[K],
  arn: string,
): Promise<EntityRows[K]> {
  if (!(await managedDocument(tx, row.account, arn))) throw policyNotAttachable(arn);
  if (row.attached.includes(arn)) return row;
  const quota = QUOTAS.attachedPolicies[kind];
  if (row.attached.length >= quota) throw quotaExceeded(QUOTA_NAME[kind], quota);
  const { account, name, id, path } = row;
  tx.put(attachments, { account, policyArn: arn, kind, name, id, path });
  const attached = { ...row, attached: [...row.attached, arn] };
  save(tx, kind, attached);
  return attached;
}

/** A renamed or moved entity takes its attachments along. */
export function moveAttachments(tx: Transaction, kind: EntityKind, from: Entity, to: Entity): void {
  for (const policyArn of from.attached) {
    tx.delete(attachments, from.account, policyArn, kind, nameKey(from.name));
    tx.put(attachments, { account: to.account, policyArn, kind, name: to.name, id: to.id, path: to.path });
  }
}

async function checkAttachment(
  scope: AuthorizeScope,
  action: string,
  kind: EntityKind,
  ...[name, arn]: readonly [name: string, arn: string]
): Promise<readonly Check[]> {
  return entityCheck(scope, action, kind, { name, context: { "iam:PolicyARN": arn } });
}

async function attach(
  { store, caller }: Context,
  kind: EntityKind,
  name: string,
  arn: string,
): Promise<Nothing> {
  await store.update(async (tx) => {
    await attachPolicy(tx, kind, await load(tx, kind, caller.account, name), arn);
  });
  return {};
}

async function detach(
  { store, caller }: Context,
  kind: EntityKind,
  name: string,
  arn: string,
): Promise<Nothing> {
  await store.update(async (tx) => {
    const row = await load(tx, kind, caller.account, name);
    if (!row.attached.includes(arn)) throw policyNotFound(arn);
    tx.delete(attachments, row.account, arn, kind, nameKey(row.name));
    save(tx, kind, { ...row, attached: row.attached.filter((one) => one !== arn) });
  });
  return {};
}

async function listAttached(
  context: Context,
  kind: EntityKind,
  name: string,
  input: PageInput & { readonly PathPrefix?: string | undefined },
) {
  const { attached } = await context.store.read((read) => load(read, kind, context.caller.account, name));
  const { PathPrefix = "/" } = input;
  const { items, page } = pageList(context, input, {
    rows: attached.filter((arn) => policyPath(arn).startsWith(PathPrefix)),
    keyOf: (arn) => arn,
    bound: [name, PathPrefix],
  });
  return {
    AttachedPolicies: items.map((arn) => ({ PolicyName: policyNameOf(arn), PolicyArn: arn })),
    ...page,
  };
}

/** `/team/` of `arn:aws:iam::123456789012:policy/team/Readers`. */
export function policyPath(arn: string): string {
  const start = arn.indexOf("policy/") + "policy".length;
  return arn.slice(start, arn.lastIndexOf("/") + 1);
}
