import { createHash } from "node:crypto";
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
  readonly md5: Buffer;
  readonly checksum: Checksum;
  /** The client stated it; else it is the one that S3 adds by itself. */
  readonly checksumStated: boolean;
}

/** What the body must turn out to be. */
export interface Expected {
  readonly bytes?: number | undefined;
  /** Hexadecimal: x-amz-content-sha256. */
  readonly sha256?: string | undefined;
  /** Content-MD5, decoded. */
  readonly md5?: Buffer | undefined;
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
    const sums = {
      md5: createHash("md5"),
      sha256: expected.sha256 === undefined ? undefined : createHash("sha256"),
      checksum: startChecksum(algorithm),
    };
    for await (const chunk of body instanceof Uint8Array ? [body] : body) {
      sums.md5.update(chunk);
      sums.sha256?.update(chunk);
      sums.checksum.update(chunk);
      await draft.write(chunk);
      if (expected.bytes !== undefined && draft.bytes > expected.bytes) throw incompleteBody();
    }
    if (expected.bytes !== undefined && draft.bytes !== expected.bytes) throw incompleteBody();
    const md5 = sums.md5.digest();
    if (expected.md5 && !expected.md5.equals(md5))
      throw fault("BadDigest", "The Content-MD5 you specified did not match what we received.", {
        status: 400,
      });
    if (sums.sha256 && sums.sha256.digest("hex") !== expected.sha256)
      throw fault(
        "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
        {
          status: 400,
        },
      );
    const value = sums.checksum.digest().toString("base64");
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
