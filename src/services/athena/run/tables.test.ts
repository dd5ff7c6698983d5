import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startLake, type Rows, type TestLake } from "../testing.ts";

let lake: TestLake;
beforeAll(async () => {
  lake = await startLake();
});
afterAll(() => lake.close());

let count = 0;

interface TableCase {
  readonly columns: string;
  /** ROW FORMAT … STORED AS … */
  readonly format: string;
  readonly body: string | Uint8Array;
  readonly properties?: string;
  readonly file?: string;
}

async function table({ columns, format, body, properties, file = "f" }: TableCase): Promise<string> {
  const name = `t${count++}`;
  await lake.put(`${name}/${file}`, body);
  const { Status } = await lake.run(
    `CREATE EXTERNAL TABLE ${name} (${columns}) ${format} LOCATION 's3://lake/${name}/' ${properties ? `TBLPROPERTIES (${properties})` : ""}`,
  );
  expect(Status?.StateChangeReason).toBeUndefined();
  return name;
}

const rowsOf = async (given: TableCase, select = "*"): Promise<Rows> =>
  lake.rows(`SELECT ${select} FROM ${await table(given)}`);

const failureOf = async (given: TableCase, select = "*"): Promise<string> =>
  lake.failure(`SELECT ${select} FROM ${await table(given)}`);

describe("LazySimpleSerDe", () => {
  const format = "ROW FORMAT DELIMITED FIELDS TERMINATED BY ','";

  test("what is missing is NULL, what is too much is ignored, and quotes are characters", async () => {
    const body = '1,a,x,more\n2,b\n\n3,,\\N\n4,"q,z"\n';
    expect(await rowsOf({ columns: "id int, b string, c string", format, body }, "id, b, c")).toEqual([
      ["1", "a", "x"],
      ["2", "b", null],
      [null, null, null],
      ["3", "", null],
      ["4", '"q', 'z"'],
    ]);
  });

  test("an empty line is a row whose first text is empty", async () => {
    expect(await rowsOf({ columns: "a string, b string", format, body: "x,y\n\nz,w" })).toEqual([
      ["x", "y"],
      ["", null],
      ["z", "w"],
    ]);
  });

  test.each([
    ["int", "1.9", "1"],
    ["int", " 1", null],
    ["int", "1e3", null],
    ["int", "99999999999", null],
    ["int", "+7", "7"],
    ["tinyint", "128", null],
    ["bigint", "-9223372036854775808", "-9223372036854775808"],
    ["double", " 1.5 ", "1.5"],
    ["double", "1e3", "1000.0"],
    ["double", "1d", "1.0"],
    ["double", "NaN", "NaN"],
    ["double", "nan", null],
    ["decimal(5,2)", "1.005", "1.01"],
    ["decimal(5,2)", "12345", null],
    ["boolean", "TRUE", "true"],
    ["boolean", "1", null],
    ["date", "2026-1-5", "2026-01-05"],
    ["date", "2026-02-30", null],
    ["date", "20260105", null],
    ["timestamp", "2026-01-05 10:11:12.9996", "2026-01-05 10:11:13.000"],
    ["timestamp", "2026-01-05T10:11:12", null],
    ["varchar(2)", "abc", "ab"],
    ["string", "", ""],
    ["string", "\\N", null],
  ])("as %s %s is %s", async (type, text, expected) => {
    expect(await rowsOf({ columns: `v ${type}, w string`, format, body: `${text},x\n` }, "v")).toEqual([
      [expected],
    ]);
  });

  test("collections are parted by their own characters, level by level", async () => {
    const given = {
      columns: "a array<int>, m map<string,int>, s struct<x:int,y:string>, n array<array<string>>",
      format: `${format} COLLECTION ITEMS TERMINATED BY '|' MAP KEYS TERMINATED BY ':'`,
      body: "1|2|z,k:1|l:2|k:3,7|u,a:b|c\n,,,\n\\N,\\N,\\N,\\N\n",
    };
    expect(await rowsOf(given)).toEqual([
      ["[1, 2, null]", "{k=1, l=2}", "{x=7, y=u}", "[[a, b], [c]]"],
      ["[]", "{}", "{x=null, y=null}", "[]"],
      [null, null, null, null],
    ]);
  });

  test("an escaped delimiter belongs to the value", async () => {
    const given = {
      columns: "a string, b array<string>, c string",
      format: `${format} ESCAPED BY '\\\\' COLLECTION ITEMS TERMINATED BY '|'`,
      body: "x\\,y,p\\|q|r,z\\\\\nlone,a,\\\n",
    };
    expect(await rowsOf(given)).toEqual([
      ["x,y", "[p|q, r]", "z\\"],
      ["lone", "[a]", "\\"],
    ]);
  });

  test("header lines are skipped in each file, gzip is opened, and markers are no data", async () => {
    const name = await table({
      columns: "a string, b int",
      format,
      body: gzipSync("h1,h2\n\nx,1\n"),
      properties: "'skip.header.line.count'='2'",
      file: "one.csv.gz",
    });
    await lake.put(`${name}/two.csv`, "h,h\n-,-\ny,2");
    await lake.put(`${name}/_SUCCESS`, "");
    await lake.put(`${name}/.hidden`, "z,3\n");
    expect(await lake.rows(`SELECT * FROM ${name} ORDER BY a`)).toEqual([
      ["x", "1"],
      ["y", "2"],
    ]);
  });

  test("settings that are not built are refused by name", async () => {
    expect(
      await failureOf({
        columns: "a timestamp",
        format:
          "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe' WITH SERDEPROPERTIES ('timestamp.formats'='yyyy')",
        body: "x",
      }),
    ).toBe("NOT_SUPPORTED: The table setting timestamp.formats = 'yyyy' is not supported");
  });
});

describe("OpenCSVSerde", () => {
  const format = "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'";

  test("quotes hold delimiters, doubled and escaped quotes, and escapes vanish elsewhere", async () => {
    const body = [
      'a,"b,""c""",,d\\e',
      '"x\\"y","\\\\","",z',
      '1,"un,closed',
      "p,q,r,s,t",
      ' "lead",b,c,d',
    ].join("\n");
    expect(await rowsOf({ columns: "a string, b string, c string, d string", format, body })).toEqual([
      ["a", 'b,"c"', "", "de"],
      ['x"y', "\\", "", "z"],
      ["1", null, null, null],
      ["p", "q", "r", "s"],
      ["lead", "b", "c", "d"],
    ]);
  });

  test("dates are days and timestamps milliseconds; an empty number is an error", async () => {
    const columns = "i int, d date, t timestamp, b boolean";
    expect(await rowsOf({ columns, format, body: '"1","18276","1579059880000","TRUE"\n' })).toEqual([
      ["1", "2020-01-15", "2020-01-15 03:44:40.000", "true"],
    ]);
    expect(await failureOf({ columns, format, body: ",1,2,true\n" })).toBe(
      "HIVE_BAD_DATA: Error parsing field value '' for field 0: For input string: \"\"",
    );
    expect(await rowsOf({ columns, format, body: ",1,2,true\n" }, "count(*)")).toEqual([["1"]]);
  });

  test("its own separator and quote", async () => {
    const given = {
      columns: "a string, b string",
      format: `${format} WITH SERDEPROPERTIES ('separatorChar'=';','quoteChar'='''','escapeChar'='''')`,
      body: "'a;''b';\"c\"\n",
    };
    expect(await rowsOf({ ...given, format: given.format.replaceAll("''''", `"'"`) })).toEqual([
      ["a;'b", '"c"'],
    ]);
  });
});

describe.each([
  ["openx", "org.openx.data.jsonserde.JsonSerDe"],
  ["hive", "org.apache.hive.hcatalog.data.JsonSerDe"],
])("the JSON SerDe %s", (kind, serde) => {
  const format = `ROW FORMAT SERDE '${serde}'`;

  test("reads keys and nested fields without regard to case; missing ones are NULL", async () => {
    const given = {
      columns: "id int, s string, a array<bigint>, r struct<x:double,y:string>, m map<string,int>, b boolean",
      format,
      body: '{"ID":1,"s":"é","a":[1,null],"R":{"Y":"q","z":1},"m":{"K":1},"b":true}\n{"s":{"k":[1]}}\n{"s":5,"id":null}\n',
    };
    expect(await rowsOf(given)).toEqual([
      ["1", "é", "[1, null]", "{x=null, y=q}", "{K=1}", "true"],
      [null, '{"k":[1]}', null, null, null, null],
      [null, "5", null, null, null, null],
    ]);
  });

  test("malformed lines fail, unless they are to be ignored", async () => {
    const given = { columns: "a int", format, body: '{"a":1}\nnonsense\n\n' };
    expect(await failureOf(given)).toContain(
      "HIVE_BAD_DATA: Error parsing row: Row is not a valid JSON Object",
    );
    expect(
      await rowsOf({ ...given, format: `${format} WITH SERDEPROPERTIES ('ignore.malformed.json'='true')` }),
    ).toEqual([["1"], [null], [null]]);
    expect(await failureOf({ columns: "a int", format, body: '{"a":"x"}' })).toBe(
      'HIVE_BAD_DATA: Error parsing field value \'"x"\' for field 0: For input string: ""x""'.replaceAll(
        '"x"',
        "x",
      ),
    );
  });

  test("a key that comes twice", async () => {
    const given = { columns: "a int", format, body: '{"a":1,"A":2}' };
    if (kind === "hive") expect(await rowsOf(given)).toEqual([["2"]]);
    else expect(await failureOf(given)).toContain("Duplicate key");
  });

  test("times", async () => {
    const given = {
      columns: "t timestamp, d date",
      format,
      body: '{"t":"2026-01-05 10:00:00","d":"2026-01-05"}',
    };
    expect(await rowsOf(given)).toEqual([["2026-01-05 10:00:00.000", "2026-01-05"]]);
    if (kind === "openx")
      expect(
        await rowsOf(
          { ...given, body: '{"t":"2026-01-05T10:00:00+09:00"}\n{"t":1579059880000}\n{"t":1579059880}' },
          "t",
        ),
      ).toEqual([["2026-01-05 01:00:00.000"], ["2020-01-15 03:44:40.000"], ["2020-01-15 03:44:40.000"]]);
  });
});

test("OpenX reads a column from the key it is mapped to", async () => {
  expect(
    await rowsOf({
      columns: "ts string",
      format: `ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' WITH SERDEPROPERTIES ('mapping.ts'='Time Stamp')`,
      body: '{"time stamp":"x"}',
    }),
  ).toEqual([["x"]]);
});

describe("Parquet", () => {
  const made = async (name: string, select: string): Promise<string> => {
    const { Status } = await lake.run(
      `CREATE TABLE ${name} WITH (format='PARQUET', external_location='s3://lake/${name}/') AS ${select}`,
    );
    expect(Status?.StateChangeReason).toBeUndefined();
    return `s3://lake/${name}/`;
  };
  const over = async (name: string, columns: string, location: string): Promise<void> => {
    const { Status } = await lake.run(
      `CREATE EXTERNAL TABLE ${name} (${columns}) STORED AS PARQUET LOCATION '${location}'`,
    );
    expect(Status?.StateChangeReason).toBeUndefined();
  };

  test("columns are read by name, missing ones are NULL, whole numbers widen", async () => {
    const location = await made("pq1", "SELECT 1 AS id, 'x' AS s, CAST(ROW(1) AS ROW(inside integer)) AS r");
    await over("pq1b", "new string, s varchar(5), id bigint, inside int", location);
    expect(await lake.rows("SELECT * FROM pq1b")).toEqual([[null, "x", "1", null]]);
  });

  test("a type that does not fit is an error, if the column is read at all", async () => {
    const location = await made("pq2", "SELECT 1.5E0 AS price, 'x' AS s");
    await over("pq2b", "price bigint, s string", location);
    expect(await lake.failure("SELECT price FROM pq2b")).toMatch(
      /^HIVE_BAD_DATA: Field price's type DOUBLE in parquet file s3:\/\/lake\/pq2\/\S+ is incompatible with type bigint defined in table schema$/,
    );
    expect(await lake.rows("SELECT s FROM pq2b")).toEqual([["x"]]);
  });

  test("counting rows reads no byte; a column reads its own", async () => {
    await made("pq3", "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS t(id, s)");
    const bytes = async (sql: string) => (await lake.run(sql)).Statistics?.DataScannedInBytes ?? -1;
    expect(await bytes("SELECT count(*) FROM pq3")).toBe(0);
    const [one, both] = [await bytes("SELECT id FROM pq3"), await bytes("SELECT * FROM pq3")];
    expect(one).toBeGreaterThan(0);
    expect(both).toBeGreaterThan(one);
  });

  test("what is no Parquet file is bad data", async () => {
    await lake.put("pq4/f.parquet", "this is no parquet file at all");
    await over("pq4", "a int", "s3://lake/pq4/");
    expect(await lake.failure("SELECT * FROM pq4")).toMatch(/^HIVE_BAD_DATA: /);
  });
});
