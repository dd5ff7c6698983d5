/** The program itself: start, status, configure, clock, coverage, logs, stop; and what it refuses. */
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { once } from "node:events";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { describe, expect, test } from "vitest";
import { ACCOUNT, openHouse, useHouse } from "../../harness/house.ts";
import { hosu, run } from "../../harness/program.ts";
import { cleanEnvironment, IS_CI, PYTHONS } from "../../harness/settings.ts";

const house = useHouse();
const here = () => ({ home: house().home });
const onFolder = (...args: readonly string[]) => hosu([...args, "--data", house().dataFolder], here());

test("status says who serves and where", async () => {
  const told = await onFolder("status");
  expect([told.code, told.stdout]).toEqual([0, expect.stringContaining(`at ${house().endpoint} (process `)]);
  const nobody = await hosu(["status", "--data", join(house().folder, "nobody")], here());
  expect([nobody.code, nobody.stdout]).toEqual([3, expect.stringContaining("Nobody serves")]);
});

test("health and coverage are for anyone", async () => {
  const health = (await (await fetch(`${house().endpoint}/_hosu/health`)).json()) as { status: string };
  expect(health.status).toBe("ok");
  const told = await onFolder("coverage", "sts");
  expect([told.code, told.stdout]).toEqual([0, expect.stringContaining("AssumeRole")]);
});

describe("configure", () => {
  const CONFIG =
    "[default]\nregion=eu-west-1\n# mine\n[profile work]\n  role_arn = arn:aws:iam::1:role/a  \ns3 =\n  signature_version = s3v4\n\n\n[plugins]\na=b";
  const CREDENTIALS = "[work]\r\naws_access_key_id = AKIAWORK\r\naws_secret_access_key = s=e=c\r\n";
  const path = (name: string) => join(house().home, ".aws", name);

  test("leaves every other profile byte for byte", async () => {
    await mkdir(join(house().home, ".aws"), { recursive: true });
    await writeFile(path("config"), CONFIG);
    await writeFile(path("credentials"), CREDENTIALS);
    for (let times = 0; times < 2; times += 1) {
      const told = await onFolder("configure");
      expect(told.code, told.stderr).toBe(0);
    }
    const [config, credentials] = [
      await readFile(path("config"), "utf8"),
      await readFile(path("credentials"), "utf8"),
    ];
    expect(config.startsWith(CONFIG)).toBe(true);
    expect(credentials.startsWith(CREDENTIALS)).toBe(true);
    expect(config.match(/\[profile hosu\]/g)).toHaveLength(1);
    expect(config).toContain(`endpoint_url = ${house().endpoint}`);
    expect((await stat(path("credentials"))).mode & 0o77).toBe(0);
  });

  test.skipIf(PYTHONS.main === undefined && !IS_CI)(
    "the profile serves a client that knows nothing else",
    async () => {
      const script =
        "import boto3; print(boto3.Session(profile_name='hosu').client('sts').get_caller_identity()['Arn'])";
      const told = await run(PYTHONS.main ?? "python3", ["-c", script], {
        env: cleanEnvironment(house().home),
      });
      expect([told.code, told.stdout], told.stderr).toEqual([0, `arn:aws:iam::${ACCOUNT}:user/admin\n`]);
    },
  );
});

test("the clock moves forward, and the lake's time with it", async () => {
  const before = Date.parse((await onFolder("clock")).stdout.trim());
  const told = await onFolder("clock", "advance", "48h");
  expect(told.code, told.stderr).toBe(0);
  const after = Date.parse((await onFolder("clock")).stdout.trim());
  expect(after - before).toBeGreaterThanOrEqual(48 * 3_600_000);
  expect(after - before).toBeLessThan(48 * 3_600_000 + 60_000);
  // Signatures go by the real clock still.
  const me = await new STSClient({ ...house(), credentials: house() }).send(new GetCallerIdentityCommand({}));
  expect(me.Account).toBe(ACCOUNT);
  expect((await onFolder("clock", "advance", "-1h")).code).not.toBe(0);
  expect((await onFolder("clock", "advance", "soon")).code).not.toBe(0);
});

test("logs tell what was answered", async () => {
  const told = await onFolder("logs");
  expect([told.code, told.stdout], told.stderr).toEqual([0, expect.stringContaining("GetCallerIdentity")]);
});

describe("what is refused", () => {
  const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    hosu(["start", "--data", join(house().folder, "refused"), ...args], { ...here(), env });

  test.each<[string, readonly string[], Readonly<Record<string, string>>, string]>([
    ["a mistyped flag", ["--prot", "1"], {}, "--prot"],
    ["a mistyped variable", [], { HOSU_PROT: "1" }, "HOSU_PROT is no variable that Hosu knows"],
    ["a port that is none", ["--port", "65536"], {}, "'65536' is no port"],
    ["a port that is a word", [], { HOSU_PORT: "http" }, "'http' is no port"],
    ["an account that is none", ["--account", "1"], {}, "'1' is no account id"],
    ["credentials that are none", [], { HOSU_ROOT_CREDENTIALS: "secret" }, "ID:SECRET"],
  ])("%s", async (_fact, args, env, says) => {
    const told = await start(args, env);
    expect([told.code, told.stderr]).toEqual([1, expect.stringContaining(says)]);
    expect(told.stderr).not.toContain("    at ");
  });

  test.each(["strat", "constructor"])("a command that is none: %s", async (name) => {
    const told = await hosu([name], here());
    expect([told.code, told.stderr]).toEqual([2, expect.stringContaining(`there is no command '${name}'`)]);
  });

  test("a folder that somebody serves", async () => {
    const told = await onFolder("start", "--port", "0");
    expect([told.code, told.stderr]).toEqual([1, expect.stringContaining(`is in use by process `)]);
    expect(told.stderr).toContain(house().endpoint);
  });

  test("a port that is taken", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const told = await start(["--port", String((server.address() as AddressInfo).port)]);
    expect([told.code, told.stderr]).toEqual([1, expect.stringContaining("that port is taken")]);
    server.close();
  });
});

test("what was there is there after a stop, and the secret of root is nowhere to be read", async () => {
  const own = await openHouse();
  await new STSClient({ ...own, credentials: own }).send(new GetCallerIdentityCommand({}));
  const key = await readFile(join(own.dataFolder, "admin-credentials"), "utf8");
  const stopped = await hosu(["stop", "--data", own.dataFolder], { home: own.home });
  expect([stopped.code, stopped.stdout]).toEqual([0, expect.stringContaining("has stopped.")]);
  const again = await hosu(["stop", "--data", own.dataFolder], { home: own.home });
  expect([again.code, again.stdout]).toEqual([0, expect.stringContaining("Nobody serves")]);
  await own.restart();
  expect(await readFile(join(own.dataFolder, "admin-credentials"), "utf8")).toBe(key);
  const log = await readFile(join(own.dataFolder, "hosu.log"), "utf8");
  expect(log).toContain("GetCallerIdentity");
  expect(log).not.toContain(own.secretAccessKey);
  await own.close();
});
