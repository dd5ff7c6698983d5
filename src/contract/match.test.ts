import { describe, expect, test } from "vitest";
import { decodeInput } from "./decode.ts";
import { loadContract } from "./load.ts";
import { matchOperation, noSuchOperation } from "./match.ts";
import { requestTo } from "./testing.ts";

const s3 = loadContract("s3");
const COPY = { "x-amz-copy-source": "/a/b" };

describe("S3's operations", () => {
  test.each([
    ["GET", "/", {}, "ListBuckets"],
    ["GET", "/?x-id=ListBuckets", {}, "ListBuckets"],
    ["GET", "/?x-id=ListDirectoryBuckets", {}, "ListDirectoryBuckets"],
    ["PUT", "/bucket", {}, "CreateBucket"],
    ["PUT", "/bucket/", {}, "CreateBucket"],
    ["HEAD", "/bucket", {}, "HeadBucket"],
    ["DELETE", "/bucket/", {}, "DeleteBucket"],
    ["GET", "/bucket", {}, "ListObjects"],
    ["GET", "/bucket/?prefix=a&delimiter=/", {}, "ListObjects"],
    ["GET", "/bucket?list-type=2", {}, "ListObjectsV2"],
    ["GET", "/bucket?list-type=1", {}, "ListObjects"],
    ["GET", "/bucket?location", {}, "GetBucketLocation"],
    ["GET", "/bucket?location=", {}, "GetBucketLocation"],
    ["GET", "/bucket?versioning", {}, "GetBucketVersioning"],
    ["GET", "/bucket?versions&prefix=a", {}, "ListObjectVersions"],
    ["GET", "/bucket?uploads", {}, "ListMultipartUploads"],
    ["GET", "/bucket?analytics", {}, "ListBucketAnalyticsConfigurations"],
    ["GET", "/bucket?analytics&id=a", {}, "GetBucketAnalyticsConfiguration"],
    ["GET", "/bucket?lifecycle", {}, "GetBucketLifecycleConfiguration"],
    ["PUT", "/bucket?notification", {}, "PutBucketNotificationConfiguration"],
    ["POST", "/bucket?delete", {}, "DeleteObjects"],
    ["GET", "/bucket/key", {}, "GetObject"],
    ["GET", "/bucket/key?x-id=GetObject&versionId=1", {}, "GetObject"],
    ["GET", "/bucket/key?partNumber=1", {}, "GetObject"],
    ["GET", "/bucket/key?tagging", {}, "GetObjectTagging"],
    ["GET", "/bucket/key?attributes", {}, "GetObjectAttributes"],
    ["GET", "/bucket/key?uploadId=u", {}, "ListParts"],
    ["HEAD", "/bucket/key", {}, "HeadObject"],
    ["PUT", "/bucket/key", {}, "PutObject"],
    ["PUT", "/bucket/key", COPY, "CopyObject"],
    ["PUT", "/bucket/key?tagging", COPY, "PutObjectTagging"],
    ["PUT", "/bucket/key?partNumber=1&uploadId=u", {}, "UploadPart"],
    ["PUT", "/bucket/key?partNumber=1&uploadId=u", COPY, "UploadPartCopy"],
    ["POST", "/bucket/key?uploads", {}, "CreateMultipartUpload"],
    ["POST", "/bucket/key?uploadId=u", {}, "CompleteMultipartUpload"],
    ["POST", "/bucket/key?restore&versionId=1", {}, "RestoreObject"],
    ["POST", "/bucket/key?select&select-type=2", {}, "SelectObjectContent"],
    ["DELETE", "/bucket/key", {}, "DeleteObject"],
    ["DELETE", "/bucket/key?uploadId=u", {}, "AbortMultipartUpload"],
    ["POST", "/WriteGetObjectResponse", {}, "WriteGetObjectResponse"],
    ["POST", "/bucket", {}, undefined],
    ["PATCH", "/bucket/key", {}, undefined],
  ])("%s %s %o is %s", (method, target, headers, name) => {
    expect(matchOperation(s3, requestTo(target, { method, headers }))?.name).toBe(name);
  });

  test.each([
    ["/bucket//", "/"],
    ["/bucket//a", "/a"],
    ["/bucket/a/", "a/"],
    ["/bucket/../a", "../a"],
    ["/bucket/a/../../b", "a/../../b"],
    ["/bucket/./a", "./a"],
    ["/bucket/a%2Fb%20c+d%0A", "a/b c+d\n"],
    ["/bucket/%ED%98%B8%EC%88%98", "호수"],
    ["/bucket/a%3Fb", "a?b"],
    [`/bucket/${"a".repeat(1024)}`, "a".repeat(1024)],
  ])("%s names its key", (target, Key) => {
    const request = requestTo(target, { method: "GET" });
    const operation = matchOperation(s3, request);
    expect(operation && decodeInput(s3, operation, request)).toEqual({ Bucket: "bucket", Key });
  });
});

describe("the other APIs' operations", () => {
  test("are named by Action, in the body or the query", () => {
    const iam = loadContract("iam");
    expect(matchOperation(iam, requestTo("/", { body: "Action=GetUser&Version=2010-05-08" }))?.name).toBe(
      "GetUser",
    );
    expect(matchOperation(iam, requestTo("/?Action=GetUser", { method: "GET" }))?.name).toBe("GetUser");
  });

  test("are named by X-Amz-Target, with the API's own prefix", () => {
    const glue = loadContract("glue");
    const targeting = (target: string) => requestTo("/", { headers: { "x-amz-target": target } });
    expect(matchOperation(glue, targeting("AWSGlue.GetTable"))?.name).toBe("GetTable");
    expect(matchOperation(glue, targeting("AmazonAthena.GetTable"))).toBeUndefined();
    expect(matchOperation(glue, requestTo("/"))).toBeUndefined();
  });

  test("are refused as AWS does where there is none", () => {
    const iam = loadContract("iam");
    expect(noSuchOperation(iam, requestTo("/", { body: "Action=X&Version=2010-05-08" }))).toMatchObject({
      code: "InvalidAction",
      message: "Could not find operation X for version 2010-05-08",
    });
    expect(noSuchOperation(s3, requestTo("/bucket"))).toMatchObject({
      code: "MethodNotAllowed",
      status: 405,
    });
    expect(noSuchOperation(loadContract("glue"), requestTo("/"))).toMatchObject({
      code: "UnknownOperationException",
    });
  });
});
