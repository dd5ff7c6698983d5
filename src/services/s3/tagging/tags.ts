import { badTagging, invalidTag } from "../faults.ts";
import { OBJECT_TAGS } from "../limits.ts";
import { fault } from "../../../base/fault.ts";

export interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

export type TagRecord = Readonly<Record<string, string>>;

/** Source: Amazon S3 User Guide, "Categorizing your storage using tags"; AWS's allowed characters for tags. */
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** @throws Fault InvalidTag, BadRequest for too many. */
export function toTagRecord(tags: readonly Tag[], most: number = OBJECT_TAGS.count): TagRecord {
  if (tags.length > most)
    throw fault("BadRequest", `Object tags cannot be greater than ${most}`, { status: 400 });
  const record: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const { Key: key = "", Value: value = "" } of tags) {
    if (key.length === 0 || key.length > OBJECT_TAGS.keyCharacters || !ALLOWED.test(key))
      throw invalidTag("The TagKey you have provided is invalid");
    if (value.length > OBJECT_TAGS.valueCharacters || !ALLOWED.test(value))
      throw invalidTag("The TagValue you have provided is invalid");
    if (key.startsWith("aws:")) throw invalidTag("System tags cannot be added/updated by requester");
    if (Object.hasOwn(record, key)) throw invalidTag("Cannot provide multiple Tags with the same key");
    record[key] = value;
  }
  return { ...record };
}

export const toTagList = (record: TagRecord): { Key: string; Value: string }[] =>
  Object.entries(record).map(([Key, Value]) => ({ Key, Value }));

/** The x-amz-tagging header: URL query parameters. @throws Fault InvalidArgument for what is none. */
export function parseTaggingHeader(header: string): TagRecord {
  const tags = header
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const [key = "", value = ""] = pair.split("=").map(decodeForm);
      return { Key: key, Value: value };
    });
  return toTagRecord(tags);
}

function decodeForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw badTagging();
  }
}
