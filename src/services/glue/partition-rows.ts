import { createHash } from "node:crypto";
import { Packr } from "msgpackr";
import type { Reader, Transaction } from "../../store/store.ts";
import { describePartition } from "./describe.ts";
import type { Found } from "./authority.ts";
import { wrongValueCount } from "./faults.ts";
import { deleteStatistics } from "./statistics-rows.ts";
import { drop, keep, unkeep } from "./kept.ts";
import {
  partitionKey,
  partitions,
  shapes,
  type Partition,
  type PartitionAnswer,
  type PartitionFacts,
  type PartitionInput,
  type StorageDescriptor,
  type Table,
} from "./model.ts";

/** Partitions as rows: what each has for itself, and the descriptor that it shares with its like. */
const packr = new Packr({ useRecords: false, moreTypes: true });

/** @throws Fault InvalidInputException unless there is one value for each partition key. */
export function checkValues(table: Table, values: readonly string[] | undefined): readonly string[] {
  if (values === undefined || values.length !== table.partitionKeys.length || values.length === 0)
    throw wrongValueCount();
  return values;
}

export const partitionOf = (
  read: Reader,
  table: Table,
  values: readonly string[],
): Promise<Partition | undefined> => read.get(partitions, ...partitionKey(table.id, values));

export interface NewPartition {
  readonly table: Table;
  readonly values: readonly string[];
  readonly createdMs: number;
  readonly input: PartitionInput;
}

export async function putPartition(tx: Transaction, { table, values, createdMs, input }: NewPartition) {
  const { StorageDescriptor: descriptor } = input;
  const shape = descriptor && (await putShape(tx, table, descriptor));
  const facts: PartitionFacts = {
    ...(descriptor?.Location === undefined ? {} : { location: descriptor.Location }),
    ...(descriptor?.AdditionalLocations ? { additionalLocations: descriptor.AdditionalLocations } : {}),
    ...(descriptor?.Parameters ? { descriptorParameters: descriptor.Parameters } : {}),
    ...(input.Parameters ? { parameters: input.Parameters } : {}),
    ...(input.LastAccessTime ? { lastAccess: input.LastAccessTime } : {}),
    ...(input.LastAnalyzedTime ? { lastAnalyzed: input.LastAnalyzedTime } : {}),
  };
  tx.put(partitions, {
    tableId: table.id,
    values,
    createdMs,
    ...(shape === undefined ? {} : { shape }),
    facts: keep(tx, facts),
  });
}

/** What is described anew; the row itself is put again. */
export const dropFacts = (tx: Transaction, row: Partition): void => drop(tx, row.facts);

export async function deletePartition(tx: Transaction, row: Partition): Promise<void> {
  dropFacts(tx, row);
  await deleteStatistics(tx, row.tableId, row.values);
  tx.delete(partitions, ...partitions.keyOf(row));
}

async function putShape(tx: Transaction, table: Table, descriptor: StorageDescriptor): Promise<string> {
  const { Location: _l, AdditionalLocations: _a, Parameters: _p, ...shared } = descriptor;
  const hash = createHash("sha256").update(packr.pack(shared)).digest("base64url");
  if (!(await tx.get(shapes, table.id, hash)))
    tx.put(shapes, { tableId: table.id, hash, descriptor: keep(tx, shared) });
  return hash;
}

/** Describes many partitions of one table: what they share is read and unpacked once. */
export class PartitionDescriber {
  readonly #found: Found;
  readonly #shapes = new Map<string, { readonly descriptor: StorageDescriptor; readonly bytes: number }>();
  readonly #withoutColumns: boolean;

  constructor(found: Found, withoutColumns = false) {
    this.#found = found;
    this.#withoutColumns = withoutColumns;
  }

  async describe(read: Reader, row: Partition): Promise<PartitionAnswer> {
    const facts = await unkeep(read, row.facts);
    const shape = row.shape === undefined ? undefined : await this.#shape(read, row.shape);
    const { values, createdMs } = row;
    return describePartition({ ...this.#found, values, createdMs, facts, shape: shape?.descriptor });
  }

  /** About how much of an answer the row's share of descriptors makes; known once it was described. */
  sharedBytes = (row: Partition): number =>
    row.shape === undefined ? 0 : (this.#shapes.get(row.shape)?.bytes ?? 0);

  async #shape(read: Reader, hash: string) {
    const known = this.#shapes.get(hash);
    if (known) return known;
    const row = await read.get(shapes, this.#found.table.id, hash);
    const whole = row ? await unkeep(read, row.descriptor) : {};
    const { Columns: columns, ...rest } = whole;
    const descriptor = this.#withoutColumns || columns === undefined ? rest : whole;
    const shape = { descriptor, bytes: JSON.stringify(descriptor).length };
    this.#shapes.set(hash, shape);
    return shape;
  }
}
