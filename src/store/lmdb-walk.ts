import { readSync } from "node:fs";
import type { Meta } from "./lmdb-file.ts";

/** Where things lie in a page, counted from its header's end where nodes are meant, and in its nodes. Source: LMDB's mdb.c, MDB_page, MDB_node. */
const HEADER_BYTES = 24;
const FLAGS_AT = 18;
const LOWER_AT = 20;
const NODE_BYTES = 8;
const IS_BRANCH = 0x01;
const IS_LEAF = 0x02;
/** A value that has pages of its own. */
const IS_BIG = 0x01;

/**
 * Follows the main table's pages. A file may rightly end before its last page, which need not be in use; so this is
 * asked only of a file that does.
 * @param pages how many the file has. @returns the first page found that is in use and not there.
 */
export function firstMissingPage(file: number, meta: Meta, pages: number): number | undefined {
  const left = meta.root === undefined ? [] : [meta.root];
  const page = Buffer.alloc(meta.pageBytes);
  for (let number = left.pop(); number !== undefined; number = left.pop()) {
    if (number >= pages) return number;
    readSync(file, page, 0, meta.pageBytes, number * meta.pageBytes);
    const flags = page.readUInt16LE(FLAGS_AT);
    if ((flags & (IS_BRANCH | IS_LEAF)) === 0) continue;
    const named = nodesOf(page).flatMap((at) =>
      (flags & IS_BRANCH) !== 0 ? [childAt(page, at)] : bigValueAt(page, at),
    );
    const missing = named.find((one) => one >= pages);
    if (missing !== undefined) return missing;
    if ((flags & IS_BRANCH) !== 0) left.push(...named);
  }
  return undefined;
}

/** Where a page's nodes begin; of a page that makes no sense, those that do. */
function nodesOf(page: Buffer): number[] {
  const lower = Math.min(HEADER_BYTES + page.readUInt16LE(LOWER_AT), page.length);
  const nodes: number[] = [];
  for (let at = HEADER_BYTES; at + 2 <= lower; at += 2) {
    const node = HEADER_BYTES + page.readUInt16LE(at);
    if (node + NODE_BYTES <= page.length) nodes.push(node);
  }
  return nodes;
}

const childAt = (page: Buffer, at: number): number =>
  page.readUInt32LE(at) + page.readUInt16LE(at + 4) * 2 ** 32;

function bigValueAt(page: Buffer, at: number): number[] {
  const value = at + NODE_BYTES + page.readUInt16LE(at + 6);
  const isBig = (page.readUInt16LE(at + 4) & IS_BIG) !== 0;
  return isBig && value + 8 <= page.length ? [Number(page.readBigUInt64LE(value))] : [];
}
