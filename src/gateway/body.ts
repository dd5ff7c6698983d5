import { hash } from "node:crypto";
import { fault } from "../base/fault.ts";
import { MIB } from "../base/units.ts";
import { algorithmOf, statedChecksum } from "../platform/checksums.ts";
import { receive, type Expected, type ReceivedBody } from "../platform/receive.ts";
import type { Blobs } from "../store/blobs/blobs.ts";
import type { WireRequest } from "../wire/http.ts";
import type { Verified } from "./authenticate.ts";
import { ChunkedDecoder } from "./chunked.ts";
import type { Incoming } from "./exchange.ts";
import { EMPTY_SHA256 } from "./signature.ts";

/** The largest body that is read whole: a DeleteObjects or CompleteMultipartUpload at its limits needs about 2 MiB, BatchCreatePartition more. */
export const MOST_BODY_BYTES = 16 * MIB;

/** Reads a body that is decoded as a whole. @throws Fault past the bound. */
export function readWhole(incoming: Incoming): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    incoming.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > MOST_BODY_BYTES) {
        incoming.pause();
        reject(bodyTooLarge());
      }
    });
    incoming.on("end", () => {
      if (incoming.aborted) return reject(disconnected());
      const [first] = chunks;
      resolve(chunks.length === 1 && first ? first : Buffer.concat(chunks));
    });
    incoming.on("error", () => reject(disconnected()));
    incoming.on("close", () => {
      if (!incoming.readableEnded) reject(disconnected());
    });
  });
}

export const bodyTooLarge = () =>
  fault("RequestEntityTooLarge", "The request body is larger than this operation may have.", { status: 413 });

/** As a signature names a body: hexadecimal SHA-256. */
export const bodyHash = (body: Uint8Array): string =>
  body.length === 0 ? EMPTY_SHA256 : hash("sha256", body, "hex");

/** S3 takes a single put of at most 5 GiB. Source: Amazon S3 User Guide, "Uploading objects". */
const MOST_PUT_BYTES = 5 * 1_024 * MIB;

const STREAMING = /^STREAMING-(?:(AWS4-HMAC-SHA256)-PAYLOAD|UNSIGNED-PAYLOAD)(-TRAILER)?$/;
const SHA256_HEX = /^[0-9a-f]{64}$/;

/** Takes a streamed body into a draft, verified by everything that was said about it. */
export function receiveStream(
  blobs: Blobs,
  incoming: Incoming,
  request: WireRequest,
  verified: Verified | undefined,
): Promise<ReceivedBody> {
  const payload = verified?.payloadHash ?? request.headers["x-amz-content-sha256"] ?? "UNSIGNED-PAYLOAD";
  const expected = expectedOf(request, payload);
  const streaming = STREAMING.exec(payload);
  if (!streaming) return receiveBytes(blobs, incoming, expected);

  const [, isSigned, hasTrailer] = streaming;
  const signing = isSigned && verified?.chunks ? { signing: verified.chunks } : {};
  const decoder = new ChunkedDecoder({ ...signing, hasTrailer: hasTrailer !== undefined });
  return receive(blobs, decoded(incoming, decoder), expected, () => decoder.trailers);
}

/** What comes in one piece anyway is taken as one. */
async function receiveBytes(blobs: Blobs, incoming: Incoming, expected: Expected): Promise<ReceivedBody> {
  const small = expected.bytes !== undefined && expected.bytes <= SMALL_BYTES;
  return receive(blobs, small ? await readWhole(incoming) : bytesOf(incoming), expected);
}

const SMALL_BYTES = 64 * 1_024;

function expectedOf({ headers }: WireRequest, payload: string): Expected {
  const chunked = STREAMING.test(payload);
  const bytes = statedLength(chunked ? headers["x-amz-decoded-content-length"] : headers["content-length"]);
  const trailer = headers["x-amz-trailer"];
  return {
    bytes,
    sha256: SHA256_HEX.test(payload) ? payload : undefined,
    md5: contentMd5(headers["content-md5"]),
    checksum: statedChecksum(headers),
    trailing: trailer === undefined ? undefined : algorithmOf(trailer.trim().toLowerCase()),
  };
}

/** @throws Fault where an upload does not say how long it is, or is longer than one may be. */
export function statedLength(length: string | undefined): number {
  if (length === undefined || !/^\d{1,15}$/.test(length)) throw missingLength();
  const bytes = Number(length);
  if (bytes > MOST_PUT_BYTES)
    throw fault("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", {
      status: 400,
      fields: { ProposedSize: String(bytes), MaxSizeAllowed: String(MOST_PUT_BYTES) },
    });
  return bytes;
}

const missingLength = () =>
  fault("MissingContentLength", "You must provide the Content-Length HTTP header.", { status: 411 });

export function contentMd5(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const bytes = Buffer.from(header, "base64");
  if (bytes.length !== 16)
    throw fault("InvalidDigest", "The Content-MD5 you specified was invalid.", { status: 400 });
  return bytes.toString("hex");
}

export async function* bytesOf(incoming: Incoming): AsyncGenerator<Uint8Array> {
  try {
    // Whoever stops reading still has something to answer, on what may be the same stream.
    yield* incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } catch {
    // The connection broke; nobody is left to hear of it, but the draft must go.
    throw disconnected();
  }
  if (incoming.aborted) throw disconnected();
}

async function* decoded(incoming: Incoming, decoder: ChunkedDecoder): AsyncIterable<Uint8Array> {
  for await (const bytes of bytesOf(incoming)) yield* decoder.push(bytes);
  decoder.finish();
}

const disconnected = () =>
  fault(
    "RequestTimeout",
    "Your socket connection to the server was not read from or written to within the timeout period.",
    { status: 400 },
  );
