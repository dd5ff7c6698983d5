import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiCalls } from "../../platform/calls.ts";
import { parsePolicy } from "../../access/parse.ts";
import { awsManagedPolicies } from "./aws-managed.ts";
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

  test("every one that AWS keeps passes the grammar that IAM holds others to", () => {
    for (const { document } of awsManagedPolicies().values()) parsePolicy(document, "identity");
    expect(awsManagedPolicies().size).toBeGreaterThan(1_000);
  });

  test("malformed ones are refused in IAM's words", async () => {
    expect(await refusal(admin.CreatePolicy({ PolicyName: "Bad", PolicyDocument: "{}" }))).toBe(
      "MalformedPolicyDocument: Syntax errors in policy.",
    );
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
      ["implicitDeny", ["aws:SecureTransport"]],
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
