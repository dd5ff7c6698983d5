import { operation } from "../../platform/operation.ts";
import type { Context } from "../../platform/context.ts";
import type { Reader, Transaction } from "../../store/store.ts";
import { boundaryKey, entityCheck, load, save, type Nothing } from "./entities.ts";
import { policyNotAttachable } from "./faults.ts";
import { managedDocument } from "./managed.ts";
import { attachments, nameKey, type Role, type User } from "./model.ts";

/** Permissions boundaries of users and roles. */
export const putForUser = operation("iam:PutUserPermissionsBoundary", {
  authorize: (input, scope) =>
    entityCheck(scope, "iam:PutUserPermissionsBoundary", "user", {
      name: input.UserName,
      context: boundaryKey(input.PermissionsBoundary),
    }),
  handle: (input, context) => setBoundary(context, "user", input.UserName, input.PermissionsBoundary),
});

export const deleteForUser = operation("iam:DeleteUserPermissionsBoundary", {
  authorize: (input, scope) =>
    entityCheck(scope, "iam:DeleteUserPermissionsBoundary", "user", { name: input.UserName }),
  handle: (input, context) => setBoundary(context, "user", input.UserName, undefined),
});

export const putForRole = operation("iam:PutRolePermissionsBoundary", {
  authorize: (input, scope) =>
    entityCheck(scope, "iam:PutRolePermissionsBoundary", "role", {
      name: input.RoleName,
      context: boundaryKey(input.PermissionsBoundary),
    }),
  handle: (input, context) => setBoundary(context, "role", input.RoleName, input.PermissionsBoundary),
});

export const deleteForRole = operation("iam:DeleteRolePermissionsBoundary", {
  authorize: (input, scope) =>
    entityCheck(scope, "iam:DeleteRolePermissionsBoundary", "role", { name: input.RoleName }),
  handle: (input, context) => setBoundary(context, "role", input.RoleName, undefined),
});

/** @throws NoSuchEntity when the boundary is no policy. */
export async function checkBoundary(read: Reader, account: string, arn: string): Promise<void> {
  if (!(await managedDocument(read, account, arn))) throw policyNotAttachable(arn);
}

const BOUNDARY_KIND = { user: "user-boundary", role: "role-boundary" } as const;

/** Writes where a boundary is used: with the entity's row, in the same commit. */
export function recordBoundary(
  tx: Transaction,
  kind: "user" | "role",
  { boundary, ...row }: User | Role,
): void {
  if (boundary === undefined) return;
  const { account, name, id, path } = row;
  tx.put(attachments, { account, policyArn: boundary, kind: BOUNDARY_KIND[kind], name, id, path });
}

export function forgetBoundary(tx: Transaction, kind: "user" | "role", row: User | Role): void {
  if (row.boundary === undefined) return;
  tx.delete(attachments, row.account, row.boundary, BOUNDARY_KIND[kind], nameKey(row.name));
}

async function setBoundary(
  { store, caller }: Context,
  kind: "user" | "role",
  name: string,
  arn: string | undefined,
): Promise<Nothing> {
  await store.update(async (tx) => {
    const row = await load(tx, kind, caller.account, name);
    if (arn !== undefined) await checkBoundary(tx, caller.account, arn);
    forgetBoundary(tx, kind, row);
    if (kind === "user") saveUser(tx, await load(tx, "user", caller.account, name), arn);
    else saveRole(tx, await load(tx, "role", caller.account, name), arn);
  });
  return {};
}

function saveUser(tx: Transaction, { boundary: _former, ...user }: User, arn: string | undefined): void {
  const bounded: User = arn === undefined ? user : { ...user, boundary: arn };
  recordBoundary(tx, "user", bounded);
  save(tx, "user", bounded);
}

function saveRole(tx: Transaction, { boundary: _former, ...role }: Role, arn: string | undefined): void {
  const bounded: Role = arn === undefined ? role : { ...role, boundary: arn };
  recordBoundary(tx, "role", bounded);
  save(tx, "role", bounded);
}
