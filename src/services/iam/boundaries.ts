import { operation } from "../../platform/operation.ts";
import type { Context } from "../../platform/context.ts";
import type { Reader, Transaction } from "../../store/store.ts";
import { boundaryKey, entityCheck, load, save } from "./entities.ts";
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
): Promise<Record<never, never>> {
  await store.update(async (tx) => {
    const row = await load(tx, kind, caller.account, name);
    if (arn !== undefined) await checkBoundary(tx, caller.account, arn);
    forgetBoundary(tx, kind, row);
    const { boundary: _gone, ...rest } = row;
    const bounded = arn === undefined ? rest : { ...rest, boundary: arn };
    recordBoundary(tx, kind, bounded);
    if (kind === "user") save(tx, "user", bounded as User);
    else save(tx, "role", bounded as Role);
  });
  return {};
}
