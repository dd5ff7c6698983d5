import type { AuthorizeScope } from "../../../platform/context.ts";
import type { Check } from "../../../platform/operation.ts";
import { bucketOf, objectCheck } from "../authority.ts";
import { invalidArgument, notBuiltHere } from "../faults.ts";
import type { Conditions } from "./conditions.ts";

export interface CopySource {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string;
}

/** `bucket/key` or `/bucket/key`, percent-encoded, `?versionId=` behind it. Source: Amazon S3 API Reference, CopyObject, x-amz-copy-source. */
export function parseCopySource(header: string): CopySource {
  if (header.startsWith("arn:")) throw notBuiltHere("copying from an access point");
  const [path = "", query = ""] = header.split("?versionId=");
  const decoded = decode(path.startsWith("/") ? path.slice(1) : path);
  const slash = decoded.indexOf("/");
  if (slash <= 0 || slash === decoded.length - 1)
    throw invalidArgument("Invalid copy source object key", "x-amz-copy-source", header);
  const source = { Bucket: decoded.slice(0, slash), Key: decoded.slice(slash + 1) };
  return query === "" ? source : { ...source, VersionId: decode(query) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw invalidArgument("Invalid copy source encoding", "x-amz-copy-source", text);
  }
}

/** What a copy must be allowed to read. */
export async function sourceChecks(
  source: CopySource,
  owner: string | undefined,
  { read, caller }: AuthorizeScope,
): Promise<Check[]> {
  const bucket = await bucketOf(
    read,
    { Bucket: source.Bucket, ExpectedBucketOwner: owner },
    anyRegion(caller),
  );
  const action = source.VersionId === undefined ? "s3:GetObject" : "s3:GetObjectVersion";
  return [objectCheck(bucket, source.Key, action, source.VersionId)];
}

/** A copy may come from another region; the request is signed for the target's. */
const anyRegion = (caller: AuthorizeScope["caller"]): AuthorizeScope["caller"] => ({
  ...caller,
  source: { ...caller.source, calledVia: [...caller.source.calledVia, "s3.amazonaws.com"] },
});

interface SourceConditions {
  readonly CopySourceIfMatch?: string | undefined;
  readonly CopySourceIfNoneMatch?: string | undefined;
  readonly CopySourceIfModifiedSince?: Date | undefined;
  readonly CopySourceIfUnmodifiedSince?: Date | undefined;
}

export const sourceConditions = (input: SourceConditions): Conditions => ({
  IfMatch: input.CopySourceIfMatch,
  IfNoneMatch: input.CopySourceIfNoneMatch,
  IfModifiedSince: input.CopySourceIfModifiedSince,
  IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
});
