import { uniqueId } from "../../base/ids.ts";
import { operation } from "../../platform/operation.ts";
import type { Transaction } from "../../store/store.ts";
import { moveAttachments } from "./attachments.ts";
import { countOne, uncountOne } from "./counts.ts";
import { describeGroup, listUser } from "./describe.ts";
import { DEFAULT_PATH, entityArn, entityCheck, find, iamArn, load, save } from "./entities.ts";
import { entityExists, entityNotFound, mustFirst, quotaExceeded } from "./faults.ts";
import { QUOTAS } from "./limits.ts";
import { groups, members, nameKey, type Group } from "./model.ts";
import { pageList, pageTable, scanAll } from "./paging.ts";

export const create = operation("iam:CreateGroup", {
  resource: (input, { account }) => entityArn("group", account, input.Path ?? DEFAULT_PATH, input.GroupName),
  async handle(input, { store, caller, clock }) {
    const path = input.Path ?? DEFAULT_PATH;
    const group: Group = {
      account: caller.account,
      name: input.GroupName,
      path,
      id: uniqueId("AGPA"),
      arn: entityArn("group", caller.account, path, input.GroupName),
      createdAt: clock.now(),
      inline: [],
      attached: [],
      tags: [],
    };
    await store.update(async (tx) => {
      if (await find(tx, "group", group.account, group.name)) throw entityExists("group", group.name);
      await countOne(tx, group.account, "groups");
      save(tx, "group", group);
    });
    return { Group: describeGroup(group) };
  },
});

export const get = operation("iam:GetGroup", {
  authorize: (input, scope) => entityCheck(scope, "iam:GetGroup", "group", { name: input.GroupName }),
  handle: (input, context) =>
    context.store.read(async (read) => {
      const { account } = context.caller;
      const group = await load(read, "group", account, input.GroupName);
      const { items, page } = await pageTable(context, read, input, {
        of: members,
        within: [account, nameKey(group.name)],
        bound: [group.name],
      });
      const found = await Promise.all(items.map(({ user }) => find(read, "user", account, user)));
      const users = found.flatMap((user) => (user ? [listUser(user)] : []));
      return { Group: describeGroup(group), Users: users, ...page };
    }),
});

export const list = operation("iam:ListGroups", {
  resource: (_input, { account }) => iamArn(account, "group/"),
  handle: (input, context) =>
    context.store.read(async (read) => {
      const { PathPrefix = "/" } = input;
      const { items, page } = await pageTable(context, read, input, {
        of: groups,
        within: [context.caller.account],
        keep: ({ path }) => path.startsWith(PathPrefix),
        bound: [PathPrefix],
      });
      return { Groups: items.map(describeGroup), ...page };
    }),
});

export const listForUser = operation("iam:ListGroupsForUser", {
  authorize: (input, scope) => entityCheck(scope, "iam:ListGroupsForUser", "user", { name: input.UserName }),
  handle: (input, context) =>
    context.store.read(async (read) => {
      const { account } = context.caller;
      const user = await load(read, "user", account, input.UserName);
      const { items, page } = pageList(context, input, {
        rows: user.groups,
        keyOf: nameKey,
        bound: [user.name],
      });
      const found = await Promise.all(items.map((name) => find(read, "group", account, name)));
      return { Groups: found.flatMap((group) => (group ? [describeGroup(group)] : [])), ...page };
    }),
});

export const update = operation("iam:UpdateGroup", {
  authorize: async (input, scope) => {
    const own = await entityCheck(scope, "iam:UpdateGroup", "group", { name: input.GroupName });
    if (input.NewGroupName === undefined) return own;
    return [...own, ...(await entityCheck(scope, "iam:UpdateGroup", "group", { name: input.NewGroupName }))];
  },
  async handle(input, { store, caller }) {
    await store.update(async (tx) => {
      const group = await load(tx, "group", caller.account, input.GroupName);
      const name = input.NewGroupName ?? group.name;
      const path = input.NewPath ?? group.path;
      const moved: Group = { ...group, name, path, arn: entityArn("group", caller.account, path, name) };
      if (nameKey(name) !== nameKey(group.name) && (await find(tx, "group", caller.account, name))) {
        throw entityExists("group", name);
      }
      if (name !== group.name) await rename(tx, group, moved);
      moveAttachments(tx, "group", group, moved);
      save(tx, "group", moved);
    });
    return {};
  },
});

const remove = operation("iam:DeleteGroup", {
  authorize: (input, scope) => entityCheck(scope, "iam:DeleteGroup", "group", { name: input.GroupName }),
  async handle(input, { store, caller }) {
    await store.update(async (tx) => {
      const group = await load(tx, "group", caller.account, input.GroupName);
      const inside = await tx.scan(members, { within: [caller.account, nameKey(group.name)], limit: 1 });
      if (inside.length > 0) throw mustFirst("remove users from group");
      if (group.attached.length > 0) throw mustFirst("detach all policies");
      if (group.inline.length > 0) throw mustFirst("delete policies");
      await uncountOne(tx, caller.account, "groups");
      tx.delete(groups, caller.account, nameKey(group.name));
    });
    return {};
  },
});
export { remove as delete };

export const addUser = operation("iam:AddUserToGroup", {
  authorize: (input, scope) => entityCheck(scope, "iam:AddUserToGroup", "group", { name: input.GroupName }),
  async handle(input, { store, caller }) {
    await store.update(async (tx) => {
      const group = await load(tx, "group", caller.account, input.GroupName);
      const user = await load(tx, "user", caller.account, input.UserName);
      if (user.groups.some((name) => nameKey(name) === nameKey(group.name))) return;
      if (user.groups.length >= QUOTAS.groupsPerUser)
        throw quotaExceeded("GroupsPerUser", QUOTAS.groupsPerUser);
      tx.put(members, { account: caller.account, group: group.name, user: user.name });
      save(tx, "user", { ...user, groups: [...user.groups, group.name] });
    });
    return {};
  },
});

export const removeUser = operation("iam:RemoveUserFromGroup", {
  authorize: (input, scope) =>
    entityCheck(scope, "iam:RemoveUserFromGroup", "group", { name: input.GroupName }),
  async handle(input, { store, caller }) {
    await store.update(async (tx) => {
      const group = await load(tx, "group", caller.account, input.GroupName);
      const user = await load(tx, "user", caller.account, input.UserName);
      const groups = user.groups.filter((name) => nameKey(name) !== nameKey(group.name));
      if (groups.length === user.groups.length) throw entityNotFound("user", user.name);
      tx.delete(members, caller.account, nameKey(group.name), nameKey(user.name));
      save(tx, "user", { ...user, groups });
    });
    return {};
  },
});

/** Its members' rows name it too. */
async function rename(tx: Transaction, from: Group, to: Group): Promise<void> {
  tx.delete(groups, from.account, nameKey(from.name));
  for (const member of await scanAll(tx, members, [from.account, nameKey(from.name)])) {
    const user = await load(tx, "user", from.account, member.user);
    const names = user.groups.map((name) => (nameKey(name) === nameKey(from.name) ? to.name : name));
    save(tx, "user", { ...user, groups: names });
    tx.delete(members, member.account, nameKey(from.name), nameKey(member.user));
    tx.put(members, { ...member, group: to.name });
  }
}
