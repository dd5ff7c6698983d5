/** Everything that Athena runs: queries, and the DDL it takes from Hive and Trino. */
import type { Expression, QualifiedName, Query, Span } from "./ast.ts";

export type Properties = Readonly<Record<string, string>>;

export interface HiveColumn extends Span {
  readonly name: string;
  /** In Hive's spelling, as Glue stores it: `struct<a:int,b:array<string>>`. */
  readonly type: string;
  readonly comment: string | undefined;
}

export interface RowFormat {
  /** A SerDe class named by the statement. */
  readonly serde: string | undefined;
  readonly serdeProperties: Properties;
  readonly delimited: boolean;
  /** The lines of ROW FORMAT DELIMITED. */
  readonly fieldDelimiter?: string;
  readonly escapeCharacter?: string;
  readonly collectionDelimiter?: string;
  readonly mapKeyDelimiter?: string;
  readonly lineDelimiter?: string;
  readonly nullFormat?: string;
}

export type StoredAs =
  | { readonly kind: "format"; readonly format: string }
  | { readonly kind: "classes"; readonly input: string; readonly output: string };

export interface CreateTable {
  readonly kind: "create-table";
  readonly external: boolean;
  readonly ifNotExists: boolean;
  readonly table: QualifiedName;
  readonly columns: readonly HiveColumn[];
  readonly comment: string | undefined;
  /** For an Iceberg table a transform such as `day(ts)` has no type of its own. */
  readonly partitionedBy: readonly HiveColumn[];
  readonly partitionTransforms: readonly string[];
  readonly clusteredBy: { readonly columns: readonly string[]; readonly buckets: number } | undefined;
  readonly rowFormat: RowFormat | undefined;
  readonly storedAs: StoredAs | undefined;
  readonly location: string | undefined;
  readonly properties: Properties;
}

/** A property of WITH (…), a constant expression or a list of them. */
export type PropertyValue = string | number | boolean | readonly PropertyValue[];

export interface CreateTableAs {
  readonly kind: "create-table-as";
  readonly table: QualifiedName;
  readonly ifNotExists: boolean;
  readonly properties: Readonly<Record<string, PropertyValue>>;
  readonly query: Query;
  readonly withData: boolean;
}

/** `dt='2024-01-01', hour=3` */
export type PartitionSpec = readonly { readonly column: string; readonly value: string }[];

export interface PartitionCondition {
  readonly column: string;
  readonly operator: "=" | "<>" | "<" | "<=" | ">" | ">=";
  readonly value: string;
}

export type AlterTable = {
  readonly kind: "alter-table";
  readonly table: QualifiedName;
  readonly action: AlterAction;
};

export type AlterAction =
  | {
      readonly kind: "add-partitions";
      readonly ifNotExists: boolean;
      readonly partitions: readonly { readonly spec: PartitionSpec; readonly location: string | undefined }[];
    }
  | {
      readonly kind: "drop-partitions";
      readonly ifExists: boolean;
      readonly partitions: readonly (readonly PartitionCondition[])[];
    }
  | { readonly kind: "rename-partition"; readonly from: PartitionSpec; readonly to: PartitionSpec }
  | {
      readonly kind: "add-columns" | "replace-columns";
      readonly partition: PartitionSpec | undefined;
      readonly columns: readonly HiveColumn[];
    }
  | { readonly kind: "change-column"; readonly from: string; readonly column: HiveColumn }
  | { readonly kind: "drop-column"; readonly column: string }
  | {
      readonly kind: "set-location";
      readonly partition: PartitionSpec | undefined;
      readonly location: string;
    }
  | { readonly kind: "set-properties"; readonly properties: Properties }
  | { readonly kind: "unset-properties"; readonly names: readonly string[] };

export type Statement = Span & StatementNode;

type StatementNode =
  | { readonly kind: "query"; readonly query: Query }
  | CreateTable
  | CreateTableAs
  | AlterTable
  | {
      readonly kind: "insert";
      readonly table: QualifiedName;
      readonly columns: readonly string[] | undefined;
      readonly query: Query;
    }
  | {
      readonly kind: "create-view";
      readonly view: QualifiedName;
      readonly orReplace: boolean;
      readonly query: Query;
      readonly sql: string;
    }
  | { readonly kind: "drop-view"; readonly view: QualifiedName; readonly ifExists: boolean }
  | { readonly kind: "drop-table"; readonly table: QualifiedName; readonly ifExists: boolean }
  | {
      readonly kind: "create-database";
      readonly database: string;
      readonly ifNotExists: boolean;
      readonly comment: string | undefined;
      readonly location: string | undefined;
      readonly properties: Properties;
    }
  | {
      readonly kind: "drop-database";
      readonly database: string;
      readonly ifExists: boolean;
      readonly cascade: boolean;
    }
  | { readonly kind: "alter-database"; readonly database: string; readonly properties: Properties }
  | { readonly kind: "repair-table"; readonly table: QualifiedName }
  | { readonly kind: "show-databases"; readonly pattern: string | undefined }
  | {
      readonly kind: "show-tables" | "show-views";
      readonly database: string | undefined;
      readonly pattern: string | undefined;
    }
  | { readonly kind: "show-columns"; readonly table: QualifiedName }
  | {
      readonly kind: "show-partitions";
      readonly table: QualifiedName;
      readonly partition: PartitionSpec | undefined;
    }
  | { readonly kind: "show-properties"; readonly table: QualifiedName; readonly name: string | undefined }
  | { readonly kind: "show-create-table" | "show-create-view"; readonly table: QualifiedName }
  | {
      readonly kind: "describe";
      readonly table: QualifiedName;
      readonly form: "plain" | "extended" | "formatted";
      readonly column: string | undefined;
      readonly partition: PartitionSpec | undefined;
    }
  | { readonly kind: "describe-view"; readonly table: QualifiedName }
  | {
      readonly kind: "explain";
      readonly analyze: boolean;
      readonly verbose: boolean;
      readonly options: Readonly<Record<string, string>>;
      readonly statement: Statement;
    }
  | { readonly kind: "prepare"; readonly name: string; readonly statement: Statement; readonly sql: string }
  | { readonly kind: "execute"; readonly name: string; readonly parameters: readonly Expression[] }
  | { readonly kind: "deallocate"; readonly name: string }
  | {
      readonly kind: "unload";
      readonly query: Query;
      readonly location: string;
      readonly properties: Readonly<Record<string, PropertyValue>>;
    };
