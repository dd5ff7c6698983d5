import type { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  paginateListObjectsV2,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { collect } from "../../../base/bytes.ts";
import { fault } from "../../../base/fault.ts";
import { invariant } from "../../../base/invariant.ts";
import { MINUTE_MS, SECOND_MS } from "../../../base/units.ts";
import type { BlobId } from "../model.ts";
import { endingWith } from "../reading.ts";
import type { BlobsPlace } from "./place.ts";

/** Objects by blob, in a bucket of any S3. Whatever it resolves is durable there. @throws Fault ServiceUnavailable. */
export interface Bucket {
  put(id: BlobId, data: Uint8Array): Promise<void>;
  beginUpload(id: BlobId): Promise<Upload>;
  /** Begins to read; a connection that breaks on the way is opened again where it was. */
  read(id: BlobId, from: number, bytes: number): Promise<AsyncIterable<Uint8Array>>;
  remove(id: BlobId): Promise<void>;
  /** What has been there since before then, a page at a time. */
  objectsBefore(time: Date): AsyncIterable<readonly BlobId[]>;
  /** Uploads that began before then and never ended. */
  uploadsBefore(time: Date): Promise<readonly BlobId[]>;
  abortUploads(id: BlobId): Promise<void>;
  /** The lake whose bytes these are; undefined where the place is new. */
  lake(): Promise<string | undefined>;
  setLake(id: string): Promise<void>;
  close(): void;
}

/** An object too large for one put. */
export interface Upload {
  /** Parts are taken in the order of the calls. */
  part(data: Uint8Array): Promise<void>;
  complete(): Promise<void>;
  abort(): Promise<void>;
}

interface Reading {
  body: Readable;
  readonly next: number;
  readonly end: number;
}

const CONNECT_MS = 5 * SECOND_MS;
/** A connection on which nothing happens for so long is given up; a read is then taken up again. */
const SILENCE_MS = 2 * MINUTE_MS;
/** How often a read is taken up again before it is given up. */
const MOST_RESUMES = 5;
/** The object that says whose bytes lie here; no blob's id is a word. */
const LAKE_NAME = "LAKE";
const MOST_LAKE_BYTES = 100;

export function openBucket({ bucket, prefix, endpoint, region }: BlobsPlace): Bucket {
  const client = new S3Client({
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(region === undefined ? {} : { region }),
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
      // Each of them may be held by a client that reads slowly: none may keep the others from the bucket.
      httpAgent: { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY },
      httpsAgent: { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY },
    },
    // Not every S3 knows the newer checksums; the signature covers the body.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  const or503 = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw error instanceof NoSuchKey ? error : unreachable(bucket, error);
    }
  };
  const at = (id: BlobId | typeof LAKE_NAME) => ({
    Bucket: bucket,
    Key: id === LAKE_NAME ? `${prefix}${id}` : `${prefix}${id.slice(-2)}/${id}`,
  });
  const idOf = (key = ""): BlobId => key.slice(key.lastIndexOf("/") + 1) as BlobId;

  const stretch = async (id: BlobId, from: number, end: number): Promise<Readable> => {
    const Range = `bytes=${from}-${end - 1}`;
    const { Body } = await or503(client.send(new GetObjectCommand({ ...at(id), Range })));
    invariant(Body, "an object has a body");
    return Body as Readable;
  };

  async function* resuming(id: BlobId, reading: Reading): AsyncGenerator<Uint8Array> {
    const { end } = reading;
    let { next } = reading;
    for (let resumes = 0; ; resumes++) {
      try {
        for await (const chunk of reading.body as AsyncIterable<Uint8Array>) {
          next += chunk.length;
          yield chunk;
        }
        invariant(next === end, `blob ${id} is as long as its row says`);
        return;
      } catch (error) {
        if (resumes === MOST_RESUMES || next >= end) throw unreachable(bucket, error);
        reading.body = await stretch(id, next, end);
      }
    }
  }

  return {
    async put(id, data) {
      await or503(client.send(new PutObjectCommand({ ...at(id), Body: data })));
    },
    async beginUpload(id) {
      const { UploadId } = await or503(client.send(new CreateMultipartUploadCommand(at(id))));
      const upload = { ...at(id), UploadId };
      const parts: { readonly PartNumber: number; readonly ETag: string | undefined }[] = [];
      return {
        async part(data) {
          const PartNumber = parts.length + 1;
          const { ETag } = await or503(
            client.send(new UploadPartCommand({ ...upload, PartNumber, Body: data })),
          );
          parts.push({ PartNumber, ETag });
        },
        async complete() {
          await or503(
            client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } })),
          );
        },
        async abort() {
          await or503(client.send(new AbortMultipartUploadCommand(upload)));
        },
      };
    },
    async read(id, from, bytes) {
      const end = from + bytes;
      const reading: Reading = { body: await stretch(id, from, end), next: from, end };
      return endingWith(resuming(id, reading), () => void reading.body.destroy());
    },
    async remove(id) {
      await or503(client.send(new DeleteObjectCommand(at(id))));
    },
    async *objectsBefore(time) {
      const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix });
      for await (const { Contents = [] } of pages)
        yield Contents.filter(
          ({ LastModified, Key }) => Key !== at(LAKE_NAME).Key && LastModified && LastModified < time,
        ).map(({ Key }) => idOf(Key));
    },
    async uploadsBefore(time) {
      // A page: what lies behind it comes with a later sweep.
      const { Uploads = [] } = await or503(
        client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix })),
      );
      return Uploads.filter(({ Initiated }) => Initiated && Initiated < time).map(({ Key }) => idOf(Key));
    },
    async abortUploads(id) {
      const { Key } = at(id);
      const { Uploads = [] } = await or503(
        client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: Key })),
      );
      for (const { UploadId } of Uploads)
        await or503(client.send(new AbortMultipartUploadCommand({ ...at(id), UploadId })));
    },
    async lake() {
      try {
        const { Body, ContentLength = 0 } = await or503(client.send(new GetObjectCommand(at(LAKE_NAME))));
        invariant(ContentLength <= MOST_LAKE_BYTES, "the lake's name is short");
        return Buffer.from(await collect(Body as AsyncIterable<Uint8Array>)).toString("utf8");
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    async setLake(id) {
      await or503(client.send(new PutObjectCommand({ ...at(LAKE_NAME), Body: id })));
    },
    close: () => client.destroy(),
  };
}

const unreachable = (bucket: string, error: unknown) =>
  fault(
    "ServiceUnavailable",
    `The S3 bucket ${bucket}, which holds the objects' bytes, did not do what it was asked for: ${
      error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    }`,
    { status: 503 },
  );
