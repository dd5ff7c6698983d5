import { createHash, createHmac } from "node:crypto";
import { request } from "node:http";

/**
 * Signature Version 4 by hand, from its page alone and not from src/, so that every part can be changed after it was signed.
 * Source: IAM User Guide, "Create a signed AWS API request".
 */
export interface Message {
  readonly method: string;
  /** As it stands in the request line. */
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Signer {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly service: string;
  readonly date: Date;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
  /** Of an error, whatever the protocol. */
  readonly code: string;
  readonly message: string;
}

export const sha256 = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");
export const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac("sha256", key).update(text).digest();

export const timestampOf = (date: Date): string => date.toISOString().replaceAll(/[-:]|\.\d{3}/g, "");

export const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

export const scopeOf = ({ date, region, service }: Signer): string =>
  `${timestampOf(date).slice(0, 8)}/${region}/${service}/aws4_request`;

export function signingKey({ secretAccessKey, date, region, service }: Signer): Buffer {
  const day = hmac(`AWS4${secretAccessKey}`, timestampOf(date).slice(0, 8));
  return hmac(hmac(hmac(day, region), service), "aws4_request");
}

export function signatureOf(
  message: Message,
  signer: Signer,
  { signed, payloadHash }: { readonly signed: readonly string[]; readonly payloadHash: string },
): string {
  const query = message.query
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted()
    .join("&");
  const headers = signed.map((name) => `${name}:${(message.headers[name] ?? "").trim()}\n`).join("");
  const canonical = [message.method, message.path, query, headers, signed.join(";"), payloadHash].join("\n");
  const text = ["AWS4-HMAC-SHA256", timestampOf(signer.date), scopeOf(signer), sha256(canonical)].join("\n");
  return hmac(signingKey(signer), text).toString("hex");
}

/** The message with every header signed, the body's hash among them. */
export function signed(message: Message, signer: Signer, hash: string = sha256(message.body)): Message {
  const all: Message = {
    ...message,
    headers: { ...message.headers, "x-amz-date": timestampOf(signer.date), "x-amz-content-sha256": hash },
  };
  const names = Object.keys(all.headers).toSorted();
  const signature = signatureOf(all, signer, { signed: names, payloadHash: hash });
  const authorization = `AWS4-HMAC-SHA256 Credential=${signer.accessKeyId}/${scopeOf(signer)}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return { ...all, headers: { ...all.headers, authorization } };
}

/** The message with its signature in the query. */
export function presigned(message: Message, signer: Signer, expiresSeconds: number): Message {
  const names = Object.keys(message.headers).toSorted();
  const query = [
    ...message.query,
    ["X-Amz-Algorithm", "AWS4-HMAC-SHA256"],
    ["X-Amz-Credential", `${signer.accessKeyId}/${scopeOf(signer)}`],
    ["X-Amz-Date", timestampOf(signer.date)],
    ["X-Amz-Expires", String(expiresSeconds)],
    ["X-Amz-SignedHeaders", names.join(";")],
  ] as const;
  const whole: Message = { ...message, query };
  const signature = signatureOf(whole, signer, { signed: names, payloadHash: "UNSIGNED-PAYLOAD" });
  return { ...whole, query: [...query, ["X-Amz-Signature", signature]] };
}

const TEXTS = {
  code: [/<Code>([^<]*)<\/Code>/, /"__type"\s*:\s*"(?:[^"#]*#)?([^"]*)"/],
  message: [/<Message>([^<]*)<\/Message>/, /"[mM]essage"\s*:\s*"((?:[^"\\]|\\.)*)"/],
} as const;

const firstOf = (patterns: readonly RegExp[], text: string): string =>
  patterns.map((pattern) => pattern.exec(text)?.[1]).find((found) => found !== undefined) ?? "";

/** Sends it byte for byte as it stands. */
export function send(endpoint: string, message: Message): Promise<Answer> {
  const { hostname, port } = new URL(endpoint);
  const query = message.query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        hostname,
        port,
        method: message.method,
        path: query === "" ? message.path : `${message.path}?${query}`,
        headers: { "content-length": String(message.body.length), ...message.headers },
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const body = Buffer.concat(chunks).toString("utf8");
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body,
            code: firstOf(TEXTS.code, body),
            message: firstOf(TEXTS.message, body),
          });
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(message.body);
  });
}
