import { createHash, hash } from "node:crypto";
import { fault } from "../base/fault.ts";
import type { Streaming } from "../contract/types.ts";
import type { Blobs, Draft } from "../store/blobs/blobs.ts";
import {
  checkForm,
  checksumMismatch,
  headerOf,
  startChecksum,
  type Checksum,
  type ChecksumAlgorithm,
} from "./checksums.ts";

/** A streamed body that has arrived whole, verified, and lies durably in a draft for the handler to name. */
export interface ReceivedBody {
  readonly draft: Draft;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly md5: string;
  readonly checksum: Checksum;
  /** The client stated it; else it is the one that S3 adds by itself. */
  readonly checksumStated: boolean;
}

/** What the body must turn out to be. */
export interface Expected {
  readonly bytes?: number | undefined;
  /** Hexadecimal: x-amz-content-sha256. */
  readonly sha256?: string | undefined;
  /** Content-MD5, hexadecimal. */
  readonly md5?: string | undefined;
  readonly checksum?: Checksum | undefined;
  /** The algorithm of a checksum that comes after the body. */
  readonly trailing?: ChecksumAlgorithm | undefined;
  /** For when the client states none. */
  readonly algorithm?: ChecksumAlgorithm | undefined;
}

/** S3 computes this one where the client states none. Source: Amazon S3 User Guide, "Checking object integrity". */
const DEFAULT_ALGORITHM: ChecksumAlgorithm = "CRC64NVME";

/**
 * Takes a body in: hashes it while it becomes a draft, then compares.
 * @param trailer the trailing headers, asked for once the body is over.
 * @throws Fault BadDigest, XAmzContentSHA256Mismatch or IncompleteBody; the draft is gone then.
 */
export async function receive(
  blobs: Blobs,
  body: Streaming,
  expected: Expected,
  trailer: () => Readonly<Record<string, string>> = () => ({}),
): Promise<ReceivedBody> {
  const draft = blobs.draft();
  try {
    const algorithm =
      expected.checksum?.algorithm ?? expected.trailing ?? expected.algorithm ?? DEFAULT_ALGORITHM;
    const sums =
      body instanceof Uint8Array
        ? await takeWhole(draft, body, { expected, algorithm })
        : await takeChunks(draft, body, { expected, algorithm });
    if (expected.bytes !== undefined && draft.bytes !== expected.bytes) throw incompleteBody();
    const { md5 } = sums;
    if (expected.md5 !== undefined && expected.md5 !== md5)
      throw fault("BadDigest", "The Content-MD5 you specified did not match what we received.", {
        status: 400,
      });
    if (sums.sha256 !== expected.sha256)
      throw fault(
        "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
        {
          status: 400,
        },
      );
    const value = sums.checksum;
    const stated = expected.checksum ?? trailingChecksum(expected.trailing, trailer());
    if (stated && stated.value !== value) throw checksumMismatch(algorithm);
    await draft.finish();
    return {
      draft,
      bytes: draft.bytes,
      md5,
      checksum: { algorithm, value },
      checksumStated: stated !== undefined,
    };
  } catch (error) {
    await draft.abandon();
    throw error;
  }
}

interface Sums {
  readonly md5: string;
  /** Hexadecimal; only where one was expected. */
  readonly sha256: string | undefined;
  /** Base64. */
  readonly checksum: string;
}

interface Wanted {
  readonly expected: Expected;
  readonly algorithm: ChecksumAlgorithm;
}

/** One-shot hashes cost a small body half of what running ones do. */
async function takeWhole(draft: Draft, bytes: Uint8Array, { expected, algorithm }: Wanted): Promise<Sums> {
  await draft.write(bytes);
  const checksum = startChecksum(algorithm);
  checksum.update(bytes);
  return {
    md5: hash("md5", bytes, "hex"),
    sha256: expected.sha256 === undefined ? undefined : hash("sha256", bytes, "hex"),
    checksum: checksum.digest().toString("base64"),
  };
}

async function takeChunks(
  draft: Draft,
  chunks: AsyncIterable<Uint8Array>,
  { expected, algorithm }: Wanted,
): Promise<Sums> {
  const md5 = createHash("md5");
  const sha256 = expected.sha256 === undefined ? undefined : createHash("sha256");
  const checksum = startChecksum(algorithm);
  for await (const chunk of chunks) {
    md5.update(chunk);
    sha256?.update(chunk);
    checksum.update(chunk);
    await draft.write(chunk);
    if (expected.bytes !== undefined && draft.bytes > expected.bytes) throw incompleteBody();
  }
  return {
    md5: md5.digest("hex"),
    sha256: sha256?.digest("hex"),
    checksum: checksum.digest().toString("base64"),
  };
}

function trailingChecksum(
  algorithm: ChecksumAlgorithm | undefined,
  trailers: Readonly<Record<string, string>>,
): Checksum | undefined {
  if (algorithm === undefined) return undefined;
  const header = headerOf(algorithm);
  const value = trailers[header];
  if (value === undefined)
    throw fault(
      "MalformedTrailerError",
      "The request contained trailing data that was not well-formed or did not conform to our published schema.",
      {
        status: 400,
      },
    );
  checkForm(algorithm, header, value);
  return { algorithm, value };
}

const incompleteBody = () =>
  fault(
    "IncompleteBody",
    "You did not provide the number of bytes specified by the Content-Length HTTP header",
    { status: 400 },
  );
