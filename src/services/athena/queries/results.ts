import { collect } from "../../../base/bytes.ts";
import { isFault } from "../../../base/fault.ts";
import { invariant } from "../../../base/invariant.ts";
import { MIB } from "../../../base/units.ts";
import type { Context } from "../../../platform/context.ts";
import { operation } from "../../../platform/operation.ts";
import { malformedToken, notFinished, resultsGone } from "../faults.ts";
import { PAGE } from "../limits.ts";
import type { QueryExecution, ResultColumn, ResultFacts } from "../model.ts";
import { parseLocation } from "../run/location.ts";
import { readRows, type CsvRow } from "./csv-reader.ts";
import { asItIs, executionOf, onExecution } from "./executions.ts";

/** How much of a result is read at a time; more where a row is longer. */
const CHUNK_BYTES = 1 * MIB;

export const get = operation("athena:GetQueryResults", {
  authorize: onExecution("athena:GetQueryResults"),
  async handle({ QueryExecutionId: id, MaxResults: limit = PAGE.results, NextToken }, context) {
    const { store, caller } = context;
    const execution = await asItIs(context, await store.read((read) => executionOf(read, caller, id)));
    if (execution.state === "CANCELLED") throw resultsGone();
    if (execution.state !== "SUCCEEDED") throw notFinished(execution.state);
    const { result } = execution;
    invariant(result, "a query that succeeded has a result");
    const tokens = context.pages(id);
    const [offset = 0] = tokens.after(NextToken, () => malformedToken(NextToken ?? "")) ?? [];
    const read =
      result.format === "none"
        ? NO_ROWS
        : await readPage(context, execution, { from: Number(offset), limit });
    return {
      ...(result.updateCount === undefined ? {} : { UpdateCount: result.updateCount }),
      ResultSet: {
        Rows: read.rows.map((values) => ({
          Data: values.map((value) => (value === undefined ? {} : { VarCharValue: value })),
        })),
        ResultSetMetadata: { ColumnInfo: result.columns.map(columnInfo) },
      },
      ...(read.next === undefined ? {} : { NextToken: tokens.next([read.next]) }),
    };
  },
});

/** `DESCRIBE` and its like have columns of the type string and no precision, as Athena reports them. */
const columnInfo = ({ name, type, precision, scale, caseSensitive }: ResultColumn) => ({
  CatalogName: "hive",
  SchemaName: "",
  TableName: "",
  Name: name,
  Label: name,
  Type: type,
  Precision: precision,
  Scale: scale,
  Nullable: "UNKNOWN" as const,
  CaseSensitive: caseSensitive,
});

interface ResultPage {
  readonly rows: readonly (readonly (string | undefined)[])[];
  /** Where the next page begins in the file. */
  readonly next: number | undefined;
}

const NO_ROWS: ResultPage = { rows: [], next: undefined };

/** A page straight from the result's object, read as the caller. @throws Fault when it is gone. */
async function readPage(
  context: Context,
  { outputLocation, result }: QueryExecution,
  { from, limit }: { readonly from: number; readonly limit: number },
): Promise<ResultPage> {
  const location = parseLocation(outputLocation);
  invariant(location && result, "a result has a place");
  const size = await sizeOf(context, location);
  // A text's last row may be the nothing behind its last newline.
  const end = result.format === "text" ? size + 1 : size;
  let bytes = Buffer.alloc(0);
  for (;;) {
    const at = from + bytes.length;
    if (at < size)
      bytes = Buffer.concat([
        bytes,
        await readRange(context, location, at, Math.min(CHUNK_BYTES, size - at)),
      ]);
    const whole = from + bytes.length >= size;
    const rows = rowsIn(bytes, { limit, whole, format: result.format });
    if (rows.length < limit && !whole) continue;
    const next = from + (rows.at(-1)?.end ?? 0);
    return {
      rows: rows.map(({ values }) => values),
      next: rows.length > 0 && next < end ? next : undefined,
    };
  }
}

interface Reading {
  readonly limit: number;
  /** The bytes reach to the end of the object. */
  readonly whole: boolean;
  readonly format: ResultFacts["format"];
}

/** Text has a row for each line; the last one ends with the file, and after a newline it is empty. */
function rowsIn(bytes: Buffer, { limit, whole, format }: Reading): readonly CsvRow[] {
  if (format === "csv") return readRows(bytes, limit);
  const rows: CsvRow[] = [];
  let at = 0;
  while (rows.length < limit && bytes.length > 0 && at <= bytes.length) {
    const newline = bytes.indexOf(NEWLINE, at);
    if (newline < 0 && !whole) break;
    const end = newline < 0 ? bytes.length : newline;
    rows.push({ values: [bytes.toString("utf8", at, end)], end: end + 1 });
    at = end + 1;
  }
  return rows;
}

const NEWLINE = 0x0a;

interface Place {
  readonly bucket: string;
  readonly key: string;
}

const sizeOf = ({ calls }: Context, { bucket, key }: Place): Promise<number> =>
  present(
    calls.asCaller.s3.HeadObject({ Bucket: bucket, Key: key }).then(({ ContentLength = 0 }) => ContentLength),
  );

async function readRange(
  { calls }: Context,
  { bucket, key }: Place,
  from: number,
  bytes: number,
): Promise<Buffer> {
  const range = `bytes=${from}-${from + bytes - 1}`;
  const { Body: body } = await present(
    calls.asCaller.s3.GetObject({ Bucket: bucket, Key: key, Range: range }),
  );
  return collect(body ?? new Uint8Array());
}

async function present<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (isFault(error) && (error.code === "NoSuchKey" || error.code === "NoSuchBucket")) throw resultsGone();
    throw error;
  }
}
