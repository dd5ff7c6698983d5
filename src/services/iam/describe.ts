import type { Group, InstanceProfile, ManagedPolicy, Role, Tag, User } from "./model.ts";
import { encodeDocument } from "./entities.ts";
import type { AwsManagedPolicy } from "./aws-managed.ts";
import type { Uses } from "./managed.ts";

/** Rows as IAM's answers show them. */
export const describeUser = (user: User) => ({
  Path: user.path,
  UserName: user.name,
  UserId: user.id,
  Arn: user.arn,
  CreateDate: user.createdAt,
  ...boundaryOf(user),
  ...tagsOf(user.tags),
});

/** ListUsers leaves out tags and boundary. Source: IAM API Reference, ListUsers: "does not return the following attributes". */
export const listUser = ({ path, name, id, arn, createdAt }: User) => ({
  Path: path,
  UserName: name,
  UserId: id,
  Arn: arn,
  CreateDate: createdAt,
});

export const describeGroup = ({ path, name, id, arn, createdAt }: Group) => ({
  Path: path,
  GroupName: name,
  GroupId: id,
  Arn: arn,
  CreateDate: createdAt,
});

export const describeRole = (role: Role) => ({
  ...listRole(role),
  ...boundaryOf(role),
  ...tagsOf(role.tags),
  RoleLastUsed: role.lastUsed ? { LastUsedDate: role.lastUsed.at, Region: role.lastUsed.region } : {},
});

/** ListRoles leaves out the boundary, the last use and the tags. Source: IAM API Reference, ListRoles. */
export const listRole = (role: Role) => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: role.arn,
  CreateDate: role.createdAt,
  AssumeRolePolicyDocument: encodeDocument(role.trust),
  ...(role.description === undefined ? {} : { Description: role.description }),
  MaxSessionDuration: role.maxSessionSeconds,
});

export const describeManaged = (policy: ManagedPolicy, uses: Uses) => ({
  PolicyName: policy.name,
  PolicyId: policy.id,
  Arn: policy.arn,
  Path: policy.path,
  DefaultVersionId: versionId(policy.defaultVersion),
  AttachmentCount: uses.attachments,
  PermissionsBoundaryUsageCount: uses.boundaries,
  IsAttachable: true,
  CreateDate: policy.createdAt,
  UpdateDate: policy.updatedAt,
});

export const describeAwsManaged = (policy: AwsManagedPolicy, uses: Uses) => ({
  PolicyName: policy.name,
  PolicyId: policy.id,
  Arn: policy.arn,
  Path: policy.path,
  DefaultVersionId: versionId(policy.version),
  AttachmentCount: uses.attachments,
  PermissionsBoundaryUsageCount: uses.boundaries,
  IsAttachable: true,
  CreateDate: policy.createdAt,
  UpdateDate: policy.updatedAt,
});

export const describeInstanceProfile = (profile: InstanceProfile, role: Role | undefined) => ({
  Path: profile.path,
  InstanceProfileName: profile.name,
  InstanceProfileId: profile.id,
  Arn: profile.arn,
  CreateDate: profile.createdAt,
  Roles: role ? [listRole(role)] : [],
  ...tagsOf(profile.tags),
});

export const versionId = (version: number): string => `v${version}`;

/** @returns NaN for what is no version's id, which no version has. */
export const versionNumber = (id: string): number => Number(/^v([1-9]\d*)$/.exec(id)?.[1]);

const tagsOf = (tags: readonly Tag[]) => (tags.length > 0 ? { Tags: [...tags] } : {});

export const boundaryOf = ({ boundary }: { readonly boundary?: string }) =>
  boundary === undefined
    ? {}
    : {
        PermissionsBoundary: {
          PermissionsBoundaryType: "PermissionsBoundaryPolicy" as const,
          PermissionsBoundaryArn: boundary,
        },
      };
