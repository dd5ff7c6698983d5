import { operation } from "../../platform/operation.ts";
import type { Context } from "../../platform/context.ts";
import { putInline } from "./documents.ts";
import { encodeDocument, entityCheck, load, save, type Nothing } from "./entities.ts";
import { inlinePolicyNotFound } from "./faults.ts";
import type { EntityKind, InlinePolicy } from "./model.ts";
import { pageList, type PageInput } from "./paging.ts";

/** Policies that stand in a user, group or role itself. */
export const putForUser = operation("iam:PutUserPolicy", {
  authorize: (input, scope) => entityCheck(scope, "iam:PutUserPolicy", "user", { name: input.UserName }),
  handle: (input, context) => put(context, "user", input.UserName, inlineOf(input)),
});
export const putForGroup = operation("iam:PutGroupPolicy", {
  authorize: (input, scope) => entityCheck(scope, "iam:PutGroupPolicy", "group", { name: input.GroupName }),
  handle: (input, context) => put(context, "group", input.GroupName, inlineOf(input)),
});
export const putForRole = operation("iam:PutRolePolicy", {
  authorize: (input, scope) => entityCheck(scope, "iam:PutRolePolicy", "role", { name: input.RoleName }),
  handle: (input, context) => put(context, "role", input.RoleName, inlineOf(input)),
});

export const getOfUser = operation("iam:GetUserPolicy", {
  authorize: (input, scope) => entityCheck(scope, "iam:GetUserPolicy", "user", { name: input.UserName }),
  handle: async (input, context) => ({
    UserName: input.UserName,
    ...(await getInline(context, "user", input.UserName, input.PolicyName)),
  }),
});
export const getOfGroup = operation("iam:GetGroupPolicy", {
  authorize: (input, scope) => entityCheck(scope, "iam:GetGroupPolicy", "group", { name: input.GroupName }),
  handle: async (input, context) => ({
    GroupName: input.GroupName,
    ...(await getInline(context, "group", input.GroupName, input.PolicyName)),
  }),
});
export const getOfRole = operation("iam:GetRolePolicy", {
  authorize: (input, scope) => entityCheck(scope, "iam:GetRolePolicy", "role", { name: input.RoleName }),
  handle: async (input, context) => ({
    RoleName: input.RoleName,
    ...(await getInline(context, "role", input.RoleName, input.PolicyName)),
  }),
});

export const deleteOfUser = operation("iam:DeleteUserPolicy", {
  authorize: (input, scope) => entityCheck(scope, "iam:DeleteUserPolicy", "user", { name: input.UserName }),
  handle: (input, context) => remove(context, "user", input.UserName, input.PolicyName),
});
export const deleteOfGroup = operation("iam:DeleteGroupPolicy", {
  authorize: (input, scope) =>
    entityCheck(scope, "iam:DeleteGroupPolicy", "group", { name: input.GroupName }),
  handle: (input, context) => remove(context, "group", input.GroupName, input.PolicyName),
});
export const deleteOfRole = operation("iam:DeleteRolePolicy", {
  authorize: (input, scope) => entityCheck(scope, "iam:DeleteRolePolicy", "role", { name: input.RoleName }),
  handle: (input, context) => remove(context, "role", input.RoleName, input.PolicyName),
});

export const listOfUser = operation("iam:ListUserPolicies", {
  authorize: (input, scope) => entityCheck(scope, "iam:ListUserPolicies", "user", { name: input.UserName }),
  handle: (input, context) => listInline(context, "user", input.UserName, input),
});
export const listOfGroup = operation("iam:ListGroupPolicies", {
  authorize: (input, scope) =>
    entityCheck(scope, "iam:ListGroupPolicies", "group", { name: input.GroupName }),
  handle: (input, context) => listInline(context, "group", input.GroupName, input),
});
export const listOfRole = operation("iam:ListRolePolicies", {
  authorize: (input, scope) => entityCheck(scope, "iam:ListRolePolicies", "role", { name: input.RoleName }),
  handle: (input, context) => listInline(context, "role", input.RoleName, input),
});

const inlineOf = (input: { readonly PolicyName: string; readonly PolicyDocument: string }): InlinePolicy => ({
  name: input.PolicyName,
  document: input.PolicyDocument,
});

async function put(
  { store, caller }: Context,
  kind: EntityKind,
  owner: string,
  policy: InlinePolicy,
): Promise<Nothing> {
  await store.update(async (tx) => {
    const row = await load(tx, kind, caller.account, owner);
    save(tx, kind, { ...row, inline: putInline(kind, row.name, row.inline, policy) });
  });
  return {};
}

async function getInline({ store, caller }: Context, kind: EntityKind, owner: string, name: string) {
  const { inline } = await store.read((read) => load(read, kind, caller.account, owner));
  const found = inline.find((policy) => policy.name === name);
  if (!found) throw inlinePolicyNotFound(kind, name);
  return { PolicyName: found.name, PolicyDocument: encodeDocument(found.document) };
}

async function remove(
  { store, caller }: Context,
  kind: EntityKind,
  owner: string,
  name: string,
): Promise<Nothing> {
  await store.update(async (tx) => {
    const row = await load(tx, kind, caller.account, owner);
    const inline = row.inline.filter((policy) => policy.name !== name);
    if (inline.length === row.inline.length) throw inlinePolicyNotFound(kind, name);
    save(tx, kind, { ...row, inline });
  });
  return {};
}

async function listInline(context: Context, kind: EntityKind, owner: string, input: PageInput) {
  const { inline } = await context.store.read((read) => load(read, kind, context.caller.account, owner));
  const { items, page } = pageList(context, input, {
    rows: inline,
    keyOf: ({ name }) => name,
    bound: [owner],
  });
  return { PolicyNames: items.map(({ name }) => name), ...page };
}
