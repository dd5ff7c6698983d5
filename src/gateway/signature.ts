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
  readonly sessionToken?: string;
  /** What stands for the body in the canonical request. */
  readonly payloadHash: string;
}

export const scopeText = ({ day, region, service }: CredentialScope): string =>
  `${day}/${region}/${service}/aws4_request`;

export function canonicalRequest(request: WireRequest, claim: SignatureClaim): string {
  return [
    request.method,
    canonicalPath(request.path, claim.scope.service),
    canonicalQuery(request, claim.presigned),
    ...claim.signedHeaders.map((name) => `${name}:${canonicalHeader(request, name)}`),
    "",
    claim.signedHeaders.join(";"),
    claim.payloadHash,
  ].join("\n");
}

export function stringToSign(canonical: string, claim: SignatureClaim): string {
  return [ALGORITHM, claim.timestamp, scopeText(claim.scope), hash("sha256", canonical, "hex")].join("\n");
}

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

function canonicalHeader(request: WireRequest, name: string): string {
  const value = name === "host" ? request.host : (request.headers[name] ?? "");
  return value.trim().replaceAll(/ +/g, " ");
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

  sign(text: string): Buffer {
    const digest = hash("sha256", Buffer.concat([this.#inner, Buffer.from(text, "utf8")]), "buffer");
    return hash("sha256", Buffer.concat([this.#outer, digest]), "buffer");
  }
}

const BLOCK_BYTES = 64;

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
  const step = (key: Uint8Array, text: string): Buffer => new SigningKey(key).sign(text);
  const dayKey = step(Buffer.from(`AWS4${secret}`), day);
  return new SigningKey(step(step(step(dayKey, region), service), "aws4_request"));
}

/** In a time that does not depend on where they differ. */
export function sameSignature(expected: Buffer, given: string): boolean {
  const bytes = Buffer.from(given, "hex");
  return /^[0-9a-f]{64}$/.test(given) && bytes.length === expected.length && timingSafeEqual(bytes, expected);
}
