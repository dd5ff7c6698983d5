import type { Statement } from "../../../trino/ast-statements.ts";
import type { StatementType } from "../model.ts";

export interface StatementClass {
  readonly type: StatementType;
  /** As GetQueryExecution names it. Source: Athena API Reference, QueryExecution, SubstatementType. */
  readonly subtype: string;
}

const CLASSES: Readonly<Record<Statement["kind"], readonly [StatementType, string]>> = {
  query: ["DML", "SELECT"],
  insert: ["DML", "INSERT"],
  unload: ["DML", "UNLOAD"],
  execute: ["DML", "EXECUTE"],
  "create-table": ["DDL", "CREATE_TABLE"],
  "create-table-as": ["DDL", "CREATE_TABLE_AS_SELECT"],
  "create-view": ["DDL", "CREATE_VIEW"],
  "drop-view": ["DDL", "DROP_VIEW"],
  "drop-table": ["DDL", "DROP_TABLE"],
  "create-database": ["DDL", "CREATE_DATABASE"],
  "drop-database": ["DDL", "DROP_DATABASE"],
  "alter-database": ["DDL", "ALTER_DATABASE"],
  "alter-table": ["DDL", "ALTER_TABLE"],
  "repair-table": ["DDL", "MSCK_REPAIR_TABLE"],
  prepare: ["DDL", "PREPARE"],
  deallocate: ["DDL", "DEALLOCATE"],
  "show-databases": ["UTILITY", "SHOW_DATABASES"],
  "show-tables": ["UTILITY", "SHOW_TABLES"],
  "show-views": ["UTILITY", "SHOW_VIEWS"],
  "show-columns": ["UTILITY", "SHOW_COLUMNS"],
  "show-partitions": ["UTILITY", "SHOW_PARTITIONS"],
  "show-properties": ["UTILITY", "SHOW_TBLPROPERTIES"],
  "show-create-table": ["UTILITY", "SHOW_CREATE_TABLE"],
  "show-create-view": ["UTILITY", "SHOW_CREATE_VIEW"],
  describe: ["UTILITY", "DESCRIBE_TABLE"],
  "describe-view": ["UTILITY", "DESC_VIEW"],
  explain: ["DML", "EXPLAIN"],
};

export function classify(statement: Statement): StatementClass {
  const [type, subtype] = CLASSES[statement.kind];
  return { type, subtype };
}
