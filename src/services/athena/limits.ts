/** Source: Athena API Reference. */
export const PAGE = { results: 1_000, executions: 50, workGroups: 50, named: 50, batch: 50 } as const;

/** DML and DDL queries under way in an account and Region. Source: "Service Quotas", us-east-1. */
export const ACTIVE_QUERIES = 200;

/** How many run at a time here; the others wait. The engine shares its threads among them. */
export const RUNNING_QUERIES = 4;

/** Source: "Service Quotas": workgroups in a Region. */
export const WORK_GROUPS = 1_000;

/** Partitions that MSCK REPAIR TABLE finds. Source: Glue's quota "Number of partitions per table". */
export const REPAIRED_PARTITIONS = 10_000_000;

/** The longest line of a text file; the engine keeps a buffer of four such lines for each file that it reads at a time. */
export const LINE_BYTES = { least: 2_000_000, most: 8_388_608 } as const;

/** Partitions that a query reads of a table with partition projection. Source: Athena User Guide, "Service Quotas", partitions a query. */
export const PROJECTED_PARTITIONS = 1_000_000;

/** Object keys of a table that one query reads. */
export const FILES_PER_TABLE = 1_000_000;
