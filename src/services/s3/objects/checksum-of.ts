import { startChecksum, type ChecksumAlgorithm } from "../../../platform/checksums.ts";
import type { Blobs } from "../../../store/blobs/blobs.ts";
import type { Content } from "../model.ts";
import { readContent } from "./content.ts";

/** Reads a content through once. @returns base64 */
export async function checksumOf(
  blobs: Blobs,
  content: Content,
  bytes: number,
  algorithm: ChecksumAlgorithm,
): Promise<string> {
  const sum = startChecksum(algorithm);
  const body = await readContent(blobs, content, { from: 0, bytes });
  for await (const chunk of body instanceof Uint8Array ? [body] : body) sum.update(chunk);
  return sum.digest().toString("base64");
}
