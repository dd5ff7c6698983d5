/** Every operation's input, output and errors through botocore and back: one Python process over all of them. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { invariant } from "../../src/base/invariant.ts";
import { KNOWN_APIS } from "../../src/contract/known.ts";
import { casesOf, decodedInput, MESSAGE, type Case } from "./cases.ts";
import { ADDED_BY_CLIENTS, BOTOCORE } from "./exceptions.ts";
import { CASE_HEADER, startRoundTripServer, type RoundTripServer } from "./round-trip-server.ts";
import { fromTagged, toTagged } from "./tagged.ts";

/** The Python that has botocore. In CI its absence is a failure; elsewhere the test is skipped, and says so. */
const python = process.env["HOSU_TEST_PYTHON"];
const isSkipped = python === undefined && process.env["CI"] !== "true";

interface Told {
  readonly output?: Readonly<Record<string, unknown>>;
  readonly error?: Readonly<Record<string, unknown>>;
  readonly class?: string;
  readonly failure?: string;
}

const cases = casesOf(BOTOCORE);
let server: RoundTripServer;
let report: Readonly<Record<string, Told>> = {};

beforeAll(async () => {
  if (isSkipped) return;
  invariant(python, "HOSU_TEST_PYTHON names a Python with botocore");
  server = await startRoundTripServer(cases);
  const folder = await mkdtemp(join(tmpdir(), "hosu-round-trip-"));
  const [casesPath, reportPath] = [join(folder, "cases.json"), join(folder, "report.json")];
  const sent = cases.map(({ id, api, operation, input }) => ({ id, api, operation: operation.name, input }));
  await writeFile(casesPath, toTagged({ endpoint: server.endpoint, header: CASE_HEADER, cases: sent }));
  await promisify(execFile)(python, [join(import.meta.dirname, "botocore_driver.py"), casesPath, reportPath]);
  const read = fromTagged(await readFile(reportPath, "utf8"));
  invariant(isReport(read), "the report is a record");
  report = read;
  await rm(folder, { recursive: true });
});
afterAll(() => server?.close());

const isReport = (value: unknown): value is Readonly<Record<string, Told>> =>
  typeof value === "object" && value !== null;

const without = (value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !ADDED_BY_CLIENTS.includes(name)));

function told(row: Case): Told {
  const found = report[row.id];
  invariant(found, `${row.id} was sent`);
  if (found.failure) throw new TypeError(found.failure);
  return found;
}

describe.skipIf(isSkipped).each(KNOWN_APIS.map(({ api }) => api))("%s through botocore", (api) => {
  const rows = cases.filter((row) => row.api === api);
  test.each(rows.filter((row) => !row.error))("$operation.name goes and comes back", (row) => {
    const read = server.decoded.get(row.id);
    if (read instanceof Error) throw read;
    const { output } = told(row);
    expect(read).toEqual(decodedInput(row));
    expect(without(output ?? {})).toEqual(row.output);
  });
  test.each(rows.filter((row) => row.error))("$id is told", (row) => {
    const { error, class: name } = told(row);
    invariant(row.error && error, "botocore throws");
    if (row.operation.method === "HEAD") return;
    expect(error["Error"]).toMatchObject({ Code: row.error.code, Message: MESSAGE });
    expect(name).toBe(row.error.shape);
    expect(error).toMatchObject(row.api === "s3" ? {} : row.error.fields);
  });
});
