import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ApiCalls } from "../../platform/calls.ts";
import type { Key } from "../../store/keys.ts";
import type { Table } from "../../store/table.ts";
import { iam } from "../iam/iam.ts";
import { ACCOUNT, refusal, startHouse, type TestHouse } from "../iam/testing.ts";
import { CLEAR_DATABASE_TIMER, CLEAR_TABLE_TIMER } from "./clearing.ts";
import { glue as service } from "./glue.ts";
import { partitions, pieces, shapes, statistics, tables, versions, type TableInput } from "./model.ts";

let home: TestHouse;
let admin: ApiCalls;
let glue: ApiCalls["glue"];
beforeAll(async () => {
  home = await startHouse(iam, service);
  admin = await home.as(home.keys.admin.accessKeyId);
  glue = admin.glue;
});
afterAll(() => home.close());

const T = { DatabaseName: "lake", TableName: "orders" };
const DESCRIPTOR = {
  Columns: [
    { Name: "id", Type: "bigint" },
    { Name: "what", Type: "string", Comment: "what was bought" },
  ],
  Location: "s3://lake/orders/",
  InputFormat: "org.apache.hadoop.mapred.TextInputFormat",
  SerdeInfo: { SerializationLibrary: "serde", Parameters: { "field.delim": "," } },
};
const ORDERS: TableInput = {
  Name: "Orders",
  StorageDescriptor: DESCRIPTOR,
  PartitionKeys: [
    { Name: "year", Type: "int" },
    { Name: "region", Type: "string" },
  ],
  TableType: "EXTERNAL_TABLE",
  Parameters: { classification: "csv" },
};
const partition = (...Values: readonly string[]) => ({
  Values,
  StorageDescriptor: { ...DESCRIPTOR, Location: `s3://lake/orders/${Values.join("/")}/` },
});

/** A database and a table, made anew. */
beforeEach(async () => {
  await refusal(glue.DeleteDatabase({ Name: "lake" }));
  await glue.CreateDatabase({ DatabaseInput: { Name: "Lake", Description: "all of it" }, Tags: { a: "1" } });
  await glue.CreateTable({ DatabaseName: "lake", TableInput: ORDERS });
});

describe("databases", () => {
  test("names are folded to lower case and found in any", async () => {
    const { Database } = await glue.GetDatabase({ Name: "LAKE" });
    expect(Database).toMatchObject({
      Name: "lake",
      Description: "all of it",
      CatalogId: ACCOUNT,
      CreateTime: home.clock.now(),
      CreateTableDefaultPermissions: [
        { Principal: { DataLakePrincipalIdentifier: "IAM_ALLOWED_PRINCIPALS" }, Permissions: ["ALL"] },
      ],
    });
  });

  test("an update replaces what was said", async () => {
    await glue.UpdateDatabase({ Name: "lake", DatabaseInput: { Name: "lake", LocationUri: "s3://lake/" } });
    const { Database } = await glue.GetDatabase({ Name: "lake" });
    expect(Database).toMatchObject({ LocationUri: "s3://lake/", CreateTime: home.clock.now() });
    expect(Database).not.toHaveProperty("Description");
  });

  test("lists go by pages", async () => {
    await glue.CreateDatabase({ DatabaseInput: { Name: "a" } });
    const first = await glue.GetDatabases({ MaxResults: 1 });
    expect(first.DatabaseList?.map(({ Name }) => Name)).toEqual(["a"]);
    const second = await glue.GetDatabases({ MaxResults: 1, NextToken: first.NextToken ?? "" });
    expect(second.DatabaseList?.map(({ Name }) => Name)).toEqual(["lake"]);
    expect(second.NextToken).toBeUndefined();
    expect(await refusal(glue.GetDatabases({ NextToken: "x" }))).toMatch(/^InvalidInputException/);
    await glue.DeleteDatabase({ Name: "a" });
  });

  test("refusals are worded as Glue's", async () => {
    expect(await refusal(glue.CreateDatabase({ DatabaseInput: { Name: "LAKE" } }))).toBe(
      "AlreadyExistsException: Database already exists.",
    );
    expect(await refusal(glue.GetDatabase({ Name: "sea" }))).toBe(
      "EntityNotFoundException: Database sea not found.",
    );
    expect(await refusal(glue.CreateTable({ DatabaseName: "sea", TableInput: ORDERS }))).toBe(
      "EntityNotFoundException: Database sea not found.",
    );
  });

  test("tags are added, told and taken away", async () => {
    const ResourceArn = `arn:aws:glue:us-east-1:${ACCOUNT}:database/lake`;
    await glue.TagResource({ ResourceArn, TagsToAdd: { b: "2" } });
    expect((await glue.GetTags({ ResourceArn })).Tags).toEqual({ a: "1", b: "2" });
    await glue.UntagResource({ ResourceArn, TagsToRemove: ["a"] });
    expect((await glue.GetTags({ ResourceArn })).Tags).toEqual({ b: "2" });
  });
});

describe("tables", () => {
  test("are told with what Glue adds", async () => {
    const { Table } = await glue.GetTable({ DatabaseName: "Lake", Name: "ORDERS" });
    expect(Table).toMatchObject({
      ...ORDERS,
      Name: "orders",
      DatabaseName: "lake",
      StorageDescriptor: { ...DESCRIPTOR, Compressed: false, NumberOfBuckets: 0, SortColumns: [] },
      Retention: 0,
      VersionId: "0",
      IsRegisteredWithLakeFormation: false,
      CatalogId: ACCOUNT,
      CreatedBy: `arn:aws:iam::${ACCOUNT}:user/admin`,
    });
  });

  test("a description far beyond a row is kept whole", async () => {
    const text = "/* Presto View: é".repeat(20_000);
    await glue.CreateTable({ DatabaseName: "lake", TableInput: { Name: "v", ViewOriginalText: text } });
    expect((await glue.GetTable({ DatabaseName: "lake", Name: "v" })).Table?.ViewOriginalText).toBe(text);
  });

  test("each update makes a version, and the old one is kept unless it is skipped", async () => {
    const update = (Description: string, SkipArchive = false) =>
      glue.UpdateTable({ DatabaseName: "lake", TableInput: { ...ORDERS, Description }, SkipArchive });
    await update("one");
    await update("two", true);
    await update("three");
    const { TableVersions } = await glue.GetTableVersions(T);
    expect(TableVersions?.map(({ VersionId, Table }) => [VersionId, Table?.Description])).toEqual([
      ["3", "three"],
      ["2", "two"],
      ["0", undefined],
    ]);
    const page = await glue.GetTableVersions({ ...T, MaxResults: 2 });
    const rest = await glue.GetTableVersions({ ...T, MaxResults: 2, NextToken: page.NextToken ?? "" });
    expect(rest.TableVersions?.map(({ VersionId }) => VersionId)).toEqual(["0"]);
    await glue.DeleteTableVersion({ ...T, VersionId: "0" });
    expect(await refusal(glue.GetTableVersion({ ...T, VersionId: "0" }))).toBe(
      "EntityNotFoundException: Version not found.",
    );
  });

  test("an update that expects another version is refused", async () => {
    const update = { DatabaseName: "lake", TableInput: ORDERS, VersionId: "0" };
    await glue.UpdateTable(update);
    expect(await refusal(glue.UpdateTable(update))).toBe(
      "ConcurrentModificationException: Update table failed due to concurrent modifications.",
    );
  });

  test("lists match names and go by pages", async () => {
    for (const Name of ["orders_old", "customers"])
      await glue.CreateTable({ DatabaseName: "lake", TableInput: { Name } });
    const names = async (Expression: string) =>
      (await glue.GetTables({ DatabaseName: "lake", Expression })).TableList?.map(({ Name }) => Name);
    expect(await names("orders*")).toEqual(["orders", "orders_old"]);
    expect(await names(".*s")).toEqual(["customers", "orders"]);
    const first = await glue.GetTables({ DatabaseName: "lake", MaxResults: 2 });
    const second = await glue.GetTables({
      DatabaseName: "lake",
      MaxResults: 2,
      NextToken: first.NextToken ?? "",
    });
    expect(second.TableList?.map(({ Name }) => Name)).toEqual(["orders_old"]);
  });

  test("refusals are worded as Glue's", async () => {
    expect(await refusal(glue.CreateTable({ DatabaseName: "lake", TableInput: ORDERS }))).toBe(
      "AlreadyExistsException: Table already exists.",
    );
    expect(await refusal(glue.GetTable({ DatabaseName: "lake", Name: "x" }))).toBe(
      "EntityNotFoundException: Entity Not Found",
    );
    expect(await refusal(glue.DeleteTable({ DatabaseName: "lake", Name: "x" }))).toBe(
      "EntityNotFoundException: Table x not found.",
    );
    const { Errors } = await glue.BatchDeleteTable({
      DatabaseName: "lake",
      TablesToDelete: ["orders", "x"],
    });
    expect(Errors).toEqual([
      {
        TableName: "x",
        ErrorDetail: { ErrorCode: "EntityNotFoundException", ErrorMessage: "Table x not found." },
      },
    ]);
  });

  test("are found by words and by properties", async () => {
    const search = async (input: Parameters<typeof glue.SearchTables>[0]) =>
      (await glue.SearchTables(input)).TableList?.map(({ Name }) => Name);
    await glue.CreateTable({ DatabaseName: "lake", TableInput: { Name: "a-link", Owner: "me" } });
    expect(await search({ SearchText: "bought" })).toEqual(["orders"]);
    expect(await search({ SearchText: '"bought"' })).toEqual([]);
    expect(await search({ Filters: [{ Key: "Name", Value: "link" }] })).toEqual(["a-link"]);
    expect(await search({ Filters: [{ Key: "Name", Value: "lin" }] })).toEqual([]);
    expect(await search({ SortCriteria: [{ FieldName: "Name", Sort: "DESC" }] })).toEqual([
      "orders",
      "a-link",
    ]);
    const first = await glue.SearchTables({ MaxResults: 1 });
    expect(await search({ MaxResults: 1, NextToken: first.NextToken ?? "" })).toEqual(["orders"]);
  });
});

describe("partitions", () => {
  const create = (...all: readonly (readonly string[])[]) =>
    glue.BatchCreatePartition({ ...T, PartitionInputList: all.map((values) => partition(...values)) });
  const valuesOf = (list: readonly { readonly Values?: readonly string[] | undefined }[] | undefined) =>
    list?.map(({ Values }) => Values?.join("/"));

  test("keep their descriptors, and share what is alike", async () => {
    await create(["2024", "eu"], ["2024", "us"]);
    await glue.CreatePartition({
      ...T,
      PartitionInput: { Values: ["2025", "eu"], Parameters: { rows: "3" } },
    });
    const { Partition } = await glue.GetPartition({ ...T, PartitionValues: ["2024", "us"] });
    expect(Partition).toMatchObject({
      ...partition("2024", "us"),
      DatabaseName: "lake",
      TableName: "orders",
    });
    const bare = await glue.GetPartition({ ...T, PartitionValues: ["2025", "eu"] });
    expect(bare.Partition).toMatchObject({ Parameters: { rows: "3" } });
    expect(bare.Partition).not.toHaveProperty("StorageDescriptor");
    expect(await rowCount(shapes)).toBe(1);
  });

  test("a change of the table's descriptor does not change theirs", async () => {
    await create(["2024", "eu"]);
    await glue.UpdateTable({ DatabaseName: "lake", TableInput: { ...ORDERS, StorageDescriptor: {} } });
    const { Partition } = await glue.GetPartition({ ...T, PartitionValues: ["2024", "eu"] });
    expect(Partition?.StorageDescriptor?.Columns).toEqual(DESCRIPTOR.Columns);
  });

  test("a batch tells what failed and does the rest", async () => {
    const told = await create(["2024", "eu"], ["2024", "eu"], ["1"], ["2024", "us"]);
    expect(told.Errors).toEqual([
      {
        PartitionValues: ["2024", "eu"],
        ErrorDetail: {
          ErrorCode: "AlreadyExistsException",
          ErrorMessage: "Partition already exists.",
        },
      },
      {
        PartitionValues: ["1"],
        ErrorDetail: {
          ErrorCode: "InvalidInputException",
          ErrorMessage: "The number of partition keys do not match the number of partition values",
        },
      },
    ]);
    const got = await glue.BatchGetPartition({
      ...T,
      PartitionsToGet: [{ Values: ["2024", "us"] }, { Values: ["0", "0"] }],
    });
    expect(valuesOf(got.Partitions)).toEqual(["2024/us"]);
    const deleted = await glue.BatchDeletePartition({
      ...T,
      PartitionsToDelete: [{ Values: ["2024", "us"] }, { Values: ["0", "0"] }],
    });
    expect(deleted.Errors).toEqual([
      {
        PartitionValues: ["0", "0"],
        ErrorDetail: { ErrorCode: "EntityNotFoundException", ErrorMessage: "Cannot find partition." },
      },
    ]);
  });

  test("an update replaces what is said, never the values", async () => {
    await create(["2024", "eu"]);
    const PartitionValueList = ["2024", "eu"];
    await glue.UpdatePartition({
      ...T,
      PartitionValueList,
      PartitionInput: { Values: PartitionValueList, Parameters: { a: "b" } },
    });
    const { Partition } = await glue.GetPartition({ ...T, PartitionValues: PartitionValueList });
    expect(Partition).toMatchObject({ Parameters: { a: "b" } });
    const { Errors } = await glue.BatchUpdatePartition({
      ...T,
      Entries: [{ PartitionValueList: ["9", "9"], PartitionInput: { Values: ["9", "9"] } }],
    });
    expect(Errors?.[0]?.ErrorDetail?.ErrorCode).toBe("EntityNotFoundException");
  });

  test("lists filter, page and come in segments that miss nothing", async () => {
    const all = Array.from({ length: 90 }, (_, index) => [String(1_000 + index), index % 2 ? "eu" : "us"]);
    await create(...all);
    const filtered = await glue.GetPartitions({ ...T, Expression: "year >= 1088 and region <> 'eu'" });
    expect(valuesOf(filtered.Partitions)).toEqual(["1088/us"]);
    const paged: string[] = [];
    for (let NextToken: string | undefined, more = true; more; more = NextToken !== undefined) {
      const page = await glue.GetPartitions({ ...T, MaxResults: 40, ...(NextToken ? { NextToken } : {}) });
      paged.push(...(valuesOf(page.Partitions) ?? []).map(String));
      NextToken = page.NextToken;
    }
    expect(paged).toEqual(all.map((values) => values.join("/")));
    const segments = await Promise.all(
      [0, 1, 2].map((SegmentNumber) =>
        glue.GetPartitions({ ...T, Segment: { SegmentNumber, TotalSegments: 3 } }),
      ),
    );
    const together = segments.flatMap(({ Partitions }) => valuesOf(Partitions) ?? []);
    expect(new Set(together)).toEqual(new Set(paged));
    expect(together).toHaveLength(paged.length);
    const slim = await glue.GetPartitions({ ...T, MaxResults: 1, ExcludeColumnSchema: true });
    expect(slim.Partitions?.[0]?.StorageDescriptor).not.toHaveProperty("Columns");
  });

  test("values too long for a key are still told apart", async () => {
    const long = "é".repeat(1_000);
    await create(["1", `${long}a`], ["1", `${long}b`]);
    const { Partition } = await glue.GetPartition({ ...T, PartitionValues: ["1", `${long}b`] });
    expect(Partition?.Values).toEqual(["1", `${long}b`]);
    expect((await glue.GetPartitions(T)).Partitions).toHaveLength(2);
  });

  test("a filter by the first keys finds partitions whose keys were cut, too", async () => {
    const PartitionKeys = [
      { Name: "a", Type: "string" },
      { Name: "b", Type: "string" },
    ];
    await glue.CreateTable({ DatabaseName: "lake", TableInput: { Name: "cut", PartitionKeys } });
    const C = { DatabaseName: "lake", TableName: "cut" };
    const long = "é".repeat(900);
    const PartitionInputList = [
      ["eu", "1"],
      ["eu", long],
      ["us", long],
      [long, "1"],
      ["eus", "1"],
    ].map((Values) => ({ Values }));
    await glue.BatchCreatePartition({ ...C, PartitionInputList });
    const found = async (Expression: string) =>
      (await glue.GetPartitions({ ...C, Expression })).Partitions?.map(({ Values }) => Values);
    expect(await found("a = 'eu'")).toEqual([
      ["eu", "1"],
      ["eu", long],
    ]);
    expect(await found(`b = '${long}' and a = 'eu'`)).toEqual([["eu", long]]);
    expect(await found(`a = '${long}'`)).toEqual([[long, "1"]]);
  });

  test("indexes are named over partition keys", async () => {
    await glue.CreatePartitionIndex({ ...T, PartitionIndex: { IndexName: "by_year", Keys: ["year"] } });
    expect((await glue.GetPartitionIndexes(T)).PartitionIndexDescriptorList).toEqual([
      { IndexName: "by_year", Keys: [{ Name: "year", Type: "int" }], IndexStatus: "ACTIVE" },
    ]);
    await glue.DeletePartitionIndex({ ...T, IndexName: "by_year" });
    expect((await glue.GetPartitionIndexes(T)).PartitionIndexDescriptorList).toEqual([]);
  });

  test("column statistics of a partition go with it", async () => {
    await create(["2024", "eu"]);
    const P = { ...T, PartitionValues: ["2024", "eu"] };
    const one = {
      ColumnName: "id",
      ColumnType: "bigint",
      AnalyzedTime: home.clock.now(),
      StatisticsData: {
        Type: "LONG" as const,
        LongColumnStatisticsData: { NumberOfNulls: 0, NumberOfDistinctValues: 5 },
      },
    };
    await glue.UpdateColumnStatisticsForPartition({ ...P, ColumnStatisticsList: [one] });
    const got = await glue.GetColumnStatisticsForPartition({ ...P, ColumnNames: ["id", "what"] });
    expect(got.ColumnStatisticsList).toEqual([one]);
    expect(got.Errors?.map(({ ColumnName }) => ColumnName)).toEqual(["what"]);
    await glue.DeletePartition(P);
    await create(["2024", "eu"]);
    const anew = await glue.GetColumnStatisticsForPartition({ ...P, ColumnNames: ["id"] });
    expect(anew.ColumnStatisticsList).toEqual([]);
  });
});

describe("what is deleted", () => {
  test("is gone at once, and a namesake has none of it", async () => {
    await glue.CreatePartition({ ...T, PartitionInput: partition("2024", "eu") });
    await glue.DeleteTable({ DatabaseName: "lake", Name: "orders" });
    await glue.CreateTable({ DatabaseName: "lake", TableInput: ORDERS });
    expect((await glue.GetPartitions(T)).Partitions).toEqual([]);
  });

  test("leaves no row once its timers have run", async () => {
    for (let start = 0; start < 2_500; start += 100)
      await glue.BatchCreatePartition({
        ...T,
        PartitionInputList: Array.from({ length: 100 }, (_, index) => partition(String(start + index), "eu")),
      });
    await glue.UpdateTable({
      DatabaseName: "lake",
      TableInput: { ...ORDERS, ViewOriginalText: "x".repeat(100_000) },
    });
    await glue.UpdateTable({ DatabaseName: "lake", TableInput: ORDERS });
    await glue.DeleteDatabase({ Name: "lake" });
    await home.runTimers();
    const left = [rowCount(tables), rowCount(versions), rowCount(partitions), rowCount(pieces)];
    expect(await Promise.all([...left, rowCount(shapes), rowCount(statistics)])).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe("who may", () => {
  const ARN = `arn:aws:glue:us-east-1:${ACCOUNT}`;
  async function someone(name: string, Action: string, Resource: readonly string[]): Promise<ApiCalls> {
    await admin.iam.CreateUser({ UserName: name });
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action, Resource }],
    });
    await admin.iam.PutUserPolicy({ UserName: name, PolicyName: "p", PolicyDocument });
    const { AccessKey } = await admin.iam.CreateAccessKey({ UserName: name });
    return home.as(AccessKey?.AccessKeyId ?? "");
  }

  test("a table needs the catalog and the database besides itself", async () => {
    const whole = await someone("whole", "glue:GetTable", [
      `${ARN}:catalog`,
      `${ARN}:database/lake`,
      `${ARN}:table/lake/orders`,
    ]);
    expect((await whole.glue.GetTable({ DatabaseName: "Lake", Name: "Orders" })).Table?.Name).toBe("orders");
    expect(await refusal(whole.glue.GetTable({ DatabaseName: "lake", Name: "other" }))).toMatch(
      /^AccessDenied.*glue:GetTable on resource: .*:table\/lake\/other/,
    );
    const tableOnly = await someone("table-only", "glue:GetTable", [`${ARN}:table/lake/orders`]);
    expect(await refusal(tableOnly.glue.GetTable({ DatabaseName: "lake", Name: "orders" }))).toMatch(
      /on resource: .*:catalog/,
    );
  });

  test("deleting a database needs its tables too", async () => {
    const half = await someone("half", "glue:DeleteDatabase", [`${ARN}:catalog`, `${ARN}:database/lake`]);
    expect(await refusal(half.glue.DeleteDatabase({ Name: "lake" }))).toMatch(/:table\/lake\/\*/);
  });

  test("statistics need the table's own actions", async () => {
    const reader = await someone("reader", "glue:GetTable", ["*"]);
    const asked = { ...T, ColumnNames: ["id"] };
    expect((await reader.glue.GetColumnStatisticsForTable(asked)).ColumnStatisticsList).toEqual([]);
  });

  test("another account's catalog is refused", async () => {
    expect(await refusal(glue.GetDatabases({ CatalogId: "999988887777" }))).toMatch(/^AccessDenied/);
  });
});

const rowCount = <Row, K extends Key>(table: Table<Row, K>): Promise<number> =>
  home.house.store.read(async (read) => (await read.scan(table, { within: [], limit: 10_000 })).length);

test("the timers that clear away are the service's", () => {
  expect(Object.keys(service.timers)).toEqual([CLEAR_DATABASE_TIMER, CLEAR_TABLE_TIMER]);
});
