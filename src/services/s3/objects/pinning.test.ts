import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { collect } from "../../../base/bytes.ts";
import { invariant } from "../../../base/invariant.ts";
import { HOUR_MS, MIB } from "../../../base/units.ts";
import type { ApiCalls } from "../../../platform/calls.ts";
import type { Blobs } from "../../../store/blobs/blobs.ts";
import { iam } from "../../iam/iam.ts";
import { startHouse, type TestHouse } from "../../iam/testing.ts";
import { buckets, objects, type StoredPart } from "../model.ts";
import { s3 } from "../s3.ts";
import { addVersion } from "../versions/chain.ts";
import { INLINE_PARTS, PUT_HOLDER, withContent } from "./content.ts";

const PART_BYTES = 5 * MIB;
const BUCKET = "lake";

let house: TestHouse;
let own: Blobs;
let calls: ApiCalls;
/** What happens once, between the moment when an object's row was read and the first look at its bytes. */
let meanwhile: (() => Promise<void>) | undefined;

beforeAll(async () => {
  house = await startHouse(iam, s3);
  own = house.house.blobs;
  const interrupted: Blobs = Object.create(own, {
    read: {
      value: async (...asked: Parameters<Blobs["read"]>) => {
        const work = meanwhile;
        meanwhile = undefined;
        await work?.();
        return own.read(...asked);
      },
    },
  });
  for (const name of ["draft", "name", "share", "free", "size", "file", "joined", "pin", "hold"] as const)
    Object.defineProperty(interrupted, name, { value: own[name].bind(own) });
  Object.assign(house.house, { blobs: interrupted });
  calls = await house.as(house.keys.admin.accessKeyId);
  await calls.s3.CreateBucket({ Bucket: BUCKET });
});
afterAll(() => house.close());
beforeEach(() => {
  meanwhile = undefined;
});

/** Everything that is free is old enough, and swept. */
async function sweep(): Promise<void> {
  house.clock.advance(HOUR_MS);
  await own.sweep();
}

const removeAndSweep = (key: string) => async (): Promise<void> => {
  await calls.s3.DeleteObject({ Bucket: BUCKET, Key: key });
  await sweep();
};

const put = (key: string, bytes: Buffer) => calls.s3.PutObject({ Bucket: BUCKET, Key: key }, bytes);

async function upload(key: string, ...parts: readonly Buffer[]): Promise<{ UploadId: string; complete: object }> {
  const { UploadId = "" } = await calls.s3.CreateMultipartUpload({ Bucket: BUCKET, Key: key });
  const stated: object[] = [];
  for (const [index, bytes] of parts.entries()) {
    const part = { PartNumber: index + 1, UploadId };
    const { ETag } = await calls.s3.UploadPart({ Bucket: BUCKET, Key: key, ...part }, bytes);
    stated.push({ PartNumber: index + 1, ETag });
  }
  return { UploadId, complete: { Bucket: BUCKET, Key: key, UploadId, MultipartUpload: { Parts: stated } } };
}

async function putInParts(key: string, ...parts: readonly Buffer[]): Promise<void> {
  const { complete } = await upload(key, ...parts);
  await calls.s3.CompleteMultipartUpload(complete as Parameters<typeof calls.s3.CompleteMultipartUpload>[0]);
}

async function bytesOf(key: string): Promise<Buffer> {
  const { Body: body } = await calls.s3.GetObject({ Bucket: BUCKET, Key: key });
  invariant(body, "an object has a body");
  return collect(body);
}

const filled = (bytes: number, value: number): Buffer => Buffer.alloc(bytes, value);

test("a GET of several parts reads to its end what was deleted and swept after it began", async () => {
  const parts = [filled(PART_BYTES, 1), filled(PART_BYTES, 2), filled(100, 3)];
  await putInParts("parts", ...parts);
  const { Body: body } = await calls.s3.GetObject({ Bucket: BUCKET, Key: "parts" });
  invariant(body && !(body instanceof Uint8Array), "many bytes come in chunks");
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) {
    if (chunks.length === 0) await removeAndSweep("parts")();
    chunks.push(chunk);
  }
  expect(Buffer.concat(chunks).equals(Buffer.concat(parts))).toBe(true);
  house.clock.advance(HOUR_MS);
  expect(await own.sweep()).toBe(3);
});

test("a GET that is given up before its first byte lets go of its parts", async () => {
  await putInParts("given-up", filled(PART_BYTES, 1), filled(100, 2));
  const { Body: body } = await calls.s3.GetObject({ Bucket: BUCKET, Key: "given-up" });
  invariant(body && !(body instanceof Uint8Array), "many bytes come in chunks");
  await body[Symbol.asyncIterator]().return?.();
  await calls.s3.DeleteObject({ Bucket: BUCKET, Key: "given-up" });
  house.clock.advance(HOUR_MS);
  expect(await own.sweep()).toBe(2);
});

test("CopyObject copies what was deleted and swept after it was found", async () => {
  await put("from", filled(MIB, 7));
  meanwhile = removeAndSweep("from");
  await calls.s3.CopyObject({
    Bucket: BUCKET,
    Key: "to",
    CopySource: `${BUCKET}/from`,
    ChecksumAlgorithm: "SHA256",
  });
  await sweep();
  expect((await bytesOf("to")).equals(filled(MIB, 7))).toBe(true);
});

test("UploadPartCopy copies what was deleted and swept after it was found", async () => {
  await put("from", filled(MIB, 8));
  const { UploadId, complete } = await upload("assembled");
  meanwhile = removeAndSweep("from");
  const target = { Bucket: BUCKET, Key: "assembled", UploadId, PartNumber: 1 };
  const { CopyPartResult: part } = await calls.s3.UploadPartCopy({ ...target, CopySource: `${BUCKET}/from` });
  await sweep();
  await calls.s3.CompleteMultipartUpload({
    ...complete,
    Bucket: BUCKET,
    Key: "assembled",
    UploadId,
    MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part?.ETag }] },
  });
  expect((await bytesOf("assembled")).equals(filled(MIB, 8))).toBe(true);
});

test("completing an upload whose part was put again meanwhile is refused by name", async () => {
  const { UploadId, complete } = await upload("again", filled(MIB, 1));
  await house.house.store.read(async () => undefined);
  meanwhile = async () => {
    await calls.s3.UploadPart({ Bucket: BUCKET, Key: "again", UploadId, PartNumber: 1 }, filled(MIB, 2));
    await sweep();
  };
  // Another checksum than the part's makes it read the bytes.
  const { uploads } = await import("../model.ts");
  await house.house.store.update(async (tx) => {
    const row = await tx.get(uploads, BUCKET, "again", UploadId);
    invariant(row, "the upload has begun");
    tx.put(uploads, { ...row, checksum: { algorithm: "SHA1", type: "COMPOSITE" } });
  });
  const completing = calls.s3.CompleteMultipartUpload(
    complete as Parameters<typeof calls.s3.CompleteMultipartUpload>[0],
  );
  await expect(completing).rejects.toMatchObject({ code: "InvalidPart" });
  expect(meanwhile).toBeUndefined();
});

test("a query keeps the files of objects that are deleted and swept while it reads", async () => {
  await put("data", filled(MIB, 5));
  await put("small", filled(100, 6));
  const { files, release } = await house.house.doors.objectFiles.pin(calls, BUCKET, ["data", "small"]);
  await removeAndSweep("data")();
  await removeAndSweep("small")();
  const { readFile } = await import("node:fs/promises");
  expect(await Promise.all(files.map(async ({ path }) => (await readFile(path)).length))).toEqual([MIB, 100]);
  release();
  await sweep();
  await expect(readFile(files[0]?.path ?? "")).rejects.toMatchObject({ code: "ENOENT" });
});

/** An object of more parts than a row lists. */
async function putManifest(key: string): Promise<void> {
  const parts: StoredPart[] = [];
  for (let index = 0; index <= INLINE_PARTS; index++) {
    const draft = own.draft();
    await draft.write(filled(10, index));
    await draft.finish();
    await house.house.store.update(async (tx) => own.name(tx, draft, PUT_HOLDER));
    draft.end();
    parts.push({ blob: draft.id, offset: 0, bytes: 10, holder: PUT_HOLDER });
  }
  await withContent(own, { parts, partBytes: [] }, (prepared) =>
    house.house.store.update(async (tx) => {
      const bucket = await tx.get(buckets, BUCKET);
      invariant(bucket, "the bucket is there");
      prepared.name(tx);
      const now = house.clock.now();
      const version = {
        bucket: BUCKET,
        key,
        isDeleteMarker: false,
        bytes: parts.length * 10,
        lastModifiedMs: now.getTime(),
        etag: "0".repeat(32),
        storageClass: "STANDARD",
        details: { account: bucket.account, content: prepared.content, headers: {}, metadata: {} },
      };
      return addVersion({ tx, blobs: own, now }, bucket, version, await tx.get(objects, BUCKET, key));
    }),
  );
}
