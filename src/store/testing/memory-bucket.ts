import { fault } from "../../base/fault.ts";
import { invariant } from "../../base/invariant.ts";
import type { BlobId } from "../blobs/model.ts";
import type { Bucket } from "../blobs/s3/bucket.ts";

/** A bucket in memory, whose objects are as old as the test says, and that can be out of reach. */
export interface MemoryBucket extends Bucket {
  readonly objects: Map<BlobId, Buffer>;
  readonly uploads: Map<BlobId, Buffer[]>;
  /** When whatever is put next is put. */
  nowMs: number;
  isOut: boolean;
}

export function memoryBucket(): MemoryBucket {
  const objects = new Map<BlobId, Buffer>();
  const uploads = new Map<BlobId, Buffer[]>();
  const since = new Map<BlobId, number>();
  let lake: string | undefined;
  const reached = (): void => {
    if (bucket.isOut) throw fault("ServiceUnavailable", "the bucket is out of reach", { status: 503 });
  };
  const keep = (id: BlobId, data: Uint8Array): void => {
    objects.set(id, Buffer.from(data));
    since.set(id, bucket.nowMs);
  };
  const olderThan = (ids: Iterable<BlobId>, time: Date): BlobId[] =>
    [...ids].filter((id) => (since.get(id) ?? 0) < time.getTime());
  const bucket: MemoryBucket = {
    objects,
    uploads,
    nowMs: 0,
    isOut: false,
    async put(id, data) {
      reached();
      keep(id, data);
    },
    async beginUpload(id) {
      reached();
      const parts: Buffer[] = [];
      uploads.set(id, parts);
      since.set(id, bucket.nowMs);
      return {
        async part(data) {
          reached();
          parts.push(Buffer.from(data));
        },
        async complete() {
          reached();
          keep(id, Buffer.concat(parts));
          uploads.delete(id);
        },
        async abort() {
          reached();
          uploads.delete(id);
        },
      };
    },
    async read(id, from, bytes) {
      reached();
      const data = objects.get(id);
      invariant(data, `object ${id} is there`);
      return (async function* () {
        yield data.subarray(from, from + bytes);
      })();
    },
    async remove(id) {
      reached();
      objects.delete(id);
    },
    async *objectsBefore(time) {
      reached();
      yield olderThan(objects.keys(), time);
    },
    async uploadsBefore(time) {
      reached();
      return olderThan(uploads.keys(), time);
    },
    async abortUploads(id) {
      reached();
      uploads.delete(id);
    },
    lake: async () => lake,
    async setLake(id) {
      lake = id;
    },
    close: () => undefined,
  };
  return bucket;
}
