/** A request's head as the APIs see it, and an answer's as it is sent. */
import { realClock } from "../base/clock.ts";
import { malformed, type MalformedError } from "../wire/malformed.ts";
import { splitTarget, type WireRequest } from "../wire/http.ts";

export interface RequestHead {
  readonly method: string;
  readonly target: string;
  readonly host: string;
  /** Names and values in turn, as they were sent. */
  readonly rawHeaders: readonly string[];
}

const NO_BODY = new Uint8Array();

export function wireRequest({ method, target, host, rawHeaders }: RequestHead): WireRequest | MalformedError {
  try {
    const { path, query } = splitTarget(target);
    if (!path.startsWith("/")) return malformed("the request target is not a path");
    return { method, path, query, headers: headersOf(rawHeaders), body: NO_BODY, host };
  } catch {
    return malformed("the request target is not UTF-8");
  }
}

/** Values that came more than once are joined; node keeps only the first of some of them otherwise. */
function headersOf(rawHeaders: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = lowerCase(rawHeaders[i] ?? "");
    const value = fromLatin1(rawHeaders[i + 1] ?? "");
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before},${value}`;
  }
  return headers;
}

const MOST_NAMES = 1_000;
const lowerCased = new Map<string, string>();

/** Clients send the same few names all the time. */
function lowerCase(name: string): string {
  const known = lowerCased.get(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase();
  if (lowerCased.size < MOST_NAMES) lowerCased.set(name, lower);
  return lower;
}

/** node reads and writes header bytes as Latin-1; S3 takes them as UTF-8. Plain ASCII, which nearly all are, is the same in both. */
const fromLatin1 = (value: string): string =>
  BEYOND_ASCII.test(value) ? Buffer.from(value, "latin1").toString("utf8") : value;
const toLatin1 = (value: string): string =>
  BEYOND_ASCII.test(value) ? Buffer.from(value, "utf8").toString("latin1") : value;

const BEYOND_ASCII = /[\u0080-\uffff]/;

/** @param bytes the body's length, where it is known here. @returns names and values in turn. */
export function headersToSend(
  headers: Readonly<Record<string, string>>,
  bytes: number | undefined,
): string[] {
  const out = ["date", dateHeader()];
  if (bytes !== undefined) out.push("content-length", String(bytes));
  for (const name in headers)
    if (bytes === undefined || name !== "content-length") out.push(name, toLatin1(headers[name] ?? ""));
  return out;
}

const lastDate = { second: 0, text: "" };

/** The same text serves a second long. */
function dateHeader(): string {
  const now = realClock.now();
  const second = Math.floor(now.getTime() / 1_000);
  if (second !== lastDate.second) {
    lastDate.second = second;
    lastDate.text = now.toUTCString();
  }
  return lastDate.text;
}
