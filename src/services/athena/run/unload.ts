import type { Statement } from "../../../trino/ast-statements.ts";
import { TrinoError } from "../../../trino/error.ts";
import { QueryError } from "./failure.ts";
import { folder, parseLocation } from "./location.ts";
import type { Done, Run } from "./perform.ts";
import { countedRows } from "./output.ts";
import { plan } from "./plan.ts";
import { Properties } from "./properties.ts";
import { checkEmpty, putManifest, writeRows } from "./write.ts";
import { writeFormat, writeSql } from "./write-format.ts";

type Unload = Extract<Statement, { kind: "unload" }>;

/** Source: Athena User Guide, "UNLOAD", "Parameters". */
const KNOWN = ["format", "compression", "compression_level", "field_delimiter", "partitioned_by"] as const;

/** Writes a query's rows under a location and nothing in the catalog. */
export async function runUnload(run: Run, statement: Unload): Promise<Done> {
  const properties = new Properties(statement.properties, KNOWN);
  const format = properties.text("format");
  if (format === undefined)
    throw new TrinoError("INVALID_PROCEDURE_ARGUMENT", "UNLOAD needs the property format");
  const location = parseLocation(statement.location);
  if (!location)
    throw new QueryError(`INVALID_PROCEDURE_ARGUMENT: '${statement.location}' is not a valid S3 path`);
  const target = folder(location);
  await checkEmpty(run, target, "table");
  const chosen = writeFormat({
    format,
    compression: properties.text("compression"),
    delimiter: properties.text("field_delimiter") ?? ",",
  });
  const planned = await plan(run, { query: statement.query, columns: "values" });
  try {
    const columns = planned.emitted.columns.map(({ name, type }, index) => ({
      name,
      type,
      source: `q.c${index}`,
    }));
    const keys = properties.list("partitioned_by").map((name) => name.toLowerCase());
    const written = await writeRows(run, {
      planned,
      sql: writeSql(planned.emitted, columns, chosen),
      partitionKeys: keys,
      format: chosen,
      target,
    });
    const manifestLocation = await putManifest(run, written.locations);
    return {
      figures: { scannedBytes: planned.scannedBytes, planningMs: planned.planningMs, manifestLocation },
      result: await countedRows(run, "UNLOAD", written.rows),
    };
  } finally {
    planned.release();
  }
}
