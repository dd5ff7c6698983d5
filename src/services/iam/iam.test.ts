import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiCalls } from "../../platform/calls.ts";
import { iam } from "./iam.ts";
import { ACCOUNT, refusal, startHouse, type TestHouse } from "./testing.ts";

let home: TestHouse;
let admin: ApiCalls["iam"];
beforeAll(async () => {
  home = await startHouse(iam);
  admin = (await home.as(home.keys.admin.accessKeyId)).iam;
});
afterAll(() => home.close());

const READ_ONLY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: ["iam:Get*", "iam:List*"], Resource: "*" }],
});
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const arn = (resource: string): string => `arn:aws:iam::${ACCOUNT}:${resource}`;

describe("users", () => {
  test("a user is made, found, listed by path, renamed and deleted", async () => {
    const { User } = await admin.CreateUser({
      UserName: "Bob",
      Path: "/team/",
      Tags: [{ Key: "a", Value: "b" }],
    });
    expect(User).toMatchObject({
      UserName: "Bob",
      Path: "/team/",
      Arn: arn("user/team/Bob"),
      Tags: [{ Key: "a", Value: "b" }],
    });
    expect(User?.UserId).toMatch(/^AIDA[A-Z0-9]{17}$/);
    expect((await admin.ListUsers({ PathPrefix: "/team/" })).Users?.map((user) => user.UserName)).toEqual([
      "Bob",
    ]);
    await admin.UpdateUser({ UserName: "bob", NewUserName: "Rob", NewPath: "/" });
    expect((await admin.GetUser({ UserName: "rob" })).User?.Arn).toBe(arn("user/Rob"));
    await admin.DeleteUser({ UserName: "Rob" });
    expect(await refusal(admin.GetUser({ UserName: "Rob" }))).toBe(
      "NoSuchEntity: The user with name Rob cannot be found.",
    );
  });

  test("names are unique without regard to case", async () => {
    await admin.CreateUser({ UserName: "Case" });
    expect(await refusal(admin.CreateUser({ UserName: "cASE" }))).toBe(
      "EntityAlreadyExists: User with name cASE already exists.",
    );
  });

  test("whoever leaves out the name means themselves", async () => {
    expect((await admin.GetUser({})).User?.UserName).toBe("admin");
    const root = (await home.as(home.keys.root.accessKeyId)).iam;
    expect((await root.GetUser({})).User?.Arn).toBe(arn("root"));
  });

  test("a user with something left cannot be deleted", async () => {
    await admin.CreateUser({ UserName: "full" });
    await admin.CreateGroup({ GroupName: "fulls" });
    await admin.AddUserToGroup({ GroupName: "fulls", UserName: "full" });
    await admin.PutUserPolicy({ UserName: "full", PolicyName: "p", PolicyDocument: READ_ONLY });
    await admin.AttachUserPolicy({
      UserName: "full",
      PolicyArn: "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
    });
    const { AccessKey } = await admin.CreateAccessKey({ UserName: "full" });
    const conflict = async (): Promise<string> => refusal(admin.DeleteUser({ UserName: "full" }));
    expect(await conflict()).toBe("DeleteConflict: Cannot delete entity, must delete access keys first.");
    await admin.DeleteAccessKey({ UserName: "full", AccessKeyId: AccessKey?.AccessKeyId ?? "" });
    expect(await conflict()).toBe("DeleteConflict: Cannot delete entity, must detach all policies first.");
    await admin.DetachUserPolicy({
      UserName: "full",
      PolicyArn: "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
    });
    expect(await conflict()).toBe("DeleteConflict: Cannot delete entity, must delete policies first.");
    await admin.DeleteUserPolicy({ UserName: "full", PolicyName: "p" });
    expect(await conflict()).toBe(
      "DeleteConflict: Cannot delete entity, must remove users from group first.",
    );
    await admin.RemoveUserFromGroup({ GroupName: "fulls", UserName: "full" });
    expect(await conflict()).toBe("allowed");
  });

  test("pages go through every user once", async () => {
    for (let i = 0; i < 7; i++) await admin.CreateUser({ UserName: `page-${i}`, Path: "/pages/" });
    const seen: (string | undefined)[] = [];
    let Marker: string | undefined;
    do {
      const page = await admin.ListUsers({
        PathPrefix: "/pages/",
        MaxItems: 3,
        ...(Marker === undefined ? {} : { Marker }),
      });
      seen.push(...(page.Users ?? []).map((user) => user.UserName));
      Marker = page.Marker;
      expect(page.IsTruncated).toBe(Marker !== undefined);
    } while (Marker !== undefined);
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6].map((i) => `page-${i}`));
    expect(await refusal(admin.ListUsers({ Marker: "made-up" }))).toBe("ValidationError: Invalid Marker.");
  });
});

describe("access keys", () => {
  test("two to a user, each with a secret that the door gives back", async () => {
    await admin.CreateUser({ UserName: "keyed" });
    const { AccessKey } = await admin.CreateAccessKey({ UserName: "keyed" });
    await admin.CreateAccessKey({ UserName: "keyed" });
    expect(await refusal(admin.CreateAccessKey({ UserName: "keyed" }))).toBe(
      "LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2",
    );
    const id = AccessKey?.AccessKeyId ?? "";
    const credential = await home.house.doors.identities.credential(id);
    expect(credential).toMatchObject({
      secret: AccessKey?.SecretAccessKey,
      status: "Active",
      principal: { kind: "user", name: "keyed" },
    });
    await admin.UpdateAccessKey({ UserName: "keyed", AccessKeyId: id, Status: "Inactive" });
    expect((await home.house.doors.identities.credential(id))?.status).toBe("Inactive");
    expect((await admin.GetAccessKeyLastUsed({ AccessKeyId: id })).AccessKeyLastUsed?.ServiceName).toBe(
      "N/A",
    );
    await admin.DeleteAccessKey({ UserName: "keyed", AccessKeyId: id });
    expect(await home.house.doors.identities.credential(id)).toBeUndefined();
    expect(await refusal(admin.DeleteAccessKey({ UserName: "keyed", AccessKeyId: id }))).toBe(
      `NoSuchEntity: The Access Key with id ${id} cannot be found.`,
    );
  });
});

describe("managed policies", () => {
  test("five versions, one of them the default", async () => {
    const { Policy } = await admin.CreatePolicy({ PolicyName: "Reads", PolicyDocument: READ_ONLY });
    const PolicyArn = Policy?.Arn ?? "";
    expect(PolicyArn).toBe(arn("policy/Reads"));
    expect(Policy).toMatchObject({ DefaultVersionId: "v1", AttachmentCount: 0, IsAttachable: true });
    for (let i = 0; i < 4; i++)
      await admin.CreatePolicyVersion({ PolicyArn, PolicyDocument: READ_ONLY, SetAsDefault: i === 0 });
    expect(await refusal(admin.CreatePolicyVersion({ PolicyArn, PolicyDocument: READ_ONLY }))).toMatch(
      /^LimitExceeded: A managed policy can have up to 5 versions/,
    );
    const { Versions } = await admin.ListPolicyVersions({ PolicyArn });
    expect(Versions?.map((version) => [version.VersionId, version.IsDefaultVersion])).toEqual([
      ["v5", false],
      ["v4", false],
      ["v3", false],
      ["v2", true],
      ["v1", false],
    ]);
    expect(await refusal(admin.DeletePolicyVersion({ PolicyArn, VersionId: "v2" }))).toBe(
      "DeleteConflict: Cannot delete the default version of a policy.",
    );
    await admin.SetDefaultPolicyVersion({ PolicyArn, VersionId: "v1" });
    const { PolicyVersion } = await admin.GetPolicyVersion({ PolicyArn, VersionId: "v1" });
    expect(decodeURIComponent(PolicyVersion?.Document ?? "")).toBe(READ_ONLY);
    expect(await refusal(admin.DeletePolicy({ PolicyArn }))).toMatch(
      /^DeleteConflict: This policy has more than one version/,
    );
  });

  test("what is attached is counted and cannot be deleted", async () => {
    const { Policy } = await admin.CreatePolicy({ PolicyName: "Used", PolicyDocument: READ_ONLY });
    const PolicyArn = Policy?.Arn ?? "";
    await admin.CreateGroup({ GroupName: "users-of-used" });
    await admin.AttachGroupPolicy({ GroupName: "users-of-used", PolicyArn });
    expect((await admin.GetPolicy({ PolicyArn })).Policy?.AttachmentCount).toBe(1);
    expect((await admin.ListEntitiesForPolicy({ PolicyArn })).PolicyGroups?.[0]?.GroupName).toBe(
      "users-of-used",
    );
    expect(await refusal(admin.DeletePolicy({ PolicyArn }))).toBe(
      "DeleteConflict: Cannot delete a policy attached to entities.",
    );
    await admin.DetachGroupPolicy({ GroupName: "users-of-used", PolicyArn });
    await admin.DeletePolicy({ PolicyArn });
    expect(await refusal(admin.GetPolicy({ PolicyArn }))).toBe(
      `NoSuchEntity: Policy ${PolicyArn} was not found.`,
    );
  });

  test("AWS's own can be read by whoever may read policies, and changed by nobody", async () => {
    const PolicyArn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
    expect((await admin.GetPolicy({ PolicyArn })).Policy?.PolicyName).toBe("AmazonS3ReadOnlyAccess");
    expect(await refusal(admin.DeletePolicy({ PolicyArn }))).toMatch(/^AccessDenied/);
    expect((await admin.ListPolicies({ Scope: "AWS", MaxItems: 1_000 })).IsTruncated).toBe(true);
  });

  test("malformed ones are refused in IAM's words", async () => {
    expect(await refusal(admin.CreatePolicy({ PolicyName: "Bad", PolicyDocument: "{}" }))).toBe(
      "MalformedPolicyDocument: Syntax errors in policy.",
    );
  });
});

describe("roles and instance profiles", () => {
  test("a role is made with its trust, and its answer encodes it", async () => {
    const { Role } = await admin.CreateRole({
      RoleName: "web",
      AssumeRolePolicyDocument: TRUST,
      MaxSessionDuration: 7_200,
    });
    expect(Role?.RoleId).toMatch(/^AROA/);
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "")).toBe(TRUST);
    expect(
      await refusal(
        admin.CreateRole({
          RoleName: "x",
          AssumeRolePolicyDocument: TRUST.replace("ec2.amazonaws.com", "nobody"),
        }),
      ),
    ).toBe('MalformedPolicyDocument: Invalid principal in policy: "SERVICE":"nobody"');
    const missing = JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Principal: { AWS: arn("user/nobody") }, Action: "sts:AssumeRole" },
    });
    expect(await refusal(admin.CreateRole({ RoleName: "x", AssumeRolePolicyDocument: missing }))).toBe(
      `MalformedPolicyDocument: Invalid principal in policy: "AWS":"${arn("user/nobody")}"`,
    );
  });

  test("a profile holds one role, which then cannot be deleted", async () => {
    await admin.CreateRole({ RoleName: "inside", AssumeRolePolicyDocument: TRUST });
    await admin.CreateInstanceProfile({ InstanceProfileName: "box" });
    await admin.AddRoleToInstanceProfile({ InstanceProfileName: "box", RoleName: "inside" });
    expect(
      await refusal(admin.AddRoleToInstanceProfile({ InstanceProfileName: "box", RoleName: "inside" })),
    ).toMatch(/^LimitExceeded/);
    expect(await refusal(admin.DeleteRole({ RoleName: "inside" }))).toBe(
      "DeleteConflict: Cannot delete entity, must remove roles from instance profile first.",
    );
    expect(
      (await admin.GetInstanceProfile({ InstanceProfileName: "box" })).InstanceProfile?.Roles?.[0]?.RoleName,
    ).toBe("inside");
    await admin.RemoveRoleFromInstanceProfile({ InstanceProfileName: "box", RoleName: "inside" });
    await admin.DeleteInstanceProfile({ InstanceProfileName: "box" });
    await admin.DeleteRole({ RoleName: "inside" });
  });

  test("whoever puts a role into a profile must be allowed to pass it", async () => {
    await admin.CreateRole({ RoleName: "mighty", AssumeRolePolicyDocument: TRUST });
    await admin.CreateInstanceProfile({ InstanceProfileName: "bait" });
    await admin.CreateUser({ UserName: "mallory" });
    const all = { Effect: "Allow", Action: "iam:AddRoleToInstanceProfile", Resource: "*" };
    await admin.PutUserPolicy({
      UserName: "mallory",
      PolicyName: "p",
      PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [all] }),
    });
    const { AccessKey } = await admin.CreateAccessKey({ UserName: "mallory" });
    const mallory = (await home.as(AccessKey?.AccessKeyId ?? "")).iam;
    expect(
      await refusal(mallory.AddRoleToInstanceProfile({ InstanceProfileName: "bait", RoleName: "mighty" })),
    ).toBe(
      `AccessDenied: User: ${arn("user/mallory")} is not authorized to perform: iam:PassRole on resource: ${arn("role/mighty")} because no identity-based policy allows the iam:PassRole action`,
    );
  });
});

describe("what stands on a principal decides", () => {
  const statement = (Effect: string, Action: string, Resource = "*") =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect, Action, Resource }] });

  test("nothing, then a group's policy, then a boundary, then a denial", async () => {
    await admin.CreateUser({ UserName: "ann", Tags: [{ Key: "team", Value: "blue" }] });
    const { AccessKey } = await admin.CreateAccessKey({ UserName: "ann" });
    const ann = (await home.as(AccessKey?.AccessKeyId ?? "")).iam;
    const tries = () => refusal(ann.ListUsers({}));
    const start = `AccessDenied: User: ${arn("user/ann")} is not authorized to perform: iam:ListUsers on resource: ${arn("user/")}`;
    expect(await tries()).toBe(`${start} because no identity-based policy allows the iam:ListUsers action`);
    await admin.CreateGroup({ GroupName: "readers" });
    await admin.PutGroupPolicy({ GroupName: "readers", PolicyName: "p", PolicyDocument: READ_ONLY });
    await admin.AddUserToGroup({ GroupName: "readers", UserName: "ann" });
    expect(await tries()).toBe("allowed");
    const { Policy } = await admin.CreatePolicy({
      PolicyName: "OnlyS3",
      PolicyDocument: statement("Allow", "s3:*"),
    });
    await admin.PutUserPermissionsBoundary({ UserName: "ann", PermissionsBoundary: Policy?.Arn ?? "" });
    expect(await tries()).toBe(`${start} because no permissions boundary allows the iam:ListUsers action`);
    await admin.DeleteUserPermissionsBoundary({ UserName: "ann" });
    const denial = await admin.CreatePolicy({
      PolicyName: "NoList",
      PolicyDocument: statement("Deny", "iam:List*"),
    });
    await admin.AttachUserPolicy({ UserName: "ann", PolicyArn: denial.Policy?.Arn ?? "" });
    expect(await tries()).toBe(
      `${start} with an explicit deny in an identity-based policy: ${arn("policy/NoList")}`,
    );
  });

  test("tags of the one and of the other can be compared", async () => {
    await admin.CreateUser({ UserName: "abac", Tags: [{ Key: "team", Value: "red" }] });
    await admin.CreateUser({ UserName: "same", Tags: [{ Key: "team", Value: "red" }] });
    await admin.CreateUser({ UserName: "other", Tags: [{ Key: "team", Value: "green" }] });
    const condition = { StringEquals: { "aws:ResourceTag/team": "${aws:PrincipalTag/team}" } };
    const document = {
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Action: "iam:GetUser", Resource: "*", Condition: condition },
    };
    await admin.PutUserPolicy({
      UserName: "abac",
      PolicyName: "p",
      PolicyDocument: JSON.stringify(document),
    });
    const { AccessKey } = await admin.CreateAccessKey({ UserName: "abac" });
    const abac = (await home.as(AccessKey?.AccessKeyId ?? "")).iam;
    expect(await refusal(abac.GetUser({ UserName: "same" }))).toBe("allowed");
    expect(await refusal(abac.GetUser({ UserName: "other" }))).toMatch(/^AccessDenied/);
  });

  test("whoever has nothing is refused every operation, and whoever has all is not", async () => {
    await admin.CreateUser({ UserName: "nothing" });
    const { AccessKey } = await admin.CreateAccessKey({ UserName: "nothing" });
    const credential = await home.house.doors.identities.credential(AccessKey?.AccessKeyId ?? "");
    const { principal } = credential ?? {};
    const operations = Object.entries(iam.operations);
    expect(operations.length).toBeGreaterThan(80);
    for (const [name, operation] of operations) {
      const caller = {
        account: ACCOUNT,
        region: "us-east-1",
        principal,
        source: { ip: "", secure: true, userAgent: "", calledVia: [] },
      };
      const input = {
        UserName: "x",
        GroupName: "x",
        RoleName: "x",
        PolicyName: "x",
        PolicyArn: arn("policy/x"),
        InstanceProfileName: "x",
        PolicySourceArn: arn("user/x"),
        Tags: [],
        TagKeys: [],
        AccessKeyId: "AKIAX",
      };
      const refused = await refusal(
        home.house.store.read(async (read) => {
          const scope = { read, caller: caller as never, clock: home.clock, doors: home.house.doors };
          const checks = await operation?.checks(input, scope);
          await home.house.access.authorize(caller as never, checks ?? [], read);
        }),
      );
      expect(refused, name).toMatch(/^AccessDenied/);
    }
  });
});

describe("the account", () => {
  test("alias, summary and details", async () => {
    await admin.CreateAccountAlias({ AccountAlias: "lake" });
    expect((await admin.ListAccountAliases({})).AccountAliases).toEqual(["lake"]);
    await admin.DeleteAccountAlias({ AccountAlias: "lake" });
    const { SummaryMap } = await admin.GetAccountSummary({});
    const { UserDetailList } = await admin.GetAccountAuthorizationDetails({
      Filter: ["User"],
      MaxItems: 1_000,
    });
    expect(SummaryMap?.["Users"]).toBe(UserDetailList?.length);
    expect(
      UserDetailList?.find((user) => user.UserName === "admin")?.AttachedManagedPolicies?.[0]?.PolicyName,
    ).toBe("AdministratorAccess");
  });

  test("tags are replaced, counted and taken away", async () => {
    await admin.CreateUser({ UserName: "tagged" });
    await admin.TagUser({
      UserName: "tagged",
      Tags: [
        { Key: "A", Value: "1" },
        { Key: "b", Value: "2" },
      ],
    });
    await admin.TagUser({ UserName: "tagged", Tags: [{ Key: "a", Value: "3" }] });
    expect((await admin.ListUserTags({ UserName: "tagged" })).Tags).toEqual([
      { Key: "a", Value: "3" },
      { Key: "b", Value: "2" },
    ]);
    await admin.UntagUser({ UserName: "tagged", TagKeys: ["a"] });
    expect((await admin.ListUserTags({ UserName: "tagged" })).Tags).toEqual([{ Key: "b", Value: "2" }]);
    expect(
      await refusal(
        admin.TagUser({
          UserName: "tagged",
          Tags: [
            { Key: "x", Value: "" },
            { Key: "X", Value: "" },
          ],
        }),
      ),
    ).toBe("InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive.");
  });
});

describe("the simulator", () => {
  test("says what would be decided, and which condition keys it missed", async () => {
    const document = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*" },
        {
          Effect: "Allow",
          Action: "s3:PutObject",
          Resource: "*",
          Condition: { Bool: { "aws:SecureTransport": "true" } },
        },
        { Effect: "Deny", Action: "s3:DeleteObject", Resource: "*" },
      ],
    });
    const { EvaluationResults } = await admin.SimulateCustomPolicy({
      PolicyInputList: [document],
      ActionNames: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
      ResourceArns: ["arn:aws:s3:::b/k"],
    });
    expect(EvaluationResults?.map((result) => [result.EvalDecision, result.MissingContextValues])).toEqual([
      ["allowed", []],
      ["implicitDeny", ["aws:securetransport"]],
      ["explicitDeny", []],
    ]);
  });

  test("takes a user's own policies, its groups' too", async () => {
    const { EvaluationResults } = await admin.SimulatePrincipalPolicy({
      PolicySourceArn: arn("user/admin"),
      ActionNames: ["iam:DeleteUser"],
    });
    expect(EvaluationResults?.[0]?.EvalDecision).toBe("allowed");
    expect(EvaluationResults?.[0]?.MatchedStatements?.[0]?.SourcePolicyId).toBe("AdministratorAccess");
  });
});
