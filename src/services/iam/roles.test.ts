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

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const arn = (resource: string): string => `arn:aws:iam::${ACCOUNT}:${resource}`;

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
