/** A form's file goes through, however large; it never lies in memory whole. */
import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { GetObjectCommand, HeadObjectCommand, S3Client, CreateBucketCommand } from "@aws-sdk/client-s3";
import { beforeAll, expect, test } from "vitest";
import { useHouse } from "../../harness/house.ts";

const house = useHouse();
const MIB = 1_024 * 1_024;

const s3 = () => {
  const { endpoint, region, accessKeyId, secretAccessKey } = house();
  return new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
  });
};

function signedFields(key: string): Readonly<Record<string, string>> {
  const { accessKeyId, secretAccessKey } = house();
  const expiration = new Date(Date.now() + 60_000).toISOString();
  const document = JSON.stringify({ expiration, conditions: [{ bucket: "lake" }, { key }] });
  const policy = Buffer.from(document).toString("base64");
  const signature = createHmac("sha1", secretAccessKey).update(policy).digest("base64");
  return { key, AWSAccessKeyId: accessKeyId, policy, signature };
}

beforeAll(() => s3().send(new CreateBucketCommand({ Bucket: "lake" })));

test("as a browser sends it: 64 MiB by fetch and FormData", async () => {
  const content = Buffer.alloc(64 * MIB, "water\r\n--");
  const form = new FormData();
  for (const [name, value] of Object.entries(signedFields("by-fetch"))) form.append(name, value);
  form.append("file", new Blob([content]), "a.bin");
  const answer = await fetch(`${house().endpoint}/lake`, { method: "POST", body: form });
  expect([answer.status, await answer.text()]).toEqual([204, ""]);
  const { Body, ETag } = await s3().send(new GetObjectCommand({ Bucket: "lake", Key: "by-fetch" }));
  const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
  expect(Buffer.compare(bytes, content)).toBe(0);
  expect(ETag).toBe(`"${createHash("md5").update(content).digest("hex")}"`);
});

/** The most that the process has ever had in memory. */
function peakBytes(): number {
  const [, kilobytes = "0"] =
    /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${house().pid()}/status`, "utf8")) ?? [];
  return Number(kilobytes) * 1_024;
}

function sendLarge(chunks: number): Promise<number> {
  const { hostname, port } = new URL(house().endpoint);
  const boundary = "----of-a-browser";
  const head = Object.entries(signedFields("large"))
    .map(
      ([name, value]) =>
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    )
    .join("");
  const first = `${head}--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n`;
  const last = `\r\n--${boundary}--\r\n`;
  const chunk = Buffer.alloc(MIB, "\r\n------of-a-browse");
  return new Promise((resolve, reject) => {
    const headers = {
      "content-type": `multipart/form-data; boundary=${boundary}`,
      "content-length": String(first.length + chunks * chunk.length + last.length),
    };
    const outgoing = request({ hostname, port, method: "POST", path: "/lake", headers }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    outgoing.on("error", reject);
    outgoing.write(first);
    let left = chunks;
    const more = () => {
      while (left > 0) {
        left -= 1;
        if (!outgoing.write(chunk)) return outgoing.once("drain", more);
      }
      return outgoing.end(last);
    };
    more();
  });
}

test.skipIf(process.platform !== "linux")("256 MiB take no more than 128 MiB of memory", async () => {
  const before = peakBytes();
  expect(await sendLarge(256)).toBe(204);
  const { ContentLength } = await s3().send(new HeadObjectCommand({ Bucket: "lake", Key: "large" }));
  expect(ContentLength).toBe(256 * MIB);
  expect((peakBytes() - before) / MIB).toBeLessThan(128);
});
