import type { InputOf } from "../../../contract/apis.ts";
import { operation } from "../../../platform/operation.ts";
import { invalidPartNumber, invalidRequest, notBuiltHere } from "../faults.ts";
import type { Reader } from "../../../store/store.ts";
import type { ObjectVersion } from "../model.ts";
import { checksumMembers } from "./checksum-members.ts";
import { checkRead, quoted } from "./conditions.ts";
import { readContent, type Manifest } from "./content.ts";
import { ENCRYPTION, shownClass } from "./headers.ts";
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
      return { ...describe(input, object, asked), ...responseOverrides(input), Body: body };
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
      return {
        ...describe(input, object, askedStretch(input, object, manifest)),
        ...responseOverrides(input),
      };
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

function describe(input: ReadInput, object: ObjectVersion, { stretch, partsCount }: Asked) {
  const { details, bytes } = object;
  const { Expires, ...headers } = details.headers;
  const whole = stretch === undefined || stretch.bytes === bytes;
  return {
    ...headers,
    ...(Expires === undefined ? {} : { Expires: new Date(Expires) }),
    ...ENCRYPTION,
    ...shownClass<"STANDARD_IA">(object),
    AcceptRanges: "bytes",
    ETag: quoted(object.etag),
    LastModified: new Date(object.lastModifiedMs),
    ContentLength: stretch ? stretch.bytes : bytes,
    Metadata: details.metadata,
    ...(stretch && bytes > 0 ? { ContentRange: contentRange(stretch, bytes) } : {}),
    ...(partsCount === undefined ? {} : { PartsCount: partsCount }),
    ...(object.versionId === "null" ? {} : { VersionId: object.versionId }),
    ...(details.tags ? { TagCount: Object.keys(details.tags).length } : {}),
    // A checksum is of the whole object, so a part of it is answered without.
    ...(input.ChecksumMode === "ENABLED" && whole ? checksumMembers(details.checksum) : {}),
  };
}

const overrides = (input: ReadInput): boolean => Object.keys(responseOverrides(input)).length > 0;

/** What the query asks the answer's headers to be. Source: Amazon S3 API Reference, GetObject, "Overriding response header values through the request". */
function responseOverrides(input: ReadInput) {
  return {
    ...(input.ResponseCacheControl === undefined ? {} : { CacheControl: input.ResponseCacheControl }),
    ...(input.ResponseContentDisposition === undefined
      ? {}
      : { ContentDisposition: input.ResponseContentDisposition }),
    ...(input.ResponseContentEncoding === undefined
      ? {}
      : { ContentEncoding: input.ResponseContentEncoding }),
    ...(input.ResponseContentLanguage === undefined
      ? {}
      : { ContentLanguage: input.ResponseContentLanguage }),
    ...(input.ResponseContentType === undefined ? {} : { ContentType: input.ResponseContentType }),
    ...(input.ResponseExpires === undefined ? {} : { Expires: input.ResponseExpires }),
  };
}
