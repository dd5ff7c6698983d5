import { crc32 } from "node:zlib";
import type { InputOf } from "../../contract/apis.ts";
import { operation } from "../../platform/operation.ts";

import type { Key } from "../../store/keys.ts";
import type { Store } from "../../store/store.ts";
import { checkPlain, onTable, tableOf, type Found } from "./authority.ts";
import { compileExpression } from "./expression/compile.ts";
import { invalidSegment, invalidToken } from "./faults.ts";
import { bytesOf } from "./kept.ts";
import { PARTITION_PAGE_BYTES, PARTITION_PAGE_ITEMS, PARTITIONS_LOOKED_AT } from "./limits.ts";
import { keyBeginning, partitions, type Partition, type PartitionAnswer } from "./model.ts";
import { PartitionDescriber } from "./partition-rows.ts";
import { walk } from "./walk.ts";

/**
 * A page ends at its number of partitions, at what an answer may weigh, or when many were looked at in vain: then
 * it may be empty and still have a token, as Glue's may.
 */
export const list = operation("glue:GetPartitions", {
  resource: onTable,
  async handle(input, { store, caller, pages }) {
    const { Expression: expression, Segment: segment, MaxResults: most = PARTITION_PAGE_ITEMS } = input;
    if (segment && segment.SegmentNumber >= segment.TotalSegments) throw invalidSegment();
    checkPlain(input);
    const found = await store.read((read) => tableOf(read, input, caller));
    const tokens = pages(found.table.id, expression, segment);
    const { page, last } = await onePage(store, found, {
      after: tokens.after(input.NextToken, invalidToken),
      ...selectionOf(input, found),
      withoutColumns: input.ExcludeColumnSchema ?? false,
      most,
    });
    return { Partitions: page, ...(last ? { NextToken: tokens.next(last) } : {}) };
  },
});

interface Selection {
  readonly keep: (row: Partition) => boolean;
  /** The beginning of the key of every partition that is kept. */
  readonly within: Key;
}

function selectionOf(
  { Expression: expression, Segment: segment }: InputOf<"glue:GetPartitions">,
  { table: { id, partitionKeys } }: Found,
): Selection {
  const filter =
    expression === undefined || expression.trim() === ""
      ? undefined
      : compileExpression(expression, partitionKeys);
  return {
    keep: (row) =>
      (!segment || segmentOf(row.values) % segment.TotalSegments === segment.SegmentNumber) &&
      (!filter || filter.matches(row.values)),
    within: [id, ...keyBeginning(filter?.leading ?? [], partitionKeys.length)],
  };
}

const segmentOf = (values: readonly string[]): number => crc32(values.join("\0"));

interface Wanted extends Selection {
  readonly after: Key | undefined;
  readonly withoutColumns: boolean;
  readonly most: number;
}

interface Page {
  readonly page: readonly PartitionAnswer[];
  /** Where the next page begins; absent at the end. */
  readonly last?: Key;
}

async function onePage(
  store: Store,
  found: Found,
  { after, keep, within, withoutColumns, most }: Wanted,
): Promise<Page> {
  const describer = new PartitionDescriber(found, withoutColumns);
  const page: PartitionAnswer[] = [];
  let bytes = 0;
  let looked = 0;
  let last = after;
  const ended = await walk(store, partitions, { within, after }, async (row, read) => {
    if (looked++ >= PARTITIONS_LOOKED_AT) return false;
    if (keep(row)) {
      if (page.length >= most || bytes > PARTITION_PAGE_BYTES) return false;
      page.push(await describer.describe(read, row));
      bytes += bytesOf(row.facts) + describer.sharedBytes(row);
    }
    last = partitions.keyOf(row);
    return true;
  });
  return ended || !last ? { page } : { page, last };
}
