import { afterAll, beforeAll, expect, test } from "vitest";
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

const WEAK = "PasswordPolicyViolation: Password does not conform to the account password policy.";

test("a password is set once, changed by who knows it, and goes before its user", async () => {
  await admin.CreateUser({ UserName: "ann" });
  expect(await refusal(admin.GetLoginProfile({ UserName: "ann" }))).toBe(
    "NoSuchEntity: Login Profile for User ann cannot be found.",
  );
  expect(await refusal(admin.CreateLoginProfile({ UserName: "ann", Password: "password" }))).toBe(WEAK);
  const { LoginProfile } = await admin.CreateLoginProfile({
    UserName: "ann",
    Password: "Secret-2026",
    PasswordResetRequired: true,
  });
  expect(LoginProfile).toEqual({
    UserName: "ann",
    CreateDate: home.clock.now(),
    PasswordResetRequired: true,
  });
  expect(await refusal(admin.CreateLoginProfile({ UserName: "ann", Password: "Secret-2026" }))).toMatch(
    /^EntityAlreadyExists/,
  );

  await admin.PutUserPolicy({
    UserName: "ann",
    PolicyName: "own",
    PolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "iam:ChangePassword", Resource: "arn:aws:iam::*:user/${aws:username}" },
      ],
    }),
  });
  const { AccessKey } = await admin.CreateAccessKey({ UserName: "ann" });
  const ann = (await home.as(AccessKey?.AccessKeyId ?? "")).iam;
  expect(await refusal(ann.ChangePassword({ OldPassword: "wrong", NewPassword: "Other-2026" }))).toMatch(
    /^AccessDenied/,
  );
  expect(await refusal(ann.ChangePassword({ OldPassword: "Secret-2026", NewPassword: "Other-2026" }))).toBe(
    "allowed",
  );
  expect((await admin.GetLoginProfile({ UserName: "ann" })).LoginProfile?.PasswordResetRequired).toBe(false);

  await admin.DeleteAccessKey({ UserName: "ann", AccessKeyId: AccessKey?.AccessKeyId ?? "" });
  await admin.DeleteUserPolicy({ UserName: "ann", PolicyName: "own" });
  expect(await refusal(admin.DeleteUser({ UserName: "ann" }))).toBe(
    "DeleteConflict: Cannot delete entity, must delete login profile first.",
  );
  await admin.DeleteLoginProfile({ UserName: "ann" });
  expect(await refusal(admin.DeleteUser({ UserName: "ann" }))).toBe("allowed");
});

test("the account's policy is what passwords are held to", async () => {
  expect(await refusal(admin.GetAccountPasswordPolicy({}))).toBe(
    `NoSuchEntity: The Password Policy with domain name ${ACCOUNT} cannot be found.`,
  );
  await admin.UpdateAccountPasswordPolicy({
    MinimumPasswordLength: 10,
    RequireSymbols: true,
    PasswordReusePrevention: 2,
    MaxPasswordAge: 90,
  });
  const { PasswordPolicy } = await admin.GetAccountPasswordPolicy({});
  expect(PasswordPolicy).toMatchObject({
    MinimumPasswordLength: 10,
    RequireSymbols: true,
    RequireNumbers: false,
    ExpirePasswords: true,
    MaxPasswordAge: 90,
  });
  await admin.CreateUser({ UserName: "bob" });
  expect(await refusal(admin.CreateLoginProfile({ UserName: "bob", Password: "nosymbolshere" }))).toBe(WEAK);
  await admin.CreateLoginProfile({ UserName: "bob", Password: "first-password" });
  await admin.UpdateLoginProfile({ UserName: "bob", Password: "second-password" });
  expect(await refusal(admin.UpdateLoginProfile({ UserName: "bob", Password: "first-password" }))).toBe(WEAK);
  await admin.UpdateLoginProfile({ UserName: "bob", Password: "third-password" });
  expect(await refusal(admin.UpdateLoginProfile({ UserName: "bob", Password: "first-password" }))).toBe(
    "allowed",
  );
  await admin.DeleteAccountPasswordPolicy({});
});
