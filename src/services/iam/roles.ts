import { uniqueId } from "../../base/ids.ts";
import { operation } from "../../platform/operation.ts";
import { checkBoundary, forgetBoundary, recordBoundary } from "./boundaries.ts";
import { countOne, uncountOne } from "./counts.ts";
import { describeRole, listRole } from "./describe.ts";
import { trustDocument } from "./documents.ts";
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
import { entityExists, mustFirst } from "./faults.ts";
import { DEFAULT_SESSION_SECONDS } from "./limits.ts";
import { instanceProfiles, nameKey, roles, type Role } from "./model.ts";
import { pageTable, scanAll } from "./paging.ts";
import { readTags } from "./tagging.ts";
import { checkTrustedPrincipals, forgetPrincipal } from "./trust.ts";

export const create = operation("iam:CreateRole", {
  authorize: (input, { caller }) => [
    {
      action: "iam:CreateRole",
      resource: entityArn("role", caller.account, input.Path ?? DEFAULT_PATH, input.RoleName),
      context: { ...boundaryKey(input.PermissionsBoundary), ...requestTagKeys(readTags(input.Tags)) },
    },
  ],
  async handle(input, { store, caller, clock }) {
    const path = input.Path ?? DEFAULT_PATH;
    const role: Role = {
      account: caller.account,
      name: input.RoleName,
      path,
      id: uniqueId("AROA"),
      arn: entityArn("role", caller.account, path, input.RoleName),
      createdAt: clock.now(),
      inline: [],
      attached: [],
      tags: readTags(input.Tags),
      trust: trustDocument(input.AssumeRolePolicyDocument),
      maxSessionSeconds: input.MaxSessionDuration ?? DEFAULT_SESSION_SECONDS,
      ...(input.Description === undefined ? {} : { description: input.Description }),
      ...(input.PermissionsBoundary === undefined ? {} : { boundary: input.PermissionsBoundary }),
    };
    await store.update(async (tx) => {
      if (await find(tx, "role", role.account, role.name)) throw entityExists("role", role.name);
      await checkTrustedPrincipals(tx, role.account, role.trust);
      await countOne(tx, role.account, "roles");
      if (role.boundary !== undefined) await checkBoundary(tx, role.account, role.boundary);
      recordBoundary(tx, "role", role);
      save(tx, "role", role);
    });
    return { Role: describeNew(role) };
  },
});

/** CreateRole's answer has no last use. */
function describeNew(role: Role) {
  const { RoleLastUsed: _none, ...rest } = describeRole(role);
  return rest;
}

export const get = operation("iam:GetRole", {
  authorize: (input, scope) => entityCheck(scope, "iam:GetRole", "role", { name: input.RoleName }),
  async handle(input, { store, caller }) {
    return {
      Role: describeRole(await store.read((read) => load(read, "role", caller.account, input.RoleName))),
    };
  },
});

export const list = operation("iam:ListRoles", {
  resource: (_input, { account }) => iamArn(account, "role/"),
  handle: (input, context) =>
    context.store.read(async (read) => {
      const { PathPrefix = "/" } = input;
      const { items, page } = await pageTable(context, read, input, {
        of: roles,
        within: [context.caller.account],
        keep: ({ path }) => path.startsWith(PathPrefix),
        bound: [PathPrefix],
      });
      return { Roles: items.map(listRole), ...page };
    }),
});

export const update = operation("iam:UpdateRole", {
  authorize: (input, scope) => entityCheck(scope, "iam:UpdateRole", "role", { name: input.RoleName }),
  async handle(input, { store, caller }) {
    await store.update(async (tx) => {
      const role = await load(tx, "role", caller.account, input.RoleName);
      save(tx, "role", {
        ...role,
        ...(input.Description === undefined ? {} : { description: input.Description }),
        maxSessionSeconds: input.MaxSessionDuration ?? role.maxSessionSeconds,
      });
    });
    return {};
  },
});

export const updateDescription = operation("iam:UpdateRoleDescription", {
  authorize: (input, scope) =>
    entityCheck(scope, "iam:UpdateRoleDescription", "role", { name: input.RoleName }),
  async handle(input, { store, caller }) {
    const role = await store.update(async (tx) => {
      const changed = {
        ...(await load(tx, "role", caller.account, input.RoleName)),
        description: input.Description,
      };
      save(tx, "role", changed);
      return changed;
    });
    return { Role: describeRole(role) };
  },
});

export const updateTrust = operation("iam:UpdateAssumeRolePolicy", {
  authorize: (input, scope) =>
    entityCheck(scope, "iam:UpdateAssumeRolePolicy", "role", { name: input.RoleName }),
  async handle(input, { store, caller }) {
    const trust = trustDocument(input.PolicyDocument);
    await store.update(async (tx) => {
      const role = await load(tx, "role", caller.account, input.RoleName);
      await checkTrustedPrincipals(tx, caller.account, trust);
      save(tx, "role", { ...role, trust });
    });
    return {};
  },
});

const remove = operation("iam:DeleteRole", {
  authorize: (input, scope) => entityCheck(scope, "iam:DeleteRole", "role", { name: input.RoleName }),
  async handle(input, { store, caller }) {
    await store.update(async (tx) => {
      const role = await load(tx, "role", caller.account, input.RoleName);
      const profiles = await scanAll(tx, instanceProfiles, [caller.account]);
      if (
        profiles.some((profile) => profile.role !== undefined && nameKey(profile.role) === nameKey(role.name))
      ) {
        throw mustFirst("remove roles from instance profile");
      }
      if (role.attached.length > 0) throw mustFirst("detach all policies");
      if (role.inline.length > 0) throw mustFirst("delete policies");
      await uncountOne(tx, caller.account, "roles");
      await forgetPrincipal(tx, role);
      forgetBoundary(tx, "role", role);
      tx.delete(roles, caller.account, nameKey(role.name));
    });
    return {};
  },
});
export { remove as delete };
