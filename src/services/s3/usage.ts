import type { Bucket } from "./model.ts";
import { buckets, objects, uploadedParts, uploads, versions } from "./model.ts";
import { rowsOf } from "../../platform/meter/rows.ts";
import type { ServiceUsage, StoredNow } from "../../platform/meter/usage.ts";
import type { Store } from "../../store/store.ts";

/**
 * What S3 charges, in the usage types of its reports.
 * Source: Amazon S3 User Guide, "Understanding your AWS billing and usage reports for Amazon S3".
 */
export const usage: ServiceUsage = {
  countsBytes: true,
  resource: (input) => (input as { readonly Bucket?: string } | undefined)?.Bucket ?? "",
  chargedAs({ operation, input, output }) {
    const tier = tierOf(operation);
    const storageClass = classOf(input) ?? classOf(output);
    return storageClass === undefined || tier === undefined
      ? tier
      : `Requests-${storageClass}${tier.slice(9)}`;
  },
  async payer(resource, read) {
    return resource === "" ? undefined : read.get(buckets, resource);
  },
  stored,
};

const FREE = /^(?:Delete|Abort)/;
const TIER_1 = /^(?:Put|Copy|Post|List|Create|Upload|Complete)/;

const tiers = new Map<string, string | undefined>();

/** Removing is free; writing and listing is tier 1, everything else tier 2. */
function tierOf(operation: string): string | undefined {
  if (tiers.has(operation)) return tiers.get(operation);
  const tier = TIER_1.test(operation) ? "Requests-Tier1" : "Requests-Tier2";
  const charged = FREE.test(operation) ? undefined : tier;
  tiers.set(operation, charged);
  return charged;
}

/** Requests on other classes than STANDARD have types of their own. */
const REQUEST_CLASSES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    STANDARD_IA: "SIA-",
    ONEZONE_IA: "ZIA-",
    INTELLIGENT_TIERING: "INT-",
    GLACIER_IR: "GIR-",
    GLACIER: "Glacier-",
    DEEP_ARCHIVE: "GDA-",
  }),
);

const classOf = (value: unknown): string | undefined =>
  REQUEST_CLASSES.get((value as { readonly StorageClass?: string } | undefined)?.StorageClass ?? "");

const STORAGE_TYPES: Readonly<Record<string, string>> = {
  STANDARD: "TimedStorage-ByteHrs",
  REDUCED_REDUNDANCY: "TimedStorage-RRS-ByteHrs",
  STANDARD_IA: "TimedStorage-SIA-ByteHrs",
  ONEZONE_IA: "TimedStorage-ZIA-ByteHrs",
  INTELLIGENT_TIERING: "TimedStorage-INT-FA-ByteHrs",
  GLACIER: "TimedStorage-GlacierByteHrs",
  GLACIER_IR: "TimedStorage-GIR-ByteHrs",
  DEEP_ARCHIVE: "TimedStorage-GDA-ByteHrs",
};

async function* stored(store: Store): AsyncGenerator<StoredNow> {
  for await (const bucket of rowsOf(store, buckets, [])) {
    const sums = new Map<string, number>();
    const add = (part: string, storageClass: string, bytes: number): void => {
      const key = `${part} ${STORAGE_TYPES[storageClass] ?? storageClass}`;
      sums.set(key, (sums.get(key) ?? 0) + bytes);
    };
    for await (const { storageClass, bytes } of rowsOf(store, objects, [bucket.name]))
      add("current", storageClass, bytes);
    for await (const version of rowsOf(store, versions, [bucket.name]))
      if (!version.isDeleteMarker) add("noncurrent", version.storageClass, version.bytes);
    for await (const upload of rowsOf(store, uploads, [bucket.name]))
      for await (const part of rowsOf(store, uploadedParts, [upload.uploadId]))
        add("uploads", upload.storageClass, part.bytes);
    yield* amounts(bucket, sums);
  }
}

function* amounts(
  { name, account, region }: Bucket,
  sums: ReadonlyMap<string, number>,
): Generator<StoredNow> {
  for (const [key, amount] of sums) {
    const [part = "", type = ""] = key.split(" ");
    yield { account, region, resource: name, type, part, amount };
  }
}
