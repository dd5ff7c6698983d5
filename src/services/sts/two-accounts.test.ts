import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { invariant } from "../../base/invariant.ts";
import type { ApiCalls } from "../../platform/calls.ts";
import { createAccount } from "../iam/bootstrap.ts";
import { iam } from "../iam/iam.ts";
import { ACCOUNT, refusal, startHouse, type TestHouse } from "../iam/testing.ts";
import { sts } from "./sts.ts";

const OTHER = "444455556666";

let home: TestHouse;
let ours: ApiCalls;
let theirs: ApiCalls;
beforeAll(async () => {
  home = await startHouse(iam, sts);
  ours = await home.as(home.keys.admin.accessKeyId);
  const { store, sealer } = home.house;
  const keys = await store.update((tx) =>
    createAccount(tx, { account: OTHER, now: home.clock.now(), sealer }),
  );
  invariant(keys, "the other account is new");
  theirs = await home.as(keys.admin.accessKeyId);
});
afterAll(() => home.close());

const roleArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const policy = (statement: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [statement] });

async function roleTrusting(name: string, more: object = {}): Promise<string> {
  const trust = { Effect: "Allow", Principal: { AWS: OTHER }, Action: "sts:AssumeRole", ...more };
  await ours.iam.CreateRole({ RoleName: name, AssumeRolePolicyDocument: policy(trust) });
  await ours.iam.AttachRolePolicy({ RoleName: name, PolicyArn: "arn:aws:iam::aws:policy/IAMReadOnlyAccess" });
  return roleArn(name);
}

describe("across two accounts", () => {
  test("a trusted account's user becomes the role, in the role's account", async () => {
    const RoleArn = await roleTrusting("open");
    const { Credentials } = await theirs.sts.AssumeRole({ RoleArn, RoleSessionName: "visit" });
    const visitor = await home.as(Credentials?.AccessKeyId ?? "");
    expect((await visitor.sts.GetCallerIdentity({})).Account).toBe(ACCOUNT);
    expect((await visitor.iam.ListRoles({})).Roles?.map((role) => role.RoleName)).toContain("open");
  });

  test("both accounts must agree", async () => {
    const RoleArn = await roleTrusting("both");
    await theirs.iam.CreateUser({ UserName: "poor" });
    const { AccessKey } = await theirs.iam.CreateAccessKey({ UserName: "poor" });
    const poor = await home.as(AccessKey?.AccessKeyId ?? "");
    const assume = () => refusal(poor.sts.AssumeRole({ RoleArn, RoleSessionName: "visit" }));
    expect(await assume()).toMatch(/because no identity-based policy allows the sts:AssumeRole action$/);
    const allow = policy({ Effect: "Allow", Action: "sts:AssumeRole", Resource: RoleArn });
    await theirs.iam.PutUserPolicy({ UserName: "poor", PolicyName: "p", PolicyDocument: allow });
    expect(await assume()).toBe("allowed");
    await ours.iam.UpdateAssumeRolePolicy({
      RoleName: "both",
      PolicyDocument: policy({ Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole" }),
    });
    expect(await assume()).toMatch(/because no role trust policy allows the sts:AssumeRole action$/);
  });

  test("a deputy that does not say for whom it asks is refused (confused deputy)", async () => {
    const RoleArn = await roleTrusting("deputy", { Condition: { StringEquals: { "sts:ExternalId": "77" } } });
    const assume = (ExternalId?: string) =>
      refusal(
        theirs.sts.AssumeRole({ RoleArn, RoleSessionName: "visit", ...(ExternalId ? { ExternalId } : {}) }),
      );
    expect(await assume()).toMatch(/^AccessDenied/);
    expect(await assume("771")).toMatch(/^AccessDenied/);
    expect(await assume("77")).toBe("allowed");
  });

  test("neither sees nor touches what is the other's", async () => {
    await ours.iam.CreateUser({ UserName: "private" });
    const { AccessKey } = await ours.iam.CreateAccessKey({ UserName: "private" });
    const AccessKeyId = AccessKey?.AccessKeyId ?? "";
    expect(await refusal(theirs.iam.GetUser({ UserName: "private" }))).toMatch(/^NoSuchEntity/);
    expect(await refusal(theirs.iam.GetAccessKeyLastUsed({ AccessKeyId }))).toMatch(/^NoSuchEntity/);
    expect(
      await refusal(theirs.iam.UpdateAccessKey({ UserName: "admin", AccessKeyId, Status: "Inactive" })),
    ).toMatch(/^NoSuchEntity/);
    expect(await refusal(theirs.iam.DeleteAccessKey({ AccessKeyId }))).toMatch(/^NoSuchEntity/);
    const { Policy } = await ours.iam.CreatePolicy({
      PolicyName: "Own",
      PolicyDocument: policy({ Effect: "Allow", Action: "*", Resource: "*" }),
    });
    const PolicyArn = Policy?.Arn ?? "";
    expect(await refusal(theirs.iam.GetPolicy({ PolicyArn }))).toMatch(/^AccessDenied/);
    expect(await refusal(theirs.iam.AttachUserPolicy({ UserName: "admin", PolicyArn }))).toMatch(
      /^NoSuchEntity/,
    );
  });

  test("a page's token is good in its own account alone", async () => {
    for (const UserName of ["u1", "u2", "u3"]) await ours.iam.CreateUser({ UserName });
    const { Marker = "" } = await ours.iam.ListUsers({ MaxItems: 1 });
    expect(await refusal(ours.iam.ListUsers({ Marker }))).toBe("allowed");
    expect(await refusal(theirs.iam.ListUsers({ Marker }))).toBe("ValidationError: Invalid Marker.");
    expect(await refusal(ours.iam.ListRoles({ Marker }))).toBe("ValidationError: Invalid Marker.");
  });

  test("an alias is one account's", async () => {
    await ours.iam.CreateAccountAlias({ AccountAlias: "the-lake" });
    expect(await refusal(theirs.iam.CreateAccountAlias({ AccountAlias: "the-lake" }))).toBe(
      "EntityAlreadyExists: The account alias the-lake already exists.",
    );
  });
});
