import { closeSync, existsSync, fsyncSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { fault, type Fault } from "../base/fault.ts";
import { firstMissingPage } from "./lmdb-walk.ts";

/**
 * Looks at a store's file before LMDB maps it, which takes what it finds on trust: a torn meta page or a missing end
 * would end the program by a signal. Source: LMDB's mdb.c, MDB_meta, MDB_page; the data format of version 2.
 */
export interface Meta {
  readonly slot: 0 | 1;
  readonly pageBytes: number;
  /** Where the main table begins; undefined when it is empty. */
  readonly root: number | undefined;
  readonly lastPage: number;
  readonly transaction: bigint;
}

const MAGIC = 0xbeefc0de;
const IS_META = 0x08;
const NO_PAGE = 2n ** 64n - 1n;
const PAGE_SIZES = [4_096, 8_192, 16_384, 32_768, 65_536] as const;
/** Where things lie in a meta page. */
const AT = {
  page: 0,
  flags: 18,
  magic: 24,
  pageBytes: 48,
  root: 136,
  lastPage: 144,
  transaction: 152,
} as const;
const META_BYTES = 192;

/**
 * LMDB has two meta pages and writes them in turn, so a torn one leaves the other, which describes the commit before:
 * what was torn was never acknowledged. It is put in the torn one's place.
 * @returns whether a meta page had to be mended. @throws Fault where the file cannot be used.
 */
export function checkStoreFile(path: string): boolean {
  if (!existsSync(path)) return false;
  const file = openSync(path, "r+");
  try {
    const bytes = fstatSync(file).size;
    // LMDB has not written anything yet; whether that can be is the folder's to know.
    if (bytes === 0) return false;
    const metas = readMetas(file);
    const latest = metas.toSorted((a, b) => Number(b.transaction - a.transaction))[0];
    if (!latest) throw damaged(path, "neither of its two meta pages is whole");
    if (metas.length === 1) mend(file, latest);
    if ((latest.lastPage + 1) * latest.pageBytes > bytes) {
      const missing = firstMissingPage(file, latest, Math.floor(bytes / latest.pageBytes));
      if (missing !== undefined)
        throw damaged(path, `it ends at byte ${bytes}, and page ${missing} lies behind that`);
    }
    return metas.length === 1;
  } finally {
    closeSync(file);
  }
}

/** What is said of a store that cannot be read as it was written. */
export const damaged = (path: string, how: string): Fault =>
  fault(
    "InternalFailure",
    `${path} is damaged: ${how}. Stop using this folder, and start from a snapshot in it or a backup.`,
    { status: 500 },
  );

function readMetas(file: number): Meta[] {
  const first = metaAt(file, 0, 0);
  const sizes = first ? [first.pageBytes] : PAGE_SIZES;
  for (const size of sizes) {
    const second = metaAt(file, size, 1);
    if (second?.pageBytes === size) return first ? [first, second] : [second];
  }
  return first ? [first] : [];
}

/** @returns undefined for what is none. */
function metaAt(file: number, offset: number, slot: 0 | 1): Meta | undefined {
  const page = Buffer.alloc(META_BYTES);
  if (readSync(file, page, 0, META_BYTES, offset) < META_BYTES) return undefined;
  const isMeta =
    page.readUInt32LE(AT.magic) === MAGIC &&
    (page.readUInt16LE(AT.flags) & IS_META) !== 0 &&
    page.readBigUInt64LE(AT.page) === BigInt(slot);
  const pageBytes = page.readUInt32LE(AT.pageBytes);
  const root = page.readBigUInt64LE(AT.root);
  const lastPage = page.readBigUInt64LE(AT.lastPage);
  if (!isMeta || !PAGE_SIZES.some((size) => size === pageBytes)) return undefined;
  if (lastPage < 1n || (root !== NO_PAGE && root > lastPage)) return undefined;
  return {
    slot,
    pageBytes,
    root: root === NO_PAGE ? undefined : Number(root),
    lastPage: Number(lastPage),
    transaction: page.readBigUInt64LE(AT.transaction),
  };
}

function mend(file: number, { slot, pageBytes }: Meta): void {
  const page = Buffer.alloc(pageBytes);
  readSync(file, page, 0, pageBytes, slot * pageBytes);
  const other = 1 - slot;
  page.writeBigUInt64LE(BigInt(other), AT.page);
  writeSync(file, page, 0, pageBytes, other * pageBytes);
  fsyncSync(file);
}
