import { readFile } from "node:fs/promises";
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
import { freeManifest } from "./free-manifest.ts";

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

async function upload(
  key: string,
  parts: readonly Buffer[],
  more: { readonly ChecksumAlgorithm?: "SHA1" } = {},
): Promise<{ readonly UploadId: string; completing(): Promise<unknown> }> {
  const { UploadId = "" } = await calls.s3.CreateMultipartUpload({ Bucket: BUCKET, Key: key, ...more });
  const Parts: { PartNumber: number; ETag: string }[] = [];
  for (const bytes of parts) {
    const PartNumber = Parts.length + 1;
    const { ETag = "" } = await calls.s3.UploadPart(
      { Bucket: BUCKET, Key: key, PartNumber, UploadId },
      bytes,
    );
    Parts.push({ PartNumber, ETag });
  }
  const stated = { Bucket: BUCKET, Key: key, UploadId, MultipartUpload: { Parts } };
  return { UploadId, completing: () => calls.s3.CompleteMultipartUpload(stated) };
}

const putInParts = async (key: string, ...parts: readonly Buffer[]): Promise<unknown> =>
  (await upload(key, parts)).completing();

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
  const { UploadId } = await upload("assembled", []);
  meanwhile = removeAndSweep("from");
  const target = { Bucket: BUCKET, Key: "assembled", UploadId, PartNumber: 1 };
  const { CopyPartResult: part } = await calls.s3.UploadPartCopy({ ...target, CopySource: `${BUCKET}/from` });
  await sweep();
  await calls.s3.CompleteMultipartUpload({
    Bucket: BUCKET,
    Key: "assembled",
    UploadId,
    MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part?.ETag ?? "" }] },
  });
  expect((await bytesOf("assembled")).equals(filled(MIB, 8))).toBe(true);
});

test("completing an upload whose part was put again meanwhile is refused by name", async () => {
  // The parts come with another checksum than the upload's, so that completing it reads their bytes.
  const { UploadId, completing } = await upload("again", [filled(MIB, 1)], { ChecksumAlgorithm: "SHA1" });
  meanwhile = async () => {
    await calls.s3.UploadPart({ Bucket: BUCKET, Key: "again", UploadId, PartNumber: 1 }, filled(MIB, 2));
    await sweep();
  };
  await expect(completing()).rejects.toMatchObject({ code: "InvalidPart" });
  expect(meanwhile).toBeUndefined();
});

test("a query keeps the files of objects that are deleted and swept while it reads", async () => {
  await put("data", filled(MIB, 5));
  await put("small", filled(100, 6));
  const { files, release } = await house.house.doors.objectFiles.pin(calls, BUCKET, ["data", "small"]);
  await removeAndSweep("data")();
  await removeAndSweep("small")();
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

/** What the timer of a deleted manifest does. */
const freeListed = async (manifest: string | undefined): Promise<void> => {
  invariant(manifest, "the object has a manifest");
  const due = house.clock.now();
  await freeManifest({ ...house.house, blobs: own, due, key: [manifest], calls: house.timerCalls("s3") });
};

async function deleteManifest(key: string): Promise<void> {
  const object = await house.house.store.read((read) => read.get(objects, BUCKET, key));
  await calls.s3.DeleteObject({ Bucket: BUCKET, Key: key });
  await freeListed(object?.details.content.manifest);
  await sweep();
}

test("an object of many parts is read to its end, though deleted and swept after the GET began", async () => {
  await putManifest("many");
  const { Body: body } = await calls.s3.GetObject({ Bucket: BUCKET, Key: "many" });
  await deleteManifest("many");
  invariant(body, "an object has a body");
  const expected = Array.from({ length: INLINE_PARTS + 1 }, (_, index) => filled(10, index));
  expect((await collect(body)).equals(Buffer.concat(expected))).toBe(true);
});

test("a GET whose object goes while its manifest is read answers as if it had come later", async () => {
  await putManifest("gone");
  meanwhile = () => deleteManifest("gone");
  await expect(calls.s3.GetObject({ Bucket: BUCKET, Key: "gone" })).rejects.toMatchObject({
    code: "NoSuchKey",
  });
  await putManifest("replaced");
  meanwhile = async () => {
    await deleteManifest("replaced");
    await put("replaced", filled(10, 9));
  };
  expect((await bytesOf("replaced")).equals(filled(10, 9))).toBe(true);
});
