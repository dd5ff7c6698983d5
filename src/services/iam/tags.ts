import { operation } from "../../platform/operation.ts";
import type { Context } from "../../platform/context.ts";
import {
  entityCheck,
  iamArn,
  load,
  requestTagKeys,
  resourceTagKeys,
  save,
  type Nothing,
} from "./entities.ts";
import { loadInstanceProfile } from "./instance-profiles.ts";
import { loadManaged } from "./managed.ts";
import { instanceProfiles, managedPolicies, nameKey, type Tag } from "./model.ts";
import { pageList, type PageInput } from "./paging.ts";
import { policyCheck } from "./policies.ts";
import { mergeTags, readTags, withoutTags } from "./tagging.ts";

/** Tags of users, roles, managed policies and instance profiles. */
export const tagUser = operation("iam:TagUser", {
  authorize: (input, scope) =>
    entityCheck(scope, "iam:TagUser", "user", {
      name: input.UserName,
      context: requestTagKeys(readTags(input.Tags)),
    }),
  handle: ({ UserName, Tags }, context) =>
    changeEntity(context, "user", UserName, (tags) => mergeTags(tags, Tags)),
});
export const untagUser = operation("iam:UntagUser", {
  authorize: (input, scope) =>
    entityCheck(scope, "iam:UntagUser", "user", {
      name: input.UserName,
      context: { "aws:TagKeys": input.TagKeys },
    }),
  handle: ({ UserName, TagKeys }, context) =>
    changeEntity(context, "user", UserName, (tags) => withoutTags(tags, TagKeys)),
});
export const listOfUser = operation("iam:ListUserTags", {
  authorize: (input, scope) => entityCheck(scope, "iam:ListUserTags", "user", { name: input.UserName }),
  async handle(input, context) {
    const { tags } = await context.store.read((read) =>
      load(read, "user", context.caller.account, input.UserName),
    );
    return pageTags(context, input, tags, input.UserName);
  },
});

export const tagRole = operation("iam:TagRole", {
  authorize: (input, scope) =>
    entityCheck(scope, "iam:TagRole", "role", {
      name: input.RoleName,
      context: requestTagKeys(readTags(input.Tags)),
    }),
  handle: ({ RoleName, Tags }, context) =>
    changeEntity(context, "role", RoleName, (tags) => mergeTags(tags, Tags)),
});
export const untagRole = operation("iam:UntagRole", {
  authorize: (input, scope) =>
    entityCheck(scope, "iam:UntagRole", "role", {
      name: input.RoleName,
      context: { "aws:TagKeys": input.TagKeys },
    }),
  handle: ({ RoleName, TagKeys }, context) =>
    changeEntity(context, "role", RoleName, (tags) => withoutTags(tags, TagKeys)),
});
export const listOfRole = operation("iam:ListRoleTags", {
  authorize: (input, scope) => entityCheck(scope, "iam:ListRoleTags", "role", { name: input.RoleName }),
  async handle(input, context) {
    const { tags } = await context.store.read((read) =>
      load(read, "role", context.caller.account, input.RoleName),
    );
    return pageTags(context, input, tags, input.RoleName);
  },
});

export const tagPolicy = operation("iam:TagPolicy", {
  authorize: (input, scope) =>
    policyCheck(scope, "iam:TagPolicy", input.PolicyArn, requestTagKeys(readTags(input.Tags))),
  handle: ({ PolicyArn, Tags }, context) => changePolicy(context, PolicyArn, (tags) => mergeTags(tags, Tags)),
});
export const untagPolicy = operation("iam:UntagPolicy", {
  authorize: (input, scope) =>
    policyCheck(scope, "iam:UntagPolicy", input.PolicyArn, { "aws:TagKeys": input.TagKeys }),
  handle: ({ PolicyArn, TagKeys }, context) =>
    changePolicy(context, PolicyArn, (tags) => withoutTags(tags, TagKeys)),
});
export const listOfPolicy = operation("iam:ListPolicyTags", {
  authorize: (input, scope) => policyCheck(scope, "iam:ListPolicyTags", input.PolicyArn),
  async handle(input, context) {
    const { tags } = await context.store.read((read) =>
      loadManaged(read, context.caller.account, input.PolicyArn),
    );
    return pageTags(context, input, tags, input.PolicyArn);
  },
});

export const tagInstanceProfile = operation("iam:TagInstanceProfile", {
  resource: (input, { account }) => iamArn(account, `instance-profile/${input.InstanceProfileName}`),
  handle: ({ InstanceProfileName, Tags }, context) =>
    changeProfile(context, InstanceProfileName, (tags) => mergeTags(tags, Tags)),
});
export const untagInstanceProfile = operation("iam:UntagInstanceProfile", {
  resource: (input, { account }) => iamArn(account, `instance-profile/${input.InstanceProfileName}`),
  handle: ({ InstanceProfileName, TagKeys }, context) =>
    changeProfile(context, InstanceProfileName, (tags) => withoutTags(tags, TagKeys)),
});
export const listOfInstanceProfile = operation("iam:ListInstanceProfileTags", {
  authorize: async (input, { read, caller }) => {
    const profile = await read.get(instanceProfiles, caller.account, nameKey(input.InstanceProfileName));
    const resource = profile?.arn ?? iamArn(caller.account, `instance-profile/${input.InstanceProfileName}`);
    return [
      { action: "iam:ListInstanceProfileTags", resource, context: resourceTagKeys(profile?.tags ?? []) },
    ];
  },
  async handle(input, context) {
    const { tags } = await context.store.read((read) =>
      loadInstanceProfile(read, context.caller.account, input.InstanceProfileName),
    );
    return pageTags(context, input, tags, input.InstanceProfileName);
  },
});

type Change = (tags: readonly Tag[]) => readonly Tag[];

async function changeEntity(
  { store, caller }: Context,
  kind: "user" | "role",
  name: string,
  change: Change,
): Promise<Nothing> {
  await store.update(async (tx) => {
    if (kind === "user") {
      const user = await load(tx, "user", caller.account, name);
      save(tx, "user", { ...user, tags: change(user.tags) });
    } else {
      const role = await load(tx, "role", caller.account, name);
      save(tx, "role", { ...role, tags: change(role.tags) });
    }
  });
  return {};
}

async function changePolicy({ store, caller }: Context, arn: string, change: Change): Promise<Nothing> {
  await store.update(async (tx) => {
    const policy = await loadManaged(tx, caller.account, arn);
    tx.put(managedPolicies, { ...policy, tags: change(policy.tags) });
  });
  return {};
}

async function changeProfile({ store, caller }: Context, name: string, change: Change): Promise<Nothing> {
  await store.update(async (tx) => {
    const profile = await loadInstanceProfile(tx, caller.account, name);
    tx.put(instanceProfiles, { ...profile, tags: change(profile.tags) });
  });
  return {};
}

function pageTags(context: Context, input: PageInput, tags: readonly Tag[], owner: string) {
  const { items, page } = pageList(context, input, { rows: tags, keyOf: ({ Key }) => Key, bound: [owner] });
  return { Tags: [...items], ...page };
}
