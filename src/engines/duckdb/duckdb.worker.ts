import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { fault } from "../../base/fault.ts";
import { invariant } from "../../base/invariant.ts";
import { runtimeStatements } from "../../trino/runtime/macros.ts";
import {
  ROWS_MAX,
  type DuckDbJob,
  type DuckDbResult,
  type Setup,
  type TextTable,
  type ToChild,
  type ToParent,
} from "./protocol.ts";

/**
 * DuckDB in a process of its own: a hostile Parquet file must not end S3, nor a long query stall its event loop.
 * It may touch the given folders and nothing else, and its settings are locked.
 */
/** What the compiler may nest, with what it adds around it; the default is a thousand. */
const EXPRESSION_DEPTH = 10_000;

const running = new Map<number, DuckDBConnection>();
/** Cancelled while their connection was still being opened. */
const cancelled = new Set<number>();
let database: Promise<DuckDBInstance> | undefined;

const say = (message: ToParent): void => {
  process.send?.(message);
};

process.on("message", (message: ToChild) => {
  if (message.kind === "setup") {
    database = openDatabase(message);
    database.then(
      () => say({ kind: "ready" }),
      (error: unknown) => {
        process.stderr.write(`${textOf(error)}\n`);
        process.exit(1);
      },
    );
  } else if (message.kind === "cancel") cancel(message.id);
  else void answer(message.id, message.job);
});

// The parent is gone: nobody waits for an answer any more. An orderly exit would first wait for a query under way.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));

function cancel(id: number): void {
  const connection = running.get(id);
  if (connection) connection.interrupt();
  else cancelled.add(id);
}

async function openDatabase(setup: Setup): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: String(setup.threads),
    memory_limit: `${Math.floor(setup.memoryBytes / 1_000_000)}MB`,
    temp_directory: setup.spillFolder,
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    // Order within a file is kept only where a query asks for it; so memory stays flat on large scans.
    preserve_insertion_order: "false",
  });
  const connection = await instance.connect();
  for (const statement of runtimeStatements()) await connection.run(statement);
  const folders = [...setup.allowedFolders, setup.spillFolder].map(
    (folder) => `'${folder.replaceAll("'", "''")}'`,
  );
  for (const statement of [
    "SET GLOBAL TimeZone = 'UTC'",
    `SET GLOBAL max_expression_depth = ${EXPRESSION_DEPTH}`,
    `SET GLOBAL allowed_directories = [${folders.join(", ")}]`,
    "SET GLOBAL enable_external_access = false",
    "SET GLOBAL lock_configuration = true",
  ])
    await connection.run(statement);
  connection.closeSync();
  return instance;
}

async function answer(id: number, job: DuckDbJob): Promise<void> {
  let connection: DuckDBConnection | undefined;
  try {
    connection = await (await database)?.connect();
    invariant(connection, "the database is set up before it is asked");
    running.set(id, connection);
    if (cancelled.delete(id)) throw fault("Interrupted", "INTERRUPT Error: cancelled before it began");
    for (const table of job.tables ?? []) await fill(connection, table);
    say({ kind: "done", id, result: await run(connection, job.statements) });
  } catch (error) {
    say({ kind: "failed", id, message: textOf(error) });
  } finally {
    running.delete(id);
    connection?.closeSync();
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

async function fill(connection: DuckDBConnection, { name, columns, rows }: TextTable): Promise<void> {
  const definition = columns.map((column) => `${quoted(column)} VARCHAR`).join(", ");
  await connection.run(`CREATE TEMP TABLE ${quoted(name)} (${definition})`);
  const appender = await connection.createAppender(name, "main", "temp");
  for (const row of rows) {
    for (const value of row) {
      if (value === null) appender.appendNull();
      else appender.appendVarchar(value);
    }
    appender.endRow();
  }
  appender.closeSync();
}

async function run(connection: DuckDBConnection, statements: readonly string[]): Promise<DuckDbResult> {
  for (const statement of statements.slice(0, -1)) await connection.run(statement);
  const last = statements.at(-1);
  if (last === undefined) return { columns: [], rows: [] };
  const reader = await connection.streamAndReadUntil(last, ROWS_MAX);
  const rows = reader
    .getRows()
    .slice(0, ROWS_MAX)
    .map((row) => row.map((value) => (value === null ? null : String(value))));
  return { columns: reader.columnNames(), rows };
}
