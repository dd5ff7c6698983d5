import type { InputOf } from "../../../contract/apis.ts";
import { operation } from "../../../platform/operation.ts";
import { invalidPartNumber, invalidRequest, notBuiltHere } from "../faults.ts";
import type { Reader } from "../../../store/store.ts";
import type { ObjectVersion } from "../model.ts";
import { checksumMembers } from "./checksum-members.ts";
import { checkRead, quoted } from "./conditions.ts";
import { readContent, type Manifest } from "./content.ts";
import { ENCRYPTION } from "./headers.ts";
import { lastingFor, pinObject, withPinned } from "./pinning.ts";
import { contentRange, requestedRange, type ByteRange } from "./ranges.ts";
import { checkReadable, existing, readChecks } from "./read.ts";

type ReadInput = InputOf<"s3:GetObject"> | InputOf<"s3:HeadObject">;

export const get = operation("s3:GetObject", {
  authorize: readChecks("s3:GetObject", "s3:GetObjectVersion"),
  async handle(input, { store, blobs, caller }) {
    if (input.SSECustomerAlgorithm !== undefined)
      throw notBuiltHere("server-side encryption with customer-provided keys");
    if (caller.principal.kind === "anonymous" && overrides(input))
      throw invalidRequest("Request specific response headers cannot be used for anonymous GET requests.");
    const pinned = await pinObject({ store, blobs }, (read) => existing(read, input, "GET"));
    const { object, manifest, release } = pinned;
    try {
      checkRead(input, object);
      checkReadable(object);
      const asked = askedStretch(input, object, manifest);
      const stretch = asked.stretch ?? { from: 0, bytes: object.bytes };
      const body = lastingFor(await readContent(blobs, manifest.parts, stretch), release);
      return Object.assign(describe(input, object, asked), { Body: body });
    } catch (error) {
      release();
      throw error;
    }
  },
});

export const head = operation("s3:HeadObject", {
  authorize: readChecks("s3:GetObject", "s3:GetObjectVersion"),
  async handle(input, { store, blobs }) {
    const find = (read: Reader) => existing(read, input, "HEAD");
    const answer = (object: ObjectVersion, manifest: Manifest) => {
      checkRead(input, object);
      return describe(input, object, askedStretch(input, object, manifest));
    };
    if (input.PartNumber === undefined) return answer(await store.read(find), NO_PARTS);
    return withPinned({ store, blobs }, find, async ({ object, manifest }) => answer(object, manifest));
  },
});

/** A whole object is described without its parts. */
const NO_PARTS: Manifest = { parts: [], partBytes: [] };

interface Asked {
  readonly stretch: ByteRange | undefined;
  readonly partsCount: number | undefined;
}

/** By Range, or by the number of a part of a multipart upload; an object put whole is its own part 1. */
function askedStretch(input: ReadInput, object: ObjectVersion, { partBytes }: Manifest): Asked {
  const { PartNumber: number, Range: range } = input;
  if (number === undefined) return { stretch: requestedRange(range, object.bytes), partsCount: undefined };
  if (range !== undefined)
    throw invalidRequest("Cannot specify both Range header and partNumber query parameter");
  const sizes = partBytes.length > 0 ? partBytes : [object.bytes];
  const bytes = sizes[number - 1];
  if (bytes === undefined) throw invalidPartNumber(number, sizes.length);
  const from = sizes.slice(0, number - 1).reduce((sum, one) => sum + one, 0);
  return { stretch: { from, bytes }, partsCount: partBytes.length > 0 ? sizes.length : undefined };
}

/** What the answer says of the object; the query may ask its headers to be others. Source: Amazon S3 API Reference, GetObject, "Overriding response header values through the request". */
function describe(input: ReadInput, object: ObjectVersion, { stretch, partsCount }: Asked) {
  const { details, bytes, versionId, storageClass } = object;
  const { headers, tags } = details;
  const whole = stretch === undefined || stretch.bytes === bytes;
  const described = {
    CacheControl: input.ResponseCacheControl ?? headers.CacheControl,
    ContentDisposition: input.ResponseContentDisposition ?? headers.ContentDisposition,
    ContentEncoding: input.ResponseContentEncoding ?? headers.ContentEncoding,
    ContentLanguage: input.ResponseContentLanguage ?? headers.ContentLanguage,
    ContentType: input.ResponseContentType ?? headers.ContentType,
    Expires: input.ResponseExpires ?? (headers.Expires === undefined ? undefined : new Date(headers.Expires)),
    WebsiteRedirectLocation: headers.WebsiteRedirectLocation,
    ServerSideEncryption: ENCRYPTION.ServerSideEncryption,
    StorageClass: storageClass === "STANDARD" ? undefined : (storageClass as "STANDARD_IA"),
    AcceptRanges: "bytes",
    ETag: quoted(object.etag),
    LastModified: new Date(object.lastModifiedMs),
    ContentLength: stretch ? stretch.bytes : bytes,
    Metadata: details.metadata,
    ContentRange: stretch && bytes > 0 ? contentRange(stretch, bytes) : undefined,
    PartsCount: partsCount,
    VersionId: versionId === "null" ? undefined : versionId,
    TagCount: tags && Object.keys(tags).length,
  };
  // A checksum is of the whole object, so a part of it is answered without.
  const checksum = input.ChecksumMode === "ENABLED" && whole ? details.checksum : undefined;
  return checksum ? Object.assign(described, checksumMembers(checksum)) : described;
}

const overrides = (input: ReadInput): boolean =>
  input.ResponseCacheControl !== undefined ||
  input.ResponseContentDisposition !== undefined ||
  input.ResponseContentEncoding !== undefined ||
  input.ResponseContentLanguage !== undefined ||
  input.ResponseContentType !== undefined ||
  input.ResponseExpires !== undefined;
