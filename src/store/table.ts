import { Packr } from "msgpackr";
import { encodeKey, type Key, type KeyPart } from "./keys.ts";

/**
 * Whose rows they are: `global` (bucket names, credentials, timers, blobs), an account's, or an account's in
 * one region. A key begins with what its scope names: `[account, …]`, `[account, region, …]`.
 */
export type Scope = "global" | "account" | "region";

export interface Codec<Row> {
  encode(row: Row): Uint8Array;
  decode(bytes: Uint8Array, key: Uint8Array): Row;
}

/** What is stored, under which key. Declared once, in a service's `model.ts`. */
export interface Table<Row, K extends Key> {
  readonly name: string;
  readonly scope: Scope;
  readonly codec: Codec<Row>;
  /** The full key of a row, its scope first. */
  readonly keyOf: (row: Row) => K;
  /** Read on nearly every request (credentials, buckets): a snapshot keeps its decoded rows. */
  readonly remembered: boolean;
}

export interface TableDefinition<Row, K extends Key> {
  readonly scope: Scope;
  readonly key: (row: Row) => K;
  readonly codec?: Codec<Row>;
  readonly remembered?: boolean;
}

/**
 * @example
 * export const users = table("iam.users", { scope: "account", key: (row: User) => [row.account, row.name] });
 */
export function table<Row, const K extends Key>(
  name: string,
  definition: TableDefinition<Row, K>,
): Table<Row, K> {
  return {
    name,
    scope: definition.scope,
    codec: definition.codec ?? packedRows<Row>(),
    keyOf: definition.key,
    remembered: definition.remembered ?? false,
  };
}

const SCOPE_PARTS: Record<Scope, number> = { global: 0, account: 1, region: 2 };

/** Where a row lies: scope, table, the rest; so that an account's rows lie together. */
export function storedKey<Row, K extends Key>(of: Table<Row, K>, key: Key): Buffer {
  return encodeKey(storedParts(of, key));
}

export function storedParts<Row, K extends Key>(of: Table<Row, K>, key: Key): KeyPart[] {
  const cut = SCOPE_PARTS[of.scope];
  const parts: KeyPart[] = [];
  for (let i = 0; i < cut && i < key.length; i++) parts.push(key[i] ?? "");
  parts.push(of.name);
  for (let i = cut; i < key.length; i++) parts.push(key[i] ?? "");
  return parts;
}

/** Rows carry a version byte, so that a later release can read an older folder. */
const ROW_VERSION = 1;
const packr = new Packr({ useRecords: false, moreTypes: true, largeBigIntToString: true });

function packedRows<Row>(): Codec<Row> {
  return {
    encode(row) {
      const packed = packr.pack(row);
      const bytes = Buffer.allocUnsafe(packed.length + 1);
      bytes[0] = ROW_VERSION;
      packed.copy(bytes, 1);
      return bytes;
    },
    decode: (bytes) => packr.unpack(bytes.subarray(1)) as Row,
  };
}
