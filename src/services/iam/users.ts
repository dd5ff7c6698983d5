import { uniqueId } from "../../base/ids.ts";
import type { Caller } from "../../platform/caller.ts";
import { operation } from "../../platform/operation.ts";
import type { Reader, Transaction } from "../../store/store.ts";
import { checkBoundary, forgetBoundary, recordBoundary } from "./boundaries.ts";
import { moveAttachments } from "./attachments.ts";
import { countOne, uncountOne } from "./counts.ts";
import { describeUser, listUser } from "./describe.ts";
import {
  boundaryKey,
  DEFAULT_PATH,
  entityArn,
  entityCheck,
  find,
  iamArn,
  load,
  requestTagKeys,
  save,
} from "./entities.ts";
import { entityExists, mustFirst, mustSpecifyUser } from "./faults.ts";
import { accessKeys, accounts, members, nameKey, users, type User } from "./model.ts";
import { pageTable } from "./paging.ts";
import { readTags } from "./tagging.ts";
import { followPrincipal, forgetPrincipal } from "./trust.ts";

export const create = operation("iam:CreateUser", {
  authorize: (input, { caller }) => [
    {
      action: "iam:CreateUser",
      resource: entityArn("user", caller.account, input.Path ?? DEFAULT_PATH, input.UserName),
      context: {
        ...boundaryKey(input.PermissionsBoundary),
        ...requestTagKeys(readTags(input.Tags)),
      },
    },
  ],
  async handle(input, { store, caller, clock }) {
    const user = newUser({
      account: caller.account,
      name: input.UserName,
      path: input.Path ?? DEFAULT_PATH,
      createdAt: clock.now(),
      tags: readTags(input.Tags),
      ...(input.PermissionsBoundary === undefined ? {} : { boundary: input.PermissionsBoundary }),
    });
    await store.update((tx) => addUser(tx, user));
    return { User: describeUser(user) };
  },
});

export const get = operation("iam:GetUser", {
  authorize: (input, scope) => checkUserOrSelf(scope, "iam:GetUser", input.UserName),
  async handle(input, { store, caller }) {
    if (input.UserName === undefined && caller.principal.kind === "root") {
      const account = await store.read((read) => read.get(accounts, caller.account));
      return {
        User: {
          Path: "/",
          UserName: "",
          UserId: caller.account,
          Arn: iamArn(caller.account, "root"),
          CreateDate: account?.createdAt,
        },
      };
    }
    const user = await store.read((read) =>
      load(read, "user", caller.account, userNameOf(input.UserName, caller)),
    );
    return { User: describeUser(user) };
  },
});

export const list = operation("iam:ListUsers", {
  resource: (_input, { account }) => iamArn(account, "user/"),
  handle: (input, context) =>
    context.store.read(async (read) => {
      const { PathPrefix = "/" } = input;
      const { items, page } = await pageTable(context, read, input, {
        of: users,
        within: [context.caller.account],
        keep: ({ path }) => path.startsWith(PathPrefix),
        bound: [PathPrefix],
      });
      return { Users: items.map(listUser), ...page };
    }),
});

export const update = operation("iam:UpdateUser", {
  authorize: async (input, scope) => {
    const own = await entityCheck(scope, "iam:UpdateUser", "user", { name: input.UserName });
    if (input.NewUserName === undefined) return own;
    return [...own, ...(await entityCheck(scope, "iam:UpdateUser", "user", { name: input.NewUserName }))];
  },
  async handle(input, { store, caller }) {
    const { NewUserName, NewPath } = input;
    await store.update(async (tx) => {
      const user = await load(tx, "user", caller.account, input.UserName);
      const name = NewUserName ?? user.name;
      const path = NewPath ?? user.path;
      const moved: User = { ...user, name, path, arn: entityArn("user", caller.account, path, name) };
      if (nameKey(name) !== nameKey(user.name)) {
        if (await find(tx, "user", caller.account, name)) throw entityExists("user", name);
        await rename(tx, user, moved);
      }
      moveAttachments(tx, "user", user, moved);
      await followPrincipal(tx, user, moved);
      forgetBoundary(tx, "user", user);
      recordBoundary(tx, "user", moved);
      save(tx, "user", moved);
    });
    return {};
  },
});

const remove = operation("iam:DeleteUser", {
  authorize: (input, scope) => entityCheck(scope, "iam:DeleteUser", "user", { name: input.UserName }),
  async handle(input, { store, caller }) {
    await store.update(async (tx) => {
      const user = await load(tx, "user", caller.account, input.UserName);
      if (user.login) throw mustFirst("delete login profile");
      if (user.accessKeys.length > 0) throw mustFirst("delete access keys");
      if (user.attached.length > 0) throw mustFirst("detach all policies");
      if (user.inline.length > 0) throw mustFirst("delete policies");
      if (user.groups.length > 0) throw mustFirst("remove users from group");
      await uncountOne(tx, caller.account, "users");
      await forgetPrincipal(tx, user);
      forgetBoundary(tx, "user", user);
      tx.delete(users, caller.account, nameKey(user.name));
    });
    return {};
  },
});
export { remove as delete };

/** A user with nothing but a name. */
export function newUser(
  given: Pick<User, "account" | "name" | "path" | "createdAt" | "tags" | "boundary">,
): User {
  return {
    ...given,
    id: uniqueId("AIDA"),
    arn: entityArn("user", given.account, given.path, given.name),
    inline: [],
    attached: [],
    groups: [],
    accessKeys: [],
  };
}

/** @throws EntityAlreadyExists, LimitExceeded, NoSuchEntity for a boundary that is no policy. */
export async function addUser(tx: Transaction, user: User): Promise<void> {
  if (await find(tx, "user", user.account, user.name)) throw entityExists("user", user.name);
  await countOne(tx, user.account, "users");
  if (user.boundary !== undefined) await checkBoundary(tx, user.account, user.boundary);
  recordBoundary(tx, "user", user);
  save(tx, "user", user);
}

/** Operations on oneself may leave out the name. @throws ValidationError for a session, which has none. */
export function userNameOf(given: string | undefined, { principal }: Caller): string {
  if (given !== undefined) return given;
  if (principal.kind !== "user") throw mustSpecifyUser();
  return principal.name;
}

export async function checkUserOrSelf(
  scope: Parameters<typeof entityCheck>[0],
  action: string,
  given: string | undefined,
): ReturnType<typeof entityCheck> {
  const { principal, account } = scope.caller;
  if (given === undefined && principal.kind !== "user") {
    return [
      { action, resource: principal.kind === "root" ? iamArn(account, "root") : iamArn(account, "user/") },
    ];
  }
  return entityCheck(scope, action, "user", { name: userNameOf(given, scope.caller) });
}

/** What names a user by name follows it: its keys and its groups' lists. */
async function rename(tx: Transaction & Reader, from: User, to: User): Promise<void> {
  tx.delete(users, from.account, nameKey(from.name));
  for (const group of from.groups) {
    tx.delete(members, from.account, nameKey(group), nameKey(from.name));
    tx.put(members, { account: to.account, group, user: to.name });
  }
  for (const id of from.accessKeys) {
    const key = await tx.get(accessKeys, id);
    if (key) tx.put(accessKeys, { ...key, user: to.name });
  }
}
