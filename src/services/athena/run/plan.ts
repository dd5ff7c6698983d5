import { analyze, type Analyzed } from "../../../trino/analyze.ts";
import type { Query } from "../../../trino/ast.ts";
import { emit, type Emitted, type EmitInput } from "../../../trino/emit.ts";
import { invariant } from "../../../base/invariant.ts";
import type { TextTable } from "../../../engines/duckdb/protocol.ts";
import { monotonicMs } from "../../../base/clock.ts";
import { tableNeeds, type TableNeeds } from "../../../trino/pruning.ts";
import { queryReferences } from "../../../trino/references.ts";
import type { TrinoType } from "../../../trino/types/type.ts";
import { QueryError } from "./failure.ts";
import { footers } from "./footers.ts";
import { openFiles } from "./files.ts";
import { loadTables, type LoadedTables } from "./load-tables.ts";
import { measure } from "./measure.ts";
import { partsOf } from "./partitions.ts";
import type { Run } from "./perform.ts";
import { scanOf, type Scan } from "./scan.ts";

/** A query ready to run: DuckDB's SQL over files that are pinned until `release`. */
export interface Planned {
  readonly emitted: Emitted;
  readonly tables: readonly TextTable[];
  readonly scannedBytes: number;
  readonly planningMs: number;
  release(): void;
}

export interface PlanInput {
  readonly query: Query;
  readonly columns: NonNullable<EmitInput["columns"]>;
  /** INSERT's target types. */
  readonly columnTypes?: readonly TrinoType[];
}

/** Loads, analyses, prunes, opens, measures and compiles. @throws TrinoError, QueryError, AccessDenied */
export async function plan(run: Run, input: PlanInput): Promise<Planned> {
  const began = monotonicMs();
  const { analyzed, loaded } = await analyzeQuery(run, input);
  const scans: (Scan & { readonly scannedBytes: number; release(): void })[] = [];
  const release = (): void => scans.forEach((scan) => scan.release());
  try {
    for (const [index, needs] of tableNeeds(analyzed).entries())
      scans.push(await openTable(run, loaded, { needs, index }));
    const scannedBytes = scans.reduce((sum, scan) => sum + scan.scannedBytes, 0);
    checkCutoff(run, scannedBytes);
    const emitted = emit(analyzed, {
      columns: input.columns,
      relationFor: (table) => {
        const scan = scans[analyzed.tables.indexOf(table)];
        invariant(scan, "every table of a query is opened");
        return `(${scan.sql})`;
      },
    });
    const tables = scans.flatMap((scan) => scan.tables);
    return { emitted, tables, scannedBytes, planningMs: monotonicMs() - began, release };
  } catch (error) {
    release();
    throw error;
  }
}

export interface AnalyzedQuery {
  readonly analyzed: Analyzed;
  readonly loaded: LoadedTables;
}

/** Names and types alone: what EXPLAIN, CREATE VIEW and a query before it runs need. */
export async function analyzeQuery(
  run: Run,
  { query, columnTypes }: Pick<PlanInput, "query" | "columnTypes">,
): Promise<AnalyzedQuery> {
  const { context, execution, text, parameters, parametersText } = run;
  const names = { catalog: execution.catalog, database: execution.database };
  const loaded = await loadTables(context.calls.asCaller, queryReferences(query, names));
  const session = { ...names, nowMs: execution.submittedMs, user: context.caller.principal.arn };
  const analyzed = analyze({
    text,
    query,
    session,
    catalog: loaded.catalog,
    ...(parameters.length > 0 ? { parameters, parametersText } : {}),
    ...(columnTypes ? { columnTypes } : {}),
  });
  return { analyzed, loaded };
}

async function openTable(
  { context, execution, signal }: Run,
  loaded: LoadedTables,
  { needs, index }: { readonly needs: TableNeeds; readonly index: number },
): Promise<Scan & { readonly scannedBytes: number; release(): void }> {
  const { table, columns, predicate } = needs;
  const calls = context.calls.asCaller;
  const glueTable = loaded.glueTable(table);
  invariant(glueTable, "a table that was analysed was loaded");
  const tableParameters = glueTable.Parameters ?? {};
  const parts = await partsOf(calls, glueTable, { predicate, now: new Date(execution.submittedMs) });
  const { files, release } = await openFiles(calls, context.doors.objectFiles, parts);
  try {
    const { duckDb } = context.engines;
    const footersOf = (paths: readonly string[]) => footers(context).read(paths, duckDb, signal);
    const { scannedBytes, footers: read } = await measure(files, { columns, tableParameters, footersOf });
    const scan = scanOf({ table, files, tableParameters, footers: read, name: `partitions_${index}` });
    return { ...scan, scannedBytes, release };
  } catch (error) {
    release();
    throw error;
  }
}

/** Source: Athena User Guide, "Configure per-query and per-workgroup data usage controls". */
function checkCutoff({ group: { scannedBytesCutoff: cutoff } }: Run, scannedBytes: number): void {
  if (cutoff !== undefined && scannedBytes > cutoff)
    throw new QueryError(`Query cancelled! : Bytes scanned limit was exceeded`);
}
