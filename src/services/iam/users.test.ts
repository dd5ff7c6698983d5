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
