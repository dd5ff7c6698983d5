/** HTTP as the APIs see it: what a request and an answer are, and how AWS writes their parts. */
import { malformed } from "./malformed.ts";

/** A query string, in order and decoded; `raw` is as it was sent, without the question mark. */
export interface WireQuery {
  readonly raw: string;
  readonly list: readonly (readonly [name: string, value: string])[];
}

export interface WireRequest {
  readonly method: string;
  /** Undecoded, without the query; for S3 always path-style (`/bucket/key`), whatever the client used. */
  readonly path: string;
  readonly query: WireQuery;
  /** Lower-case names; values that came more than once are joined by a comma and a space. */
  readonly headers: Readonly<Record<string, string>>;
  /** Already read; empty where the operation's body is streamed. */
  readonly body: Uint8Array;
  readonly host: string;
}

export type WireBody = string | Uint8Array | AsyncIterable<Uint8Array>;

export interface WireResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: WireBody;
}

/** Splits a raw request target at its first question mark. */
export function splitTarget(target: string): { readonly path: string; readonly query: WireQuery } {
  const mark = target.indexOf("?");
  if (mark < 0) return { path: target, query: parseQueryString("") };
  return { path: target.slice(0, mark), query: parseQueryString(target.slice(mark + 1)) };
}

/** @throws MalformedError where a percent sequence is not UTF-8. */
export function parseQueryString(raw: string): WireQuery {
  const list: [string, string][] = [];
  for (const pair of raw === "" ? [] : raw.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = equals < 0 ? pair : pair.slice(0, equals);
    list.push([decodeFormText(name), equals < 0 ? "" : decodeFormText(pair.slice(equals + 1))]);
  }
  return { raw, list };
}

/** The first value of `name`; undefined when it is not there. */
export function queryValue(query: WireQuery, name: string): string | undefined {
  for (const [key, value] of query.list) if (key === name) return value;
  return undefined;
}

/** Decodes percent sequences and nothing else: no dot segment and no slash is touched. @throws MalformedError */
export function percentDecode(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed("a percent sequence is not UTF-8");
  }
}

/** As percentDecode, and `+` is a space, as in every form and query string. */
export const decodeFormText = (text: string): string =>
  percentDecode(text.includes("+") ? text.replaceAll("+", " ") : text);

const UNRESERVED = /^[A-Za-z0-9\-._~]*$/;
const UNRESERVED_PATH = /^[A-Za-z0-9\-._~/]*$/;

/** Encodes everything but RFC 3986's unreserved characters. Source: S3 API Reference, "UriEncode()". */
export const percentEncode = (text: string): string =>
  UNRESERVED.test(text)
    ? text
    : encodeURIComponent(text).replaceAll(
        /[!'()*]/g,
        (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
      );

/** As percentEncode, but slashes stay: for object keys in a path. */
export const percentEncodePath = (text: string): string =>
  UNRESERVED_PATH.test(text) ? text : percentEncode(text).replaceAll("%2F", "/");

/** `Wed, 25 Nov 2026 03:30:13 GMT`. */
export const httpDate = (date: Date): string => date.toUTCString();

const HTTP_DATE =
  /^[A-Za-z]{3,9},? [ \d]\d[ -][A-Za-z]{3}[ -]\d{2,4} \d\d:\d\d:\d\d(\.\d+)? (GMT|UTC)$|^[A-Za-z]{3} [A-Za-z]{3} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;

/** Reads the three forms of RFC 9110, 5.6.7. @returns undefined when it is none of them. */
export function parseHttpDate(text: string): Date | undefined {
  if (!HTTP_DATE.test(text)) return undefined;
  const ms = Date.parse(text.endsWith("T") || text.endsWith("C") ? text : `${text} GMT`);
  return Number.isNaN(ms) ? undefined : new Date(ms);
}

// oxlint-disable-next-line no-control-regex -- they are what a header must not hold
const CONTROLS = /[\u0000-\u0008\u000a-\u001f\u007f]/g;

/** A value that HTTP/1.1 can carry: no line breaks, and beyond Latin-1 as the bytes of its UTF-8. */
export function headerSafe(text: string): string {
  const plain = text.search(CONTROLS) < 0 ? text : text.replaceAll(CONTROLS, " ");
  return /[\u0100-\uffff]/.test(plain) ? Buffer.from(plain, "utf8").toString("latin1") : plain;
}
