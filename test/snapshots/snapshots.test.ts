/** The lake as a whole: saved and put back under load, emptied, copied to another folder, made from a script. */
import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, ListUsersCommand } from "@aws-sdk/client-iam";
import { CreateBucketCommand, DeleteObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ACCOUNT, openHouse, useHouse, type House } from "../harness/house.ts";
import { hosu } from "../harness/program.ts";
import { signedCall } from "./admin.ts";
import { allObjects, BUCKET, fill, isBetween, put, s3Of, seenTurn, startLoad } from "./lake.ts";

const house = useHouse();
const on = (one: House, ...words: readonly string[]) =>
  hosu([...words, "--data", one.dataFolder], { home: one.home });

async function well(one: House, ...words: readonly string[]): Promise<string> {
  const told = await on(one, ...words);
  expect(told.code, told.stderr).toBe(0);
  return told.stdout;
}

beforeAll(() => fill(s3Of(house()), 40));

test("what is restored under load is what was saved under load, object by object", async () => {
  const s3 = s3Of(house());
  const load = startLoad(s3, 8);
  await put(s3, "marker", 1);
  const before = load.writers.map(({ answered }) => answered);
  await well(house(), "snapshot", "save", "under-load");
  const after = load.writers.map(({ asked }) => asked);
  await put(s3, "later", 1);
  await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: "first/0" }));
  // Clients ask again when they hear 503, and go on.
  await well(house(), "snapshot", "restore", "under-load");
  await put(s3, "later", 2);
  await load.end();

  await well(house(), "snapshot", "restore", "under-load");
  const first = await allObjects(s3);
  expect([...first.keys()]).toContain(`${BUCKET}/first/0`);
  expect([...first.keys()]).not.toContain(`${BUCKET}/later`);
  for (const [at, { key }] of load.writers.entries()) {
    const seen = await seenTurn(s3, key);
    expect(isBetween(seen, before[at] ?? -1, after[at] ?? -1), `${key}: ${String(seen)}`).toBe(true);
  }
  for (const key of first.keys())
    await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: key.slice(BUCKET.length + 1) }));
  expect((await allObjects(s3)).size).toBe(0);
  await well(house(), "snapshot", "restore", "under-load");
  expect(await allObjects(s3)).toEqual(first);
});

test("a saved state is there after a stop and after kill -9, and nothing of its objects is swept", async () => {
  const s3 = s3Of(house());
  await well(house(), "snapshot", "save", "kept");
  const saved = await allObjects(s3);
  for (const key of saved.keys())
    await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: key.slice(BUCKET.length + 1) }));
  await house().kill9();
  await house().restart();
  expect(await well(house(), "snapshot", "list")).toMatch(/^kept .* MiB$/m);
  await well(house(), "snapshot", "restore", "kept");
  expect(await allObjects(s3)).toEqual(saved);
  await house().stop();
  await house().restart();
  expect(await allObjects(s3)).toEqual(saved);
});

test("a token of before gets AWS's own error", async () => {
  const s3 = s3Of(house());
  const iam = new IAMClient({ ...house(), credentials: house() });
  for (const UserName of ["a", "b", "c"]) await iam.send(new CreateUserCommand({ UserName }));
  await well(house(), "snapshot", "save", "tokens");
  const { NextContinuationToken } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, MaxKeys: 3 }));
  const { Marker } = await iam.send(new ListUsersCommand({ MaxItems: 1 }));
  const pages = () =>
    s3.send(
      new ListObjectsV2Command({ Bucket: BUCKET, MaxKeys: 3, ContinuationToken: NextContinuationToken }),
    );
  expect((await pages()).KeyCount).toBe(3);
  await well(house(), "snapshot", "restore", "tokens");
  await expect(pages()).rejects.toMatchObject({
    name: "InvalidArgument",
    message: "The continuation token provided is incorrect",
  });
  await expect(iam.send(new ListUsersCommand({ MaxItems: 1, Marker }))).rejects.toMatchObject({
    name: "ValidationError",
  });
});

test("users, the clock and the trail are part of it", async () => {
  const iam = new IAMClient({ ...house(), credentials: house() });
  await well(house(), "snapshot", "save", "parts");
  await iam.send(new CreateUserCommand({ UserName: "of-later" }));
  await well(house(), "clock", "advance", "720h");
  await well(house(), "snapshot", "restore", "parts");
  const { Users = [] } = await iam.send(new ListUsersCommand({}));
  expect(Users.map(({ UserName }) => UserName)).not.toContain("of-later");
  const lakeTime = Date.parse((await well(house(), "clock")).trim());
  expect(Math.abs(lakeTime - new Date().getTime())).toBeLessThan(60_000);
});

test.each([
  ["a name that is taken", ["save", "parts"], "There is a snapshot 'parts' already."],
  ["a name that is none", ["save", "../x"], "A snapshot's name has 1 to 64 letters"],
  ["a snapshot that is not there", ["restore", "nothing"], "There is no snapshot 'nothing'."],
  ["a deletion of nothing", ["delete", "nothing"], "There is no snapshot 'nothing'."],
  ["a verb that is none", ["keep", "x"], "hosu snapshot save NAME"],
])("%s is refused", async (_fact, words, says) => {
  const told = await on(house(), "snapshot", ...words);
  expect([told.code, told.stderr]).toEqual([1, expect.stringContaining(says)]);
});

test("whoever is not allowed to may neither save nor restore nor empty it", async () => {
  const iam = new IAMClient({ ...house(), credentials: house() });
  await iam.send(new CreateUserCommand({ UserName: "nobody" }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "nobody" }));
  const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "" } = AccessKey ?? {};
  const nobody = { ...house(), accessKeyId, secretAccessKey };
  for (const [path, action] of [
    ["/_hosu/snapshots", "hosu:SaveSnapshot"],
    ["/_hosu/snapshots/restore", "hosu:RestoreSnapshot"],
    ["/_hosu/snapshots/delete", "hosu:DeleteSnapshot"],
    ["/_hosu/reset", "hosu:Reset"],
    ["/_hosu/backup", "hosu:Backup"],
    ["/_hosu/accounts", "hosu:CreateAccount"],
  ] as const)
    await expect(signedCall(nobody, path, { name: "parts", folder: "/x" })).rejects.toThrow(
      `is not authorized to perform: ${action}`,
    );
});

test("what is deleted is gone from the list and the disk", async () => {
  await well(house(), "snapshot", "save", "short");
  await well(house(), "snapshot", "delete", "short");
  expect(await well(house(), "snapshot", "list")).not.toContain("short");
  await expect(stat(join(house().dataFolder, "snapshots", "short"))).rejects.toMatchObject({
    code: "ENOENT",
  });
});

describe("a backup", () => {
  const kept: { copy?: House } = {};
  afterAll(() => kept.copy?.close());

  test("made under load is a folder that another Hosu starts from", async () => {
    const s3 = s3Of(house());
    const still = await allObjects(s3);
    const load = startLoad(s3, 4);
    const folder = join(house().folder, "backup");
    const before = load.writers.map(({ answered }) => answered);
    expect(await well(house(), "backup", folder)).toContain("holds the lake");
    const after = load.writers.map(({ asked }) => asked);
    await load.end();
    const again = await on(house(), "backup", folder);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("is not empty")]);

    kept.copy = await openHouse({ dataFolder: folder, byRealClients: false });
    const copied = await allObjects(s3Of(kept.copy));
    for (const [name, hash] of still) if (!name.includes("/load/")) expect(copied.get(name), name).toBe(hash);
    for (const [at, { key }] of load.writers.entries()) {
      const seen = await seenTurn(s3Of(kept.copy), key);
      const isThere = isBetween(seen, before[at] ?? -1, after[at] ?? -1) || (before[at] ?? -1) < 0;
      expect(isThere, `${key}: ${String(seen)}`).toBe(true);
    }
    await put(s3Of(kept.copy), "own", 3);
    const upgraded = await on(kept.copy, "upgrade");
    expect([upgraded.code, upgraded.stderr]).toEqual([1, expect.stringContaining("stop it first")]);
    expect((await stat(join(folder, "key"))).mode & 0o77).toBe(0);
  });
});

test("after a reset nothing is there, and the keys of root and admin are good", async () => {
  const s3 = s3Of(house());
  const asked = await on(house(), "reset");
  expect([asked.code, asked.stderr]).toEqual([1, expect.stringContaining("say --yes")]);
  expect((await allObjects(s3)).size).toBeGreaterThan(0);
  await well(house(), "reset", "--yes");
  expect((await allObjects(s3)).size).toBe(0);
  const { Users = [] } = await new IAMClient({ ...house(), credentials: house() }).send(
    new ListUsersCommand({}),
  );
  expect(Users.map(({ UserName }) => UserName)).toEqual(["admin"]);
  // A snapshot outlives a reset.
  await well(house(), "snapshot", "restore", "parts");
  expect((await allObjects(s3)).size).toBeGreaterThan(0);
});

test("one account is emptied, and the others are as they were", async () => {
  const other = "444455556666";
  const { home, dataFolder, endpoint } = house();
  await well(house(), "account", "create", other);
  expect(await well(house(), "account", "list")).toMatch(
    new RegExp(`${ACCOUNT}.*\\(the first\\)\\n${other}`),
  );
  const path = join(dataFolder, "accounts", `${other}-credentials`);
  expect((await stat(path)).mode & 0o77).toBe(0);
  await well(house(), "configure", "--account", other, "--profile", "theirs");
  expect(await readFile(join(home, ".aws", "credentials"), "utf8")).toContain("[theirs]");
  const [, accessKeyId = "", secretAccessKey = ""] =
    /key_id = (\S+)\n.*key = (\S+)/.exec(await readFile(path, "utf8")) ?? [];
  const theirs = s3Of({ ...house(), endpoint, accessKeyId, secretAccessKey });
  await theirs.send(new CreateBucketCommand({ Bucket: "their-lake" }));
  const ours = await allObjects(s3Of(house()));
  await well(house(), "reset", "--account", other, "--yes");
  expect((await allObjects(theirs)).size).toBe(0);
  await theirs.send(new CreateBucketCommand({ Bucket: "their-lake" }));
  expect(await allObjects(s3Of(house()))).toEqual(ours);
});

describe("a folder of another format", () => {
  const start = (dataFolder: string) =>
    hosu(["start", "--data", dataFolder, "--port", "0"], { home: house().home });

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ["a newer one", { FORMAT: "hosu-folder 2\n" }, "was written by a newer Hosu: its format is 2"],
    ["one without a format", { "store.mdb": "" }, "is of format 0"],
    ["something else", { FORMAT: "other 1\n" }, "it says 'other 1'"],
  ])("%s is refused by name, by start and by upgrade", async (name, files, says) => {
    const folder = join(house().folder, name.replaceAll(" ", "-"));
    await mkdir(folder);
    for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
    const started = await start(folder);
    expect([started.code, started.stderr]).toEqual([1, expect.stringContaining(says)]);
    const upgraded = await hosu(["upgrade", "--data", folder], { home: house().home });
    expect([upgraded.code, upgraded.stderr]).toEqual([1, expect.stringContaining(says)]);
  });
});

describe("--init", () => {
  const start = (name: string, script: string, env: Readonly<Record<string, string>> = {}) =>
    hosu(["start", "--data", join(house().folder, name), "--port", "0", "--init", script], {
      home: house().home,
      env,
    });
  const written = async (name: string, text: string): Promise<string> => {
    const path = join(house().folder, name);
    await writeFile(path, text);
    return path;
  };

  test("a line that is no call is refused before anything is made", async () => {
    const told = await start("init-1", await written("bad.txt", "aws s3 ls\nrm -rf /\n"));
    expect([told.code, told.stderr]).toEqual([
      1,
      expect.stringContaining("bad.txt: line 2: 'rm' is not run"),
    ]);
    await expect(stat(join(house().folder, "init-1", "store.mdb"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("without an AWS CLI it says so by name", async () => {
    const told = await start("init-2", await written("some.txt", "aws s3 ls\n"), { PATH: "/nowhere" });
    expect([told.code, told.stderr]).toEqual([1, expect.stringContaining("There is no aws on the PATH")]);
  });

  test("a failing line stops the start with its number, and the lines are run to their end at the next", async () => {
    const bin = join(house().folder, "bin");
    await mkdir(bin);
    // Stands for the AWS CLI: fails where it is asked for a folder that says so.
    await writeFile(
      join(bin, "aws"),
      '#!/bin/sh\necho "$@" >> "$0.log"\n[ -e "$0.fails" ] && { echo refused >&2; exit 254; }\nexit 0\n',
    );
    await chmod(join(bin, "aws"), 0o755);
    await writeFile(join(bin, "aws.fails"), "");
    const script = await written("lines.txt", "# first\n\naws s3 mb s3://lake\naws s3 ls\n");
    const told = await start("init-3", script, { PATH: `${bin}:/usr/bin:/bin` });
    expect([told.code, told.stderr]).toEqual([1, expect.stringContaining("lines.txt: line 3: refused")]);
  });

  test("a folder of JSON is run in the program, and a refusal names its file", async () => {
    const folder = join(house().folder, "calls");
    await mkdir(folder);
    await writeFile(
      join(folder, "1.json"),
      '{"service":"s3","operation":"CreateBucket","input":{"Bucket":"made"}}',
    );
    await writeFile(
      join(folder, "2.json"),
      '{"service":"s3","operation":"CreateBucket","input":{"Bucket":"Not_One"}}',
    );
    const told = await start("init-4", folder);
    expect([told.code, told.stderr]).toEqual([
      1,
      expect.stringContaining("2.json: s3:CreateBucket: InvalidBucketName"),
    ]);
  });
});
