import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiCalls } from "../../platform/calls.ts";
import { iam } from "../iam/iam.ts";
import { ACCOUNT, refusal, startHouse, type TestHouse } from "../iam/testing.ts";
import { sts } from "./sts.ts";

let home: TestHouse;
let admin: ApiCalls;
let user: ApiCalls;
beforeAll(async () => {
  home = await startHouse(iam, sts);
  admin = await home.as(home.keys.admin.accessKeyId);
  await admin.iam.CreateUser({ UserName: "ann" });
  const { AccessKey } = await admin.iam.CreateAccessKey({ UserName: "ann" });
  user = await home.as(AccessKey?.AccessKeyId ?? "");
});
afterAll(() => home.close());

const arn = (resource: string): string => `arn:aws:iam::${ACCOUNT}:${resource}`;
const policy = (...Statement: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement });
const trust = (AWS: string, more: object = {}): string =>
  policy({
    Effect: "Allow",
    Principal: { AWS },
    Action: ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
    ...more,
  });
const ALL = policy({ Effect: "Allow", Action: "*", Resource: "*" });

async function role(name: string, trusted: string, permissions: string | undefined = ALL): Promise<string> {
  await admin.iam.CreateRole({ RoleName: name, AssumeRolePolicyDocument: trusted });
  if (permissions !== undefined)
    await admin.iam.PutRolePolicy({ RoleName: name, PolicyName: "p", PolicyDocument: permissions });
  return arn(`role/${name}`);
}

const keyOf = (answer: {
  readonly Credentials?: { readonly AccessKeyId: string | undefined } | undefined;
}): string => answer.Credentials?.AccessKeyId ?? "";

test("anyone may ask who they are", async () => {
  expect(await user.sts.GetCallerIdentity({})).toMatchObject({ Account: ACCOUNT, Arn: arn("user/ann") });
  const root = await home.as(home.keys.root.accessKeyId);
  expect(await root.sts.GetCallerIdentity({})).toEqual({
    UserId: ACCOUNT,
    Account: ACCOUNT,
    Arn: arn("root"),
  });
});

describe("assuming a role", () => {
  test("who is named in the trust policy needs no more, and is the role then", async () => {
    const RoleArn = await role("named", trust(arn("user/ann")));
    const answer = await user.sts.AssumeRole({ RoleArn, RoleSessionName: "s1" });
    expect(answer.AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/named/s1`);
    expect(answer.Credentials?.Expiration).toEqual(new Date(home.clock.now().getTime() + 3_600_000));
    const session = await home.as(keyOf(answer));
    expect((await session.sts.GetCallerIdentity({})).UserId).toMatch(/^AROA[A-Z0-9]{17}:s1$/);
    expect((await session.iam.ListUsers({})).Users?.length).toBeGreaterThan(0);
  });

  test("a trusted account leaves it to its own policies", async () => {
    const RoleArn = await role("account", trust(ACCOUNT));
    expect(await refusal(user.sts.AssumeRole({ RoleArn, RoleSessionName: "one" }))).toBe(
      `AccessDenied: User: ${arn("user/ann")} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn} because no identity-based policy allows the sts:AssumeRole action`,
    );
    expect(await refusal(admin.sts.AssumeRole({ RoleArn, RoleSessionName: "one" }))).toBe("allowed");
  });

  test("a role that trusts another, or is not there, refuses alike", async () => {
    const RoleArn = await role("closed", trust(arn("user/admin")));
    const words = (of: string): string =>
      `AccessDenied: User: ${arn("user/ann")} is not authorized to perform: sts:AssumeRole on resource: ${of} because no role trust policy allows the sts:AssumeRole action`;
    expect(await refusal(user.sts.AssumeRole({ RoleArn, RoleSessionName: "one" }))).toBe(words(RoleArn));
    expect(await refusal(user.sts.AssumeRole({ RoleArn: arn("role/none"), RoleSessionName: "one" }))).toBe(
      words(arn("role/none")),
    );
  });

  test("an external id must be given as the trust policy says", async () => {
    const RoleArn = await role(
      "deputy",
      trust(arn("user/ann"), { Condition: { StringEquals: { "sts:ExternalId": "42" } } }),
    );
    expect(await refusal(user.sts.AssumeRole({ RoleArn, RoleSessionName: "one" }))).toMatch(/^AccessDenied/);
    expect(await refusal(user.sts.AssumeRole({ RoleArn, RoleSessionName: "one", ExternalId: "42" }))).toBe(
      "allowed",
    );
  });

  test("root may not", async () => {
    const RoleArn = await role("for-root", trust(ACCOUNT));
    const root = await home.as(home.keys.root.accessKeyId);
    expect(await refusal(root.sts.AssumeRole({ RoleArn, RoleSessionName: "one" }))).toBe(
      "AccessDenied: Roles may not be assumed by root accounts.",
    );
  });

  test("no longer than the role allows, and an hour when roles are chained", async () => {
    const RoleArn = await role("first", trust(arn("user/ann")));
    expect(
      await refusal(user.sts.AssumeRole({ RoleArn, RoleSessionName: "one", DurationSeconds: 7_200 })),
    ).toBe(
      "ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    );
    const second = await role("second", trust(RoleArn));
    await admin.iam.UpdateRole({ RoleName: "second", MaxSessionDuration: 43_200 });
    const chained = await home.as(keyOf(await user.sts.AssumeRole({ RoleArn, RoleSessionName: "one" })));
    expect(
      await refusal(
        chained.sts.AssumeRole({ RoleArn: second, RoleSessionName: "two", DurationSeconds: 3_601 }),
      ),
    ).toMatch(/role chaining/);
    expect(await refusal(chained.sts.AssumeRole({ RoleArn: second, RoleSessionName: "two" }))).toBe(
      "allowed",
    );
  });

  test("session policies narrow what the role may", async () => {
    const RoleArn = await role("wide", trust(arn("user/ann")));
    const Policy = policy({ Effect: "Allow", Action: "iam:GetUser", Resource: "*" });
    const narrow = await home.as(
      keyOf(await user.sts.AssumeRole({ RoleArn, RoleSessionName: "one", Policy })),
    );
    expect(await refusal(narrow.iam.GetUser({ UserName: "ann" }))).toBe("allowed");
    expect(await refusal(narrow.iam.ListUsers({}))).toMatch(
      /because no session policy allows the iam:ListUsers action$/,
    );
  });

  test("tags and the source identity go on with the chain", async () => {
    const RoleArn = await role("tags-1", trust(arn("user/ann")));
    const next = await role(
      "tags-2",
      trust(RoleArn),
      policy({
        Effect: "Allow",
        Action: "iam:*",
        Resource: "*",
        Condition: { StringEquals: { "aws:PrincipalTag/team": "blue", "aws:SourceIdentity": "ann" } },
      }),
    );
    const Tags = [
      { Key: "team", Value: "blue" },
      { Key: "other", Value: "x" },
    ];
    const one = await home.as(
      keyOf(
        await user.sts.AssumeRole({
          RoleArn,
          RoleSessionName: "one",
          Tags,
          TransitiveTagKeys: ["team"],
          SourceIdentity: "ann",
        }),
      ),
    );
    const two = await home.as(keyOf(await one.sts.AssumeRole({ RoleArn: next, RoleSessionName: "two" })));
    expect(await refusal(two.iam.ListUsers({}))).toBe("allowed");
    expect(
      await refusal(
        one.sts.AssumeRole({ RoleArn: next, RoleSessionName: "two", Tags: [{ Key: "team", Value: "red" }] }),
      ),
    ).toMatch(/^InvalidParameterValue/);
  });

  test("deleting the role ends its sessions, also when one of its name is made anew", async () => {
    const RoleArn = await role("gone", trust(arn("user/ann")));
    const key = keyOf(await user.sts.AssumeRole({ RoleArn, RoleSessionName: "one" }));
    expect(await home.house.doors.identities.credential(key)).toBeDefined();
    await admin.iam.DeleteRolePolicy({ RoleName: "gone", PolicyName: "p" });
    await admin.iam.DeleteRole({ RoleName: "gone" });
    expect(await home.house.doors.identities.credential(key)).toBeUndefined();
    await role("gone", trust(arn("user/ann")));
    expect(await home.house.doors.identities.credential(key)).toBeUndefined();
  });
});

describe("sessions of users", () => {
  test("a session token stands for the user, and makes no other", async () => {
    const key = keyOf(await user.sts.GetSessionToken({}));
    const session = await home.as(key);
    expect((await session.sts.GetCallerIdentity({})).Arn).toBe(arn("user/ann"));
    expect(await refusal(session.sts.GetSessionToken({}))).toBe(
      "AccessDenied: Cannot call GetSessionToken with session credentials",
    );
    const { session: facts } = (await home.house.doors.identities.credential(key)) ?? {};
    expect(facts?.expiresAt).toEqual(new Date(home.clock.now().getTime() + 43_200_000));
  });

  test("a federated user may do what both its user and its policies allow, and nothing without policies", async () => {
    const may = (calls: ApiCalls, action: string) => refusal(calls.authorize([{ action, resource: "*" }]));
    const Policy = policy({ Effect: "Allow", Action: "glue:*", Resource: "*" });
    const narrow = await home.as(keyOf(await admin.sts.GetFederationToken({ Name: "fred", Policy })));
    expect((await narrow.sts.GetCallerIdentity({})).Arn).toBe(`arn:aws:sts::${ACCOUNT}:federated-user/fred`);
    expect(await may(narrow, "glue:GetTable")).toBe("allowed");
    expect(await may(narrow, "athena:GetWorkGroup")).toMatch(/because no session policy allows/);
    const bare = await home.as(keyOf(await admin.sts.GetFederationToken({ Name: "bare" })));
    expect(await may(bare, "glue:GetTable")).toMatch(/because no session policy allows/);
    const root = await home.as(home.keys.root.accessKeyId);
    const ofRoot = await home.as(keyOf(await root.sts.GetFederationToken({ Name: "rooted", Policy })));
    expect(await may(ofRoot, "glue:GetTable")).toBe("allowed");
    expect(await may(ofRoot, "athena:GetWorkGroup")).toMatch(/because no session policy allows/);
  });

  test("neither may call IAM, and a federated one assumes no role", async () => {
    const INVALID = "InvalidClientTokenId: The security token included in the request is invalid";
    const plain = await home.as(keyOf(await admin.sts.GetSessionToken({})));
    expect(await refusal(plain.iam.ListUsers({}))).toBe(INVALID);
    expect(await refusal(plain.sts.GetAccessKeyInfo({ AccessKeyId: home.keys.admin.accessKeyId }))).toBe(
      INVALID,
    );
    const fred = await home.as(keyOf(await admin.sts.GetFederationToken({ Name: "fred", Policy: ALL })));
    expect(await refusal(fred.iam.ListUsers({}))).toBe(INVALID);
    expect(await refusal(fred.sts.AssumeRole({ RoleArn: arn("role/named"), RoleSessionName: "one" }))).toBe(
      INVALID,
    );
  });
});

test("who is deleted is trusted no more, nor is another of the same name", async () => {
  await admin.iam.CreateUser({ UserName: "eve" });
  const RoleArn = await role("trusts-eve", trust(arn("user/eve")));
  await admin.iam.DeleteUser({ UserName: "eve" });
  const { Role } = await admin.iam.GetRole({ RoleName: "trusts-eve" });
  expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "")).toMatch(/"AWS":"AIDA[A-Z0-9]{17}"/);
  await admin.iam.CreateUser({ UserName: "eve" });
  const { AccessKey } = await admin.iam.CreateAccessKey({ UserName: "eve" });
  const eve = await home.as(AccessKey?.AccessKeyId ?? "");
  expect(await refusal(eve.sts.AssumeRole({ RoleArn, RoleSessionName: "one" }))).toMatch(/^AccessDenied/);
});

test("a role's last use is told", async () => {
  const RoleArn = await role("used", trust(arn("user/ann")));
  const key = keyOf(await user.sts.AssumeRole({ RoleArn, RoleSessionName: "one" }));
  home.house.doors.identities.used(key, "s3", "eu-west-1");
  await expect
    .poll(async () => (await admin.iam.GetRole({ RoleName: "used" })).Role?.RoleLastUsed)
    .toEqual({ LastUsedDate: home.clock.now(), Region: "eu-west-1" });
});
