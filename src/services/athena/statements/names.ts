import type { QualifiedName } from "../../../trino/ast.ts";
import { fullName } from "../../../trino/analyze/relation.ts";
import type { TableName } from "../../../trino/analyze/context.ts";
import type { Run } from "../run/perform.ts";

/** A table's full name, by the query's default database where it names none. @throws TrinoError without a database. */
export const nameOf = ({ execution }: Run, name: QualifiedName): TableName =>
  fullName(name, { catalog: execution.catalog, database: execution.database ?? "default" });
