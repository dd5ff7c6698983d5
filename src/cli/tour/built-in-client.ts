import { createHash, hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { request } from "node:http";
import { join, relative, sep } from "node:path";
import { fault } from "../../base/fault.ts";
import { invariant } from "../../base/invariant.ts";
import { loadContract } from "../../contract/load.ts";
import { percentEncodePath } from "../../wire/http.ts";
import { signedHeaders } from "../sign.ts";
import type { Call, Operation, TourClient } from "./calls.ts";
import type { Place } from "./place.ts";

/** For machines without the AWS CLI: the same requests, signed the same way, over the same wire. */
export const builtInClient = (place: Place): TourClient => ({
  name: "the built-in client",
  async call(call: Call) {
    switch (call.kind) {
      case "make-bucket":
        await send(place, { service: "s3", method: "PUT", target: `/${call.bucket}` });
        return {};
      case "upload":
        await upload(place, call);
        return {};
      case "remove-bucket":
        await removeBucket(place, call.bucket);
        return {};
      case "operation":
        return operate(place, call);
    }
  },
});

interface Request {
  readonly service: string;
  readonly method: string;
  readonly target: string;
  /** The operation of an API that speaks JSON. */
  readonly amzTarget?: string;
  readonly body?: string;
  /** Streamed in place of `body`. */
  readonly file?: string;
}

/** @throws Fault with the code and the words of the answer. */
async function send(place: Place, asked: Request): Promise<string> {
  const url = new URL(place.endpoint);
  const { method, target, service, body = "", file } = asked;
  const payloadHash = file === undefined ? hash("sha256", body, "hex") : await fileHash(file);
  const amz: Record<string, string> =
    asked.amzTarget === undefined ? {} : { "x-amz-target": asked.amzTarget };
  const signed = signedHeaders(
    { method, target, host: url.host, service, region: place.region, payloadHash, headers: amz },
    place.key,
  );
  const bytes = file === undefined ? Buffer.byteLength(body) : (await stat(file)).size;
  const headers = {
    ...signed,
    host: url.host,
    "content-length": String(bytes),
    ...(asked.amzTarget === undefined ? {} : { "content-type": "application/x-amz-json-1.1" }),
  };
  const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
    const outgoing = request({ host: url.hostname, port: url.port, method, path: target, headers });
    outgoing.on("error", reject).on("response", (answer) => {
      let received = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => (received += chunk));
      answer.on("error", reject).on("end", () => resolve({ status: answer.statusCode ?? 0, text: received }));
    });
    if (file === undefined) outgoing.end(body);
    else createReadStream(file).on("error", reject).pipe(outgoing);
  });
  if (status < 300) return text;
  const code = /<Code>([^<]*)/.exec(text)?.[1] ?? /"__type":"([^"]*)/.exec(text)?.[1] ?? String(status);
  const message =
    /<Message>([^<]*)/.exec(text)?.[1] ?? /"[mM]essage":"((?:[^"\\]|\\.)*)/.exec(text)?.[1] ?? text;
  throw fault(code, `${code}: ${message}`);
}

async function fileHash(path: string): Promise<string> {
  const digest = createHash("sha256");
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) digest.update(chunk);
  return digest.digest("hex");
}

async function operate(
  place: Place,
  { service, operation, input }: Operation,
): Promise<Readonly<Record<string, unknown>>> {
  const { targetPrefix } = loadContract(service);
  invariant(targetPrefix, `${service} speaks JSON`);
  const amzTarget = `${targetPrefix}.${operation}`;
  const asked = { service, method: "POST", target: "/", amzTarget, body: JSON.stringify(input) };
  const text = await send(place, asked);
  return text === "" ? {} : (JSON.parse(text) as Readonly<Record<string, unknown>>);
}

async function upload(
  place: Place,
  { folder, bucket, prefix }: { readonly folder: string; readonly bucket: string; readonly prefix: string },
): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile())) {
    const file = join(entry.parentPath, entry.name);
    const key = `${prefix}/${relative(folder, file).split(sep).join("/")}`;
    await send(place, { service: "s3", method: "PUT", target: `/${bucket}/${percentEncodePath(key)}`, file });
  }
}

/** All that is in it, a page at a time, and then itself. */
async function removeBucket(place: Place, bucket: string): Promise<void> {
  for (;;) {
    const page = await send(place, {
      service: "s3",
      method: "GET",
      target: `/${bucket}?list-type=2&encoding-type=url`,
    });
    const keys = [...page.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => key ?? "");
    // The list tells its keys encoded, as a target wants them.
    for (const key of keys)
      await send(place, {
        service: "s3",
        method: "DELETE",
        target: `/${bucket}/${percentEncodePath(decodeURIComponent(key.replaceAll("+", " ")))}`,
      });
    if (keys.length === 0) break;
  }
  await send(place, { service: "s3", method: "DELETE", target: `/${bucket}` });
}
