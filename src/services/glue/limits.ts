import { MIB } from "../../base/units.ts";

/** Glue's quotas. Source: AWS General Reference, "AWS Glue endpoints and quotas". Defaults, not raised ones. */
export const QUOTAS = {
  databasesPerAccount: 10_000,
  tablesPerDatabase: 200_000,
  versionsPerTable: 100_000,
  partitionIndexesPerTable: 3,
  tagsPerResource: 50,
} as const;

/** Source: AWS Glue API Reference, MaxResults of GetDatabases, GetTables and GetTableVersions (CatalogGetterPageSize). */
export const PAGE_ITEMS = 100;

/** Source: AWS Glue API Reference, MaxResults of GetPartitions and SearchTables (PageSize). */
export const PARTITION_PAGE_ITEMS = 1_000;

/** What a page of partitions may weigh before it ends early; ours. A wide schema is repeated in every partition. */
export const PARTITION_PAGE_BYTES = 6 * MIB;

/** Partitions that one call looks at before it answers with what it has and a token; ours. */
export const PARTITIONS_LOOKED_AT = 100_000;

/** Rows read in one go between turns of the event loop; ours. */
export const SCAN_CHUNK = 1_000;

/** Tables that SearchTables looks at before it answers with what it has and a token; ours. */
export const TABLES_LOOKED_AT = 20_000;

/** Rows that one update of a clean-up removes; ours, below the store's 10,000. */
export const CLEAR_ROWS = 2_000;

/** Parentheses and NOTs of a partition expression inside each other; ours. */
export const EXPRESSION_DEPTH = 100;

/** Bytes of a row's description that stay in the row; what is longer lies in pieces. Ours: a row holds 64 kB. */
export const INLINE_BYTES = 40_000;
export const PIECE_BYTES = 60_000;

/** Bytes of a partition's values that its key may hold; ours: a key holds 1.9 kB. */
export const KEY_VALUES_BYTES = 1_600;

/** States of the automaton that a GetTables pattern becomes; ours. A pattern has at most 2,048 characters. */
export const PATTERN_STATES = 4_096;
