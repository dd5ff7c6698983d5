import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiCalls } from "../../platform/calls.ts";
import { invariant } from "../../base/invariant.ts";
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
const arn = (resource: string): string => `arn:aws:iam::${ACCOUNT}:${resource}`;

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
    expect(await refusal(abac.GetUser({ UserName: "other" }))).toMatch(
      / on resource: user other because no identity/,
    );
  });

  test("whoever has nothing is refused every operation, and whoever has all is not", async () => {
    await admin.CreateUser({ UserName: "nothing" });
    const { AccessKey } = await admin.CreateAccessKey({ UserName: "nothing" });
    const credential = await home.house.doors.identities.credential(AccessKey?.AccessKeyId ?? "");
    invariant(credential, "the key was just made");
    const operations = Object.entries(iam.operations);
    expect(operations.length).toBeGreaterThan(80);
    for (const [name, operation] of operations) {
      const caller = {
        account: ACCOUNT,
        region: "us-east-1",
        principal: credential.principal,
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
          const scope = { read, caller: caller, clock: home.clock, doors: home.house.doors };
          const checks = await operation?.checks(input, scope);
          await home.house.access.authorize(caller, checks ?? [], read);
        }),
      );
      expect(refused, name).toMatch(/^AccessDenied/);
    }
  });
});

describe("the account", () => {
  test("many made at once are all there, and counted", async () => {
    const names = Array.from({ length: 60 }, (_, i) => `crowd-${i}`);
    await Promise.all(names.map((UserName) => admin.CreateUser({ UserName, Path: "/crowd/" })));
    const { Users } = await admin.ListUsers({ PathPrefix: "/crowd/", MaxItems: 1_000 });
    expect(Users?.length).toBe(names.length);
    const same = await Promise.all(names.map(() => refusal(admin.CreateUser({ UserName: "only-one" }))));
    expect(same.filter((answer) => answer === "allowed").length).toBe(1);
  });

  test("alias, summary and details", async () => {
    await admin.CreateAccountAlias({ AccountAlias: "lake" });
    expect((await admin.ListAccountAliases({})).AccountAliases).toEqual(["lake"]);
    await admin.DeleteAccountAlias({ AccountAlias: "lake" });
    const { SummaryMap } = await admin.GetAccountSummary({});
    const { UserDetailList } = await admin.GetAccountAuthorizationDetails({
      Filter: ["User"],
      MaxItems: 1_000,
    });
    const { Policies } = await admin.GetAccountAuthorizationDetails({ Filter: ["AWSManagedPolicy"] });
    expect(Policies?.map((policy) => policy.PolicyName)).toContain("AdministratorAccess");
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
