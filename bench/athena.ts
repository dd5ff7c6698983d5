import { AthenaClient, GetQueryExecutionCommand, StartQueryExecutionCommand } from "@aws-sdk/client-athena";
import { CreateDatabaseCommand, CreateTableCommand, GlueClient } from "@aws-sdk/client-glue";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Figure, Scale } from "./bench.ts";
import { median, timed } from "./measure.ts";
import { scratchFolder, startHosuProcess } from "./processes.ts";

const QUERY =
  "SELECT region, count(*) AS orders, sum(price) AS revenue FROM orders GROUP BY region ORDER BY region";
const BARE = (path: string, out: string): string =>
  `COPY (SELECT region, count(*) AS orders, sum(price) AS revenue FROM read_parquet('${path}') GROUP BY region ORDER BY region) TO '${out}' (FORMAT csv, HEADER)`;

/** The same question through Athena's API, from the call to SUCCEEDED, and as a bare COPY in DuckDB. */
export async function athena({ rounds, rows }: Scale): Promise<Figure[]> {
  const folder = scratchFolder("athena");
  const path = join(folder, "orders.parquet");
  const duckdb = await (
    await DuckDBInstance.create(":memory:", { threads: String(availableParallelism()) })
  ).connect();
  await duckdb.run(
    `COPY (SELECT i AS id, 'region-' || (i % 20) AS region, (i * 7919) % 100000 / 100.0::DOUBLE AS price FROM range(${rows}) t(i)) TO '${path}' (FORMAT parquet)`,
  );
  const ask = await furnish(path);
  const own: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < rounds * 4 + 1; round++) {
    const copied = await timed(() => duckdb.run(BARE(path, join(folder, `out-${round}.csv`))));
    const asked = await timed(() => ask(copied));
    if (round === 0) continue;
    own.push(asked);
    bare.push(copied);
  }
  const [ours, theirs] = [median(own), median(bare)];
  const allowed = theirs * 1.05 + 10;
  return [
    {
      name: `Athena query over ${rows.toLocaleString("en")} rows : the same COPY in bare DuckDB`,
      value: `${ours.toFixed(0)} ms : ${theirs.toFixed(0)} ms`,
      goal: `1.05 × + 10 ms (${allowed.toFixed(0)} ms)`,
      met: ours <= allowed,
    },
  ];
}

const POLL_MS = 2;

/** @returns asks the question; to look before it can be answered would take the cores that it runs on. */
async function furnish(path: string): Promise<(shortestMs: number) => Promise<void>> {
  const hosu = await startHosuProcess(scratchFolder("athena-data"), "any");
  const options = {
    endpoint: `http://127.0.0.1:${hosu.port}`,
    region: "us-east-1",
    credentials: { accessKeyId: hosu.accessKeyId, secretAccessKey: hosu.secret },
  };
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  const glue = new GlueClient(options);
  const client = new AthenaClient(options);
  await s3.send(new CreateBucketCommand({ Bucket: "lake" }));
  await s3.send(new PutObjectCommand({ Bucket: "lake", Key: "orders/a.parquet", Body: readFileSync(path) }));
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: "shop" } }));
  await glue.send(
    new CreateTableCommand({
      DatabaseName: "shop",
      TableInput: {
        Name: "orders",
        StorageDescriptor: {
          Columns: [
            { Name: "id", Type: "bigint" },
            { Name: "region", Type: "string" },
            { Name: "price", Type: "double" },
          ],
          Location: "s3://lake/orders/",
          SerdeInfo: { SerializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
        },
      },
    }),
  );
  return async (shortestMs) => {
    const { QueryExecutionId } = await client.send(
      new StartQueryExecutionCommand({
        QueryString: QUERY,
        QueryExecutionContext: { Database: "shop" },
        ResultConfiguration: { OutputLocation: "s3://lake/results/" },
      }),
    );
    await setTimeout(shortestMs);
    for (;;) {
      const { QueryExecution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId }));
      const state = QueryExecution?.Status?.State;
      if (state === "SUCCEEDED") return;
      if (state === "FAILED" || state === "CANCELLED")
        throw new Error(QueryExecution?.Status?.StateChangeReason);
      await setTimeout(POLL_MS);
    }
  };
}
