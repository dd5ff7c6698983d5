import { operation } from "../../../platform/operation.ts";
import type { Check } from "../../../platform/operation.ts";
import type { Reader } from "../../../store/store.ts";
import { MULTIPART } from "../limits.ts";
import { checksumMembers } from "./checksum-members.ts";
import { withPinned } from "./pinning.ts";
import { existing, readChecks } from "./read.ts";

const readObject = readChecks("s3:GetObject", "s3:GetObjectVersion");

/** Source: Amazon S3 API Reference, GetObjectAttributes. */
export const attributes = operation("s3:GetObjectAttributes", {
  async authorize(input, scope) {
    const checks = await readObject(input, scope);
    const action = input.VersionId === undefined ? "s3:GetObjectAttributes" : "s3:GetObjectVersionAttributes";
    const [first] = checks;
    return first ? [...checks, { ...first, action } satisfies Check] : checks;
  },
  async handle(input, { store, blobs }) {
    const find = (read: Reader) => existing(read, input, "GET");
    const { object, partBytes } = await withPinned({ store, blobs }, find, async (pinned) => ({
      object: pinned.object,
      partBytes: pinned.manifest.partBytes,
    }));
    const { details } = object;
    const asked = new Set<string>(input.ObjectAttributes);
    return {
      LastModified: new Date(object.lastModifiedMs),
      ...(object.versionId === "null" ? {} : { VersionId: object.versionId }),
      ...(asked.has("ETag") ? { ETag: object.etag } : {}),
      ...(asked.has("Checksum") && details.checksum ? { Checksum: checksumMembers(details.checksum) } : {}),
      ...(asked.has("StorageClass") ? { StorageClass: object.storageClass as "STANDARD" } : {}),
      ...(asked.has("ObjectSize") ? { ObjectSize: object.bytes } : {}),
      ...(asked.has("ObjectParts") && partBytes.length > 0
        ? { ObjectParts: objectParts(partBytes, input.PartNumberMarker, input.MaxParts) }
        : {}),
    };
  },
});

function objectParts(
  sizes: readonly number[],
  marker: string | undefined,
  most: number = MULTIPART.pageParts,
) {
  const after = Number(marker ?? 0);
  const parts = sizes
    .map((Size, index) => ({ PartNumber: index + 1, Size }))
    .filter(({ PartNumber }) => PartNumber > after);
  const shown = parts.slice(0, most);
  return {
    TotalPartsCount: sizes.length,
    PartNumberMarker: String(after),
    NextPartNumberMarker: String(shown.at(-1)?.PartNumber ?? 0),
    MaxParts: most,
    IsTruncated: shown.length < parts.length,
    Parts: shown,
  };
}
