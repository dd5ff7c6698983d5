import { createHash, createHmac, randomBytes } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";

/** Requests written out beforehand, signed, so that a load measures the server and not the signing. */
export interface Target {
  readonly port: number;
  readonly accessKeyId: string;
  readonly secret: string;
  /** Peers that ask for no signature get none. */
  readonly signed: boolean;
}

export interface Job {
  readonly port: number;
  readonly file: string;
  readonly sizes: readonly number[];
}

export interface RequestLine {
  readonly method: "PUT" | "GET";
  /** `/bucket/key`, and a query without its mark. */
  readonly path: string;
  readonly query?: string;
  readonly bodyBytes?: number;
}

interface Body {
  readonly bytes: Buffer;
  /** Hexadecimal SHA-256. */
  readonly hash: string;
  /** Base64. */
  readonly crc32: string;
}

function crc32Of(bytes: Uint8Array): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum.toString("base64");
}

const sha256 = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const hmac = (key: string | Uint8Array, text: string): Buffer =>
  createHmac("sha256", key).update(text).digest();

const folder = mkdtempSync(join(tmpdir(), "hosu-bench-"));
let files = 0;

/** One body of random bytes serves all, as clients that hash it would send it. */
export function prepare(target: Target, lines: readonly RequestLine[]): Job {
  const bodies = new Map<number, Body>();
  const bodyOf = (bytes: number) => {
    const known = bodies.get(bytes);
    if (known) return known;
    const body = randomBytes(bytes);
    const made: Body = { bytes: body, hash: sha256(body), crc32: crc32Of(body) };
    bodies.set(bytes, made);
    return made;
  };
  const key = signingKey(target.secret);
  const requests = lines.map((line) => {
    const body = bodyOf(line.bodyBytes ?? 0);
    return Buffer.concat([Buffer.from(head(target, line, { body, key })), body.bytes]);
  });
  const file = join(folder, `requests-${files++}`);
  writeFileSync(file, Buffer.concat(requests));
  return { port: target.port, file, sizes: requests.map(({ length }) => length) };
}

const REGION = "us-east-1";
const now = new Date().toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
const day = now.slice(0, 8);

const signingKey = (secret: string): Buffer =>
  ["aws4_request", "s3", REGION, day].reduceRight<Buffer>(
    (key, step) => hmac(key, step),
    Buffer.from(`AWS4${secret}`),
  );

function head(
  { port, accessKeyId, signed }: Target,
  { method, path, query = "", bodyBytes }: RequestLine,
  { body, key }: { readonly body: Body; readonly key: Buffer },
): string {
  const { hash, crc32 } = body;
  const host = `127.0.0.1:${port}`;
  const lines = [`${method} ${path}${query === "" ? "" : `?${query}`} HTTP/1.1`, `host: ${host}`];
  if (bodyBytes !== undefined) lines.push(`content-length: ${bodyBytes}`);
  if (signed) {
    // A put states its CRC-32, as the SDKs do by default.
    const states = method === "PUT" && bodyBytes !== undefined && bodyBytes > 0;
    const signedHeaders = `host${states ? ";x-amz-checksum-crc32" : ""};x-amz-content-sha256;x-amz-date`;
    const canonical = [
      method,
      path,
      query,
      `host:${host}`,
      ...(states ? [`x-amz-checksum-crc32:${crc32}`] : []),
      `x-amz-content-sha256:${hash}`,
      `x-amz-date:${now}`,
      "",
      signedHeaders,
      hash,
    ].join("\n");
    const scope = `${day}/${REGION}/s3/aws4_request`;
    const signature = hmac(key, ["AWS4-HMAC-SHA256", now, scope, sha256(canonical)].join("\n")).toString(
      "hex",
    );
    if (states) lines.push(`x-amz-checksum-crc32: ${crc32}`);
    lines.push(
      `x-amz-content-sha256: ${hash}`,
      `x-amz-date: ${now}`,
      `authorization: AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
    );
  }
  return `${lines.join("\r\n")}\r\n\r\n`;
}
