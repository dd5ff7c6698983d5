import { uniqueId } from "../../base/ids.ts";
import { operation, type Check } from "../../platform/operation.ts";
import type { AuthorizeScope } from "../../platform/context.ts";
import type { Reader } from "../../store/store.ts";
import { countOne, uncountOne } from "./counts.ts";
import { describeInstanceProfile } from "./describe.ts";
import { DEFAULT_PATH, entityArn, find, iamArn, load, requestTagKeys, resourceTagKeys } from "./entities.ts";
import {
  instanceProfileExists,
  instanceProfileIsFull,
  instanceProfileNotFound,
  mustFirst,
  roleNotInInstanceProfile,
} from "./faults.ts";
import { instanceProfiles, nameKey, type InstanceProfile } from "./model.ts";
import { pageTable } from "./paging.ts";
import { readTags } from "./tagging.ts";

export const create = operation("iam:CreateInstanceProfile", {
  authorize: (input, { caller }) => [
    {
      action: "iam:CreateInstanceProfile",
      resource: profileArn(caller.account, input.Path ?? DEFAULT_PATH, input.InstanceProfileName),
      context: requestTagKeys(readTags(input.Tags)),
    },
  ],
  async handle(input, { store, caller, clock }) {
    const path = input.Path ?? DEFAULT_PATH;
    const profile: InstanceProfile = {
      account: caller.account,
      name: input.InstanceProfileName,
      path,
      id: uniqueId("AIPA"),
      arn: profileArn(caller.account, path, input.InstanceProfileName),
      createdAt: clock.now(),
      tags: readTags(input.Tags),
    };
    await store.update(async (tx) => {
      if (await tx.get(instanceProfiles, caller.account, nameKey(profile.name)))
        throw instanceProfileExists(profile.name);
      await countOne(tx, caller.account, "instanceProfiles");
      tx.put(instanceProfiles, profile);
    });
    return { InstanceProfile: describeInstanceProfile(profile, undefined) };
  },
});

export const get = operation("iam:GetInstanceProfile", {
  authorize: (input, scope) => profileCheck(scope, "iam:GetInstanceProfile", input.InstanceProfileName),
  handle: (input, { store, caller }) =>
    store.read(async (read) => {
      const profile = await loadInstanceProfile(read, caller.account, input.InstanceProfileName);
      return { InstanceProfile: await describe(read, profile) };
    }),
});

export const list = operation("iam:ListInstanceProfiles", {
  resource: (_input, { account }) => iamArn(account, "instance-profile/"),
  handle: (input, context) =>
    context.store.read(async (read) => {
      const { PathPrefix = "/" } = input;
      const { items, page } = await pageTable(context, read, input, {
        of: instanceProfiles,
        within: [context.caller.account],
        keep: ({ path }) => path.startsWith(PathPrefix),
        bound: [PathPrefix],
      });
      return {
        InstanceProfiles: await Promise.all(items.map((profile) => describe(read, profile))),
        ...page,
      };
    }),
});

export const listForRole = operation("iam:ListInstanceProfilesForRole", {
  authorize: async (input, { read, caller }) => {
    const role = await find(read, "role", caller.account, input.RoleName);
    const resource = role?.arn ?? entityArn("role", caller.account, DEFAULT_PATH, input.RoleName);
    return [{ action: "iam:ListInstanceProfilesForRole", resource }];
  },
  handle: (input, context) =>
    context.store.read(async (read) => {
      const { account } = context.caller;
      const { name } = await load(read, "role", account, input.RoleName);
      const { items, page } = await pageTable(context, read, input, {
        of: instanceProfiles,
        within: [account],
        keep: ({ role }) => role !== undefined && nameKey(role) === nameKey(name),
        bound: [name],
      });
      return {
        InstanceProfiles: await Promise.all(items.map((profile) => describe(read, profile))),
        ...page,
      };
    }),
});

/** Whoever puts a role into a profile hands it to EC2, so may pass it. */
export const addRole = operation("iam:AddRoleToInstanceProfile", {
  authorize: async (input, scope) => {
    const role = await find(scope.read, "role", scope.caller.account, input.RoleName);
    const passed = role?.arn ?? entityArn("role", scope.caller.account, DEFAULT_PATH, input.RoleName);
    return [
      ...(await profileCheck(scope, "iam:AddRoleToInstanceProfile", input.InstanceProfileName)),
      { action: "iam:PassRole", resource: passed, context: { "iam:PassedToService": "ec2.amazonaws.com" } },
    ];
  },
  async handle(input, { store, caller }) {
    await store.update(async (tx) => {
      const profile = await loadInstanceProfile(tx, caller.account, input.InstanceProfileName);
      const role = await load(tx, "role", caller.account, input.RoleName);
      if (profile.role !== undefined) throw instanceProfileIsFull();
      tx.put(instanceProfiles, { ...profile, role: role.name });
    });
    return {};
  },
});

export const removeRole = operation("iam:RemoveRoleFromInstanceProfile", {
  authorize: (input, scope) =>
    profileCheck(scope, "iam:RemoveRoleFromInstanceProfile", input.InstanceProfileName),
  async handle(input, { store, caller }) {
    await store.update(async (tx) => {
      const { role, ...profile } = await loadInstanceProfile(tx, caller.account, input.InstanceProfileName);
      if (role === undefined || nameKey(role) !== nameKey(input.RoleName)) {
        throw roleNotInInstanceProfile(input.RoleName, profile.name);
      }
      tx.put(instanceProfiles, profile);
    });
    return {};
  },
});

const remove = operation("iam:DeleteInstanceProfile", {
  authorize: (input, scope) => profileCheck(scope, "iam:DeleteInstanceProfile", input.InstanceProfileName),
  async handle(input, { store, caller }) {
    await store.update(async (tx) => {
      const profile = await loadInstanceProfile(tx, caller.account, input.InstanceProfileName);
      if (profile.role !== undefined) throw mustFirst("remove roles from instance profile");
      await uncountOne(tx, caller.account, "instanceProfiles");
      tx.delete(instanceProfiles, caller.account, nameKey(profile.name));
    });
    return {};
  },
});
export { remove as delete };

/** @throws NoSuchEntity */
export async function loadInstanceProfile(
  read: Reader,
  account: string,
  name: string,
): Promise<InstanceProfile> {
  const profile = await read.get(instanceProfiles, account, nameKey(name));
  if (!profile) throw instanceProfileNotFound(name);
  return profile;
}

const profileArn = (account: string, path: string, name: string): string =>
  iamArn(account, `instance-profile${path}${name}`);

async function profileCheck(
  { read, caller }: AuthorizeScope,
  action: string,
  name: string,
): Promise<readonly Check[]> {
  const profile = await read.get(instanceProfiles, caller.account, nameKey(name));
  const resource = profile?.arn ?? profileArn(caller.account, DEFAULT_PATH, name);
  return [
    {
      action,
      resource,
      resourceName: `instance profile ${name}`,
      context: resourceTagKeys(profile?.tags ?? []),
    },
  ];
}

async function describe(read: Reader, profile: InstanceProfile) {
  const role =
    profile.role === undefined ? undefined : await find(read, "role", profile.account, profile.role);
  return describeInstanceProfile(profile, role);
}
