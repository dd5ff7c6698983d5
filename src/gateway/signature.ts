import { hash, timingSafeEqual } from "node:crypto";
import { percentDecode, percentEncode, percentEncodePath, type WireRequest } from "../wire/http.ts";

/**
 * Signature Version 4: what is signed and how. Pure.
 * Source: IAM User Guide, "Create a signed AWS API request"; Amazon S3 API Reference, "Authenticating Requests (AWS Signature Version 4)".
 */
export const ALGORITHM = "AWS4-HMAC-SHA256";
export const EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

export interface CredentialScope {
  readonly accessKeyId: string;
  /** yyyymmdd */
  readonly day: string;
  readonly region: string;
  readonly service: string;
}

/** What a request says about its signature, in its headers or its query. */
export interface SignatureClaim {
  readonly scope: CredentialScope;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** yyyymmddThhmmssZ */
  readonly timestamp: string;
  readonly presigned: boolean;
  /** Presigned alone: how long it is good for. */
  readonly expiresSeconds?: number;
  readonly sessionToken?: string | undefined;
  /** What stands for the body in the canonical request. */
  readonly payloadHash: string;
}

export const scopeText = ({ day, region, service }: CredentialScope): string =>
  `${day}/${region}/${service}/aws4_request`;

export function canonicalRequest(request: WireRequest, claim: SignatureClaim): string {
  const path = canonicalPath(request.path, claim.scope.service);
  let text = `${request.method}\n${path}\n${canonicalQuery(request, claim.presigned)}\n`;
  for (const name of claim.signedHeaders) text += `${name}:${canonicalHeader(request, name)}\n`;
  return `${text}\n${claim.signedHeaders.join(";")}\n${claim.payloadHash}`;
}

export const stringToSign = (canonical: string, claim: SignatureClaim): string =>
  `${ALGORITHM}\n${claim.timestamp}\n${scopeText(claim.scope)}\n${hash("sha256", canonical, "hex")}`;

/** S3 encodes a path once and changes nothing in it; the others encode what was sent once more and drop dot segments. */
function canonicalPath(path: string, service: string): string {
  if (service === "s3") return percentEncodePath(percentDecode(path));
  return withoutDotSegments(path).split("/").map(percentEncode).join("/");
}

function withoutDotSegments(path: string): string {
  if (!path.includes("/.") && !path.includes("//")) return path;
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") kept.pop();
    else if (segment !== "." && segment !== "") kept.push(segment);
  }
  return `/${kept.join("/")}${path.endsWith("/") && kept.length > 0 ? "/" : ""}`;
}

function canonicalQuery({ query }: WireRequest, presigned: boolean): string {
  if (query.raw === "") return "";
  return query.list
    .filter(([name]) => !(presigned && name === "X-Amz-Signature"))
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Clients of HTTP/2 sign what it calls the host. */
export const HOSTS: ReadonlySet<string> = new Set(["host", ":authority"]);

function canonicalHeader(request: WireRequest, name: string): string {
  const value = HOSTS.has(name) ? request.host : (request.headers[name] ?? "");
  return value.includes("  ") ? value.trim().replaceAll(/ +/g, " ") : value.trim();
}

/**
 * HMAC-SHA-256 (RFC 2104) with its key's two paddings ready. Written out over one-shot hashes: node's Hmac objects
 * cost several times as much as what they compute here.
 */
export class SigningKey {
  readonly #inner: Buffer;
  readonly #outer: Buffer;

  constructor(key: Uint8Array) {
    const block = Buffer.alloc(BLOCK_BYTES);
    block.set(key.length > BLOCK_BYTES ? hash("sha256", key, "buffer") : key);
    this.#inner = Buffer.from(block.map((byte) => byte ^ 0x36));
    this.#outer = Buffer.from(block.map((byte) => byte ^ 0x5c));
  }

  /** @returns hexadecimal digits. */
  sign(text: string): string {
    const digest = hash("sha256", padded(this.#inner, text, "utf8"), "hex");
    return hash("sha256", padded(this.#outer, digest, "hex"), "hex");
  }
}

const BLOCK_BYTES = 64;
/** What is hashed is put together here, where it fits: nearly all that is signed is short. */
const scratch = Buffer.allocUnsafeSlow(4_096);

function padded(padding: Buffer, text: string, encoding: "utf8" | "hex"): Buffer {
  if (text.length * 3 > scratch.length - BLOCK_BYTES)
    return Buffer.concat([padding, Buffer.from(text, encoding)]);
  padding.copy(scratch);
  return scratch.subarray(0, BLOCK_BYTES + scratch.write(text, BLOCK_BYTES, encoding));
}

/** The key that signs a day's requests to a service in a region; derived in four steps, so kept. */
export class SigningKeys {
  static readonly #MOST = 1_000;
  readonly #keys = new Map<string, SigningKey>();

  key(secret: string, scope: CredentialScope): SigningKey {
    // By secret and not by key id: a key id whose secret was replaced must not find the old one.
    const name = `${secret}/${scopeText(scope)}`;
    const known = this.#keys.get(name);
    if (known) return known;
    const key = derive(secret, scope);
    if (this.#keys.size >= SigningKeys.#MOST) this.#keys.clear();
    this.#keys.set(name, key);
    return key;
  }
}

function derive(secret: string, { day, region, service }: CredentialScope): SigningKey {
  const step = (key: Uint8Array, text: string): Buffer => Buffer.from(new SigningKey(key).sign(text), "hex");
  const dayKey = step(Buffer.from(`AWS4${secret}`), day);
  return new SigningKey(step(step(step(dayKey, region), service), "aws4_request"));
}

const SIGNATURE = /^[0-9a-f]{64}$/;
const compared = { expected: Buffer.alloc(64), given: Buffer.alloc(64) };

/** In a time that does not depend on where they differ. Both hexadecimal. */
export function sameSignature(expected: string, given: string): boolean {
  if (!SIGNATURE.test(given)) return false;
  compared.expected.write(expected, "latin1");
  compared.given.write(given, "latin1");
  return timingSafeEqual(compared.expected, compared.given);
}
