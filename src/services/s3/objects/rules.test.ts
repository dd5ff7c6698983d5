import { expect, test } from "vitest";
import { isFault } from "../../../base/fault.ts";
import { checkCopySource, checkRead, checkWrite, type Conditions } from "./conditions.ts";
import { parseCopySource } from "./copy-source.ts";
import { contentRange, requestedRange } from "./ranges.ts";

const outcome = (work: () => unknown): unknown => {
  try {
    return work() ?? "passes";
  } catch (error) {
    return isFault(error) ? error.code : error;
  }
};

/** Source: RFC 9110, 14.1.2 and 14.2; Amazon S3 API Reference, GetObject, Range. */
test.each([
  ["bytes=0-9", 100, { from: 0, bytes: 10 }],
  ["bytes=0-0", 100, { from: 0, bytes: 1 }],
  ["bytes=90-", 100, { from: 90, bytes: 10 }],
  ["bytes=90-1000", 100, { from: 90, bytes: 10 }],
  ["bytes=-10", 100, { from: 90, bytes: 10 }],
  ["bytes=-1000", 100, { from: 0, bytes: 100 }],
  ["bytes=100-", 100, "InvalidRange"],
  ["bytes=0-", 0, "InvalidRange"],
  ["bytes=-0", 100, "InvalidRange"],
  ["bytes=9-5", 100, "passes"],
  ["bytes=0-1,3-4", 100, "passes"],
  ["bytes=-", 100, "passes"],
  ["lines=0-1", 100, "passes"],
  ["", 100, "passes"],
])("Range %s of %i bytes", (header, bytes, expected) => {
  expect(outcome(() => requestedRange(header, bytes))).toEqual(expected);
});

test("Content-Range names the first and the last byte", () => {
  expect(contentRange({ from: 90, bytes: 10 }, 100)).toBe("bytes 90-99/100");
});

const OBJECT = { etag: "abc", lastModifiedMs: Date.UTC(2026, 0, 1, 12, 0, 0, 500) };
const at = (seconds: number): Date => new Date(Date.UTC(2026, 0, 1, 12, 0, seconds));

/** Source: Amazon S3 API Reference, GetObject, the notes on combined conditions; RFC 9110, 13.2.2. */
test.each<[string, Conditions, string, string]>([
  ["If-Match of its ETag", { IfMatch: '"abc"' }, "passes", "passes"],
  ["If-Match without quotes", { IfMatch: "abc" }, "passes", "passes"],
  ["If-Match of another", { IfMatch: '"x"' }, "PreconditionFailed", "PreconditionFailed"],
  ["If-Match of one among several", { IfMatch: '"x", "abc"' }, "passes", "passes"],
  ["If-None-Match of its ETag", { IfNoneMatch: '"abc"' }, "NotModified", "PreconditionFailed"],
  ["If-None-Match of any", { IfNoneMatch: "*" }, "NotModified", "PreconditionFailed"],
  ["If-None-Match of another", { IfNoneMatch: '"x"' }, "passes", "passes"],
  ["modified since before", { IfModifiedSince: at(-1) }, "passes", "passes"],
  ["modified since that very second", { IfModifiedSince: at(0) }, "NotModified", "PreconditionFailed"],
  ["unmodified since that very second", { IfUnmodifiedSince: at(0) }, "passes", "passes"],
  ["unmodified since before", { IfUnmodifiedSince: at(-1) }, "PreconditionFailed", "PreconditionFailed"],
  ["If-Match beats If-Unmodified-Since", { IfMatch: '"abc"', IfUnmodifiedSince: at(-1) }, "passes", "passes"],
  [
    "If-None-Match beats If-Modified-Since",
    { IfNoneMatch: '"x"', IfModifiedSince: at(5) },
    "passes",
    "passes",
  ],
])("%s", (_what, conditions, read, copied) => {
  expect(outcome(() => checkRead(conditions, OBJECT))).toBe(read);
  expect(outcome(() => checkCopySource(conditions, OBJECT))).toBe(copied);
});

/** Source: Amazon S3 User Guide, "How to prevent object overwrites with conditional writes". */
test.each<[string, Conditions, boolean, string]>([
  ["If-None-Match: * where nothing is", { IfNoneMatch: "*" }, false, "passes"],
  ["If-None-Match: * where something is", { IfNoneMatch: "*" }, true, "PreconditionFailed"],
  ["If-Match of what is there", { IfMatch: '"abc"' }, true, "passes"],
  ["If-Match of another", { IfMatch: '"x"' }, true, "PreconditionFailed"],
  ["If-Match where nothing is", { IfMatch: '"abc"' }, false, "NoSuchKey"],
])("a write with %s", (_what, conditions, exists, expected) => {
  expect(outcome(() => checkWrite(conditions, "key", exists ? OBJECT : undefined))).toBe(expected);
});

test.each([
  ["lake/a/b.txt", { Bucket: "lake", Key: "a/b.txt" }],
  ["/lake/a%2Fb%20c+d", { Bucket: "lake", Key: "a/b c d" }],
  ["lake/%E2%82%AC?versionId=abc", { Bucket: "lake", Key: "€", VersionId: "abc" }],
  ["lake//double", { Bucket: "lake", Key: "/double" }],
  ["lake", "InvalidArgument"],
  ["lake/", "InvalidArgument"],
  ["lake/%zz", "InvalidArgument"],
])("copy source %s", (header, expected) => {
  expect(outcome(() => parseCopySource(header))).toEqual(expected);
});
