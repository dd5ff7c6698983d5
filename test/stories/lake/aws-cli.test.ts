/** The AWS CLI as people type it: PyPI's version 1, and version 2 where one is installed. */
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { useStage } from "../../harness/house.ts";
import { run, runWell, type Ended } from "../../harness/program.ts";
import { clientEnvironment, IS_CI, PYTHONS } from "../../harness/settings.ts";

const fromVenv = PYTHONS.main === undefined ? undefined : join(dirname(PYTHONS.main), "aws");
const fromSystem = ["/usr/bin/aws", "/usr/local/bin/aws"].find((path) => existsSync(path));
const CLIS = [
  { name: "version 1", program: fromVenv, says: "aws-cli/1." },
  { name: "version 2", program: process.env["HOSU_TEST_AWS2"] ?? fromSystem, says: "aws-cli/2." },
];

describe.each(CLIS)("AWS CLI $name", ({ program, says }) => {
  describe.skipIf(program === undefined && !IS_CI)(program ?? "is missing", () => {
    const stage = useStage();
    const bucket = `hosu-test-cli-${Date.now()}-${says.slice(-2, -1)}`;
    let folder = "";
    const env = (): Record<string, string> => clientEnvironment(stage().access, stage().home);
    // Debian's version 2 does not read AWS_ENDPOINT_URL yet.
    const endpoint = (): readonly string[] => {
      const { endpoint: url } = stage().access;
      return url === undefined ? [] : ["--endpoint-url", url];
    };
    const aws = (...args: readonly string[]): Promise<string> =>
      runWell(program ?? "aws", [...endpoint(), ...args], { env: env(), cwd: folder });
    const json = async (...args: readonly string[]): Promise<Readonly<Record<string, unknown>>> =>
      JSON.parse(await aws(...args, "--output", "json")) as Readonly<Record<string, unknown>>;
    const refused = (...args: readonly string[]): Promise<Ended> =>
      run(program ?? "aws", [...endpoint(), ...args], { env: env(), cwd: folder });
    const file = async (path: string, text: string): Promise<void> => {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    };

    beforeAll(async () => {
      folder = join(stage().home, "work");
      await mkdir(folder, { recursive: true });
      expect(await aws("--version")).toContain(says);
      await aws("s3", "mb", `s3://${bucket}`);
    });

    test("cp, ls, mv and rm", async () => {
      await file("a.txt", "one\n");
      await aws("s3", "cp", "a.txt", `s3://${bucket}/dir/호수 a.txt`);
      expect(await aws("s3", "ls", `s3://${bucket}/dir/`)).toMatch(/ 4 호수 a\.txt\n$/);
      expect(await aws("s3", "ls", `s3://${bucket}`)).toMatch(/PRE dir\/\n$/);
      await aws("s3", "cp", `s3://${bucket}/dir/호수 a.txt`, "down.txt");
      expect(await readFile(join(folder, "down.txt"), "utf8")).toBe("one\n");
      await aws("s3", "mv", `s3://${bucket}/dir/호수 a.txt`, `s3://${bucket}/moved.txt`);
      expect(await aws("s3", "ls", `s3://${bucket}`, "--recursive")).toMatch(/ moved\.txt\n$/);
      await aws("s3", "rm", `s3://${bucket}/moved.txt`);
      expect(await aws("s3", "ls", `s3://${bucket}`)).toBe("");
    });

    test("sync sends what changed, and deletes what is gone", async () => {
      for (const path of ["tree/a.csv", "tree/deep/b.csv", "tree/deep/er/c.csv"]) await file(path, path);
      const first = await aws("s3", "sync", "tree", `s3://${bucket}/tree`);
      expect(first.match(/^.*upload: /gm)).toHaveLength(3);
      expect(await aws("s3", "sync", "tree", `s3://${bucket}/tree`)).toBe("");
      await file("tree/a.csv", "another size");
      expect(await aws("s3", "sync", "tree", `s3://${bucket}/tree`)).toContain("tree/a.csv");
      await aws("s3", "sync", `s3://${bucket}/tree`, "copy");
      expect(await readFile(join(folder, "copy/deep/er/c.csv"), "utf8")).toBe("tree/deep/er/c.csv");
      await aws("s3", "rm", `s3://${bucket}/tree/deep`, "--recursive");
      expect(await aws("s3", "sync", `s3://${bucket}/tree`, "copy", "--delete")).toContain("delete: ");
      await aws("s3", "mv", `s3://${bucket}/tree`, `s3://${bucket}/there`, "--recursive");
      expect(await aws("s3", "ls", `s3://${bucket}/`, "--recursive")).toMatch(/ there\/a\.csv\n$/);
    });

    test("a large file goes in parts, and through a pipe", async () => {
      await writeFile(join(folder, "big"), Buffer.alloc(20 * 1_024 * 1_024, "hosu"));
      await aws("s3", "cp", "big", `s3://${bucket}/big`, "--only-show-errors");
      const head = await json("s3api", "head-object", "--bucket", bucket, "--key", "big");
      expect([head["ContentLength"], String(head["ETag"])]).toEqual([
        20_971_520,
        expect.stringMatching(/-3"$/),
      ]);
      await aws("s3", "cp", `s3://${bucket}/big`, "big.down", "--only-show-errors");
      expect((await readFile(join(folder, "big.down"))).equals(await readFile(join(folder, "big")))).toBe(
        true,
      );
      const piped = await run(program ?? "aws", [...endpoint(), "s3", "cp", "-", `s3://${bucket}/piped`], {
        env: env(),
        cwd: folder,
        stdin: "through\n",
      });
      expect(piped.code, piped.stderr).toBe(0);
      expect(await aws("s3", "cp", `s3://${bucket}/piped`, "-")).toBe("through\n");
    });

    test("a presigned URL is good for anyone", async () => {
      await file("p.txt", "shared");
      await aws("s3", "cp", "p.txt", `s3://${bucket}/p.txt`);
      // Version 1 presigns as before 2014 until it is told otherwise.
      for (const version of ["s3", "s3v4"]) {
        await aws("configure", "set", "default.s3.signature_version", version);
        const url = (await aws("s3", "presign", `s3://${bucket}/p.txt`)).trim();
        expect(await (await fetch(url)).text()).toBe("shared");
      }
    });

    test("what is refused says so in AWS's words", async () => {
      const told = await refused("s3api", "get-object", "--bucket", bucket, "--key", "nobody", "out");
      expect([told.code === 0, told.stderr.trim()]).toEqual([
        false,
        expect.stringContaining(
          "An error occurred (NoSuchKey) when calling the GetObject operation: The specified key does not exist.",
        ),
      ]);
      const gone = await refused("s3", "ls", `s3://${bucket}-gone`);
      expect(gone.stderr).toContain(
        "An error occurred (NoSuchBucket) when calling the ListObjectsV2 operation: The specified bucket does not exist",
      );
    });

    test("from files to an answer with glue and athena", async () => {
      const database = `cli_${says.slice(-2, -1)}`;
      await file("orders.csv", "1,a\n2,b\n3,c\n");
      await aws("s3", "cp", "orders.csv", `s3://${bucket}/orders/orders.csv`);
      await aws("glue", "create-database", "--database-input", JSON.stringify({ Name: database }));
      await aws(
        "glue",
        "create-table",
        "--database-name",
        database,
        "--table-input",
        JSON.stringify(ordersTable(bucket)),
      );
      expect(
        await aws(
          "glue",
          "get-tables",
          "--database-name",
          database,
          "--query",
          "TableList[].Name",
          "--output",
          "text",
        ),
      ).toBe("orders\n");
      const started = await json(
        "athena",
        "start-query-execution",
        "--query-string",
        "SELECT count(*) AS n, max(name) AS m FROM orders",
        "--query-execution-context",
        `Database=${database}`,
        "--result-configuration",
        `OutputLocation=s3://${bucket}/results/`,
      );
      const id = String(started["QueryExecutionId"]);
      let state = "";
      while (!["SUCCEEDED", "FAILED", "CANCELLED"].includes(state))
        state = (
          await aws(
            "athena",
            "get-query-execution",
            "--query-execution-id",
            id,
            "--query",
            "QueryExecution.Status.State",
            "--output",
            "text",
          )
        ).trim();
      expect(state).toBe("SUCCEEDED");
      expect(
        await aws(
          "athena",
          "get-query-results",
          "--query-execution-id",
          id,
          "--query",
          "ResultSet.Rows[].Data[].VarCharValue",
          "--output",
          "text",
        ),
      ).toBe("n\tm\t3\tc\n");
      expect(await aws("s3", "cp", `s3://${bucket}/results/${id}.csv`, "-")).toBe('"n","m"\n"3","c"\n');
    });

    test("who am I, and who may", async () => {
      const me = await json("sts", "get-caller-identity");
      expect(me["Arn"]).toMatch(/^arn:aws:iam::\d{12}:(root|user\/.+)$/);
      const user = `cli-${Date.now()}`;
      await aws("iam", "create-user", "--user-name", user);
      await aws(
        "iam",
        "attach-user-policy",
        "--user-name",
        user,
        "--policy-arn",
        "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
      );
      expect(
        await aws(
          "iam",
          "list-attached-user-policies",
          "--user-name",
          user,
          "--query",
          "AttachedPolicies[].PolicyName",
          "--output",
          "text",
        ),
      ).toBe("AmazonS3ReadOnlyAccess\n");
      const twice = await refused("iam", "create-user", "--user-name", user);
      expect(twice.stderr).toContain(
        `An error occurred (EntityAlreadyExists) when calling the CreateUser operation: User with name ${user} already exists.`,
      );
    });

    test("who did what, by cloudtrail", async () => {
      const { Events } = await json(
        "cloudtrail",
        "lookup-events",
        "--lookup-attributes",
        `AttributeKey=ResourceName,AttributeValue=${bucket}`,
        "--max-items",
        "1",
      );
      expect(Events).toMatchObject([{ EventSource: "s3.amazonaws.com" }]);
      const { code, stderr } = await refused("cloudtrail", "get-trail", "--name", "gone");
      expect([code, stderr]).toEqual([
        expect.any(Number),
        expect.stringMatching(
          /\(TrailNotFoundException\) when calling the GetTrail operation: Unknown trail: gone for the user: /,
        ),
      ]);
    });

    test("rb --force takes the bucket with all that is in it", async () => {
      await aws("s3", "rb", `s3://${bucket}`, "--force");
      expect(await aws("s3", "ls")).not.toContain(bucket);
    });
  });
});

const ordersTable = (bucket: string) => ({
  Name: "orders",
  TableType: "EXTERNAL_TABLE",
  Parameters: { EXTERNAL: "TRUE" },
  StorageDescriptor: {
    Columns: [
      { Name: "id", Type: "int" },
      { Name: "name", Type: "string" },
    ],
    Location: `s3://${bucket}/orders/`,
    InputFormat: "org.apache.hadoop.mapred.TextInputFormat",
    OutputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    SerdeInfo: {
      SerializationLibrary: "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
      Parameters: { "field.delim": "," },
    },
  },
});
