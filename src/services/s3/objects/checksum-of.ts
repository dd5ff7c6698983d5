import { startChecksum, type ChecksumAlgorithm } from "../../../platform/checksums.ts";
import type { BlobPart, Blobs } from "../../../store/blobs/blobs.ts";
import { readContent } from "./content.ts";

/** Reads pinned parts through once. @returns base64 */
export async function checksumOf(
  blobs: Blobs,
  parts: readonly BlobPart[],
  bytes: number,
  algorithm: ChecksumAlgorithm,
): Promise<string> {
  const sum = startChecksum(algorithm);
  const body = await readContent(blobs, parts, { from: 0, bytes });
  for await (const chunk of body instanceof Uint8Array ? [body] : body) sum.update(chunk);
  return sum.digest().toString("base64");
}
