/** multipart/form-data as it comes in. Source: RFC 7578, RFC 2046 5.1, and what browsers send (HTML, "multipart/form-data"). */
import { malformed } from "./malformed.ts";

export type MultipartEvent =
  /** A part begins; `before` says how many bytes of the body stand before its content. */
  | { readonly kind: "part"; readonly head: PartHead; readonly before: number }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "end" };

export interface PartHead {
  /** Empty for a part that is no form field. */
  readonly name: string;
  /** As the client calls the file; undefined where it names none. */
  readonly filename: string | undefined;
}

const MOST_HEAD_BYTES = 8 * 1_024;
/** Source: RFC 2046, 5.1.1. */
const MOST_BOUNDARY_CHARACTERS = 70;
const CRLF = Buffer.from("\r\n");
const END_OF_HEAD = Buffer.from("\r\n\r\n");
const NOTHING = Buffer.alloc(0);

/** @returns undefined where a content type is no form's, or names no boundary. */
export function boundaryOf(contentType: string): string | undefined {
  const [, quoted, plain] = /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType) ?? []; // prettier-ignore
  const boundary = quoted ?? plain;
  return boundary !== undefined && boundary.length <= MOST_BOUNDARY_CHARACTERS ? boundary : undefined;
}

/** Takes the body as it comes and tells what is in it; it keeps no more than a part's head or a delimiter's beginning. */
export class MultipartDecoder {
  readonly #delimiter: Buffer;
  #state: "preamble" | "content" | "delimiter" | "head" | "epilogue" = "preamble";
  /** So that the first delimiter, too, comes after a line break. */
  #pending: Buffer = CRLF;
  #consumed = -CRLF.length;

  constructor(boundary: string) {
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, "latin1");
  }

  /** @throws MalformedError for what is no multipart body. */
  push(bytes: Uint8Array): readonly MultipartEvent[] {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    let input = this.#pending.length > 0 ? Buffer.concat([this.#pending, chunk]) : chunk;
    const events: MultipartEvent[] = [];
    for (;;) {
      const taken = this.#step(input, events);
      if (taken === undefined) break;
      this.#consumed += taken;
      input = input.subarray(taken);
    }
    // A copy: what is kept must not hold the whole chunk.
    this.#pending = this.#state === "epilogue" ? NOTHING : Buffer.from(input);
    return events;
  }

  /** @throws MalformedError where the closing delimiter has not come. */
  finish(): void {
    if (this.#state !== "epilogue") throw malformed("the multipart body has no end");
  }

  /** @returns how many bytes were used up; undefined where more are needed. */
  #step(input: Buffer, events: MultipartEvent[]): number | undefined {
    switch (this.#state) {
      case "preamble":
      case "content":
        return this.#content(input, events);
      case "delimiter":
        return this.#endOfDelimiter(input, events);
      case "head":
        return this.#head(input, events);
      case "epilogue":
        return undefined;
    }
  }

  #content(input: Buffer, events: MultipartEvent[]): number | undefined {
    const at = input.indexOf(this.#delimiter);
    const bytes = input.subarray(0, at < 0 ? input.length - overlap(input, this.#delimiter) : at);
    if (this.#state === "content" && bytes.length > 0) events.push({ kind: "bytes", bytes });
    if (at < 0) return bytes.length > 0 ? bytes.length : undefined;
    this.#state = "delimiter";
    return at + this.#delimiter.length;
  }

  /** Two dashes close the body; blanks may follow on the line. */
  #endOfDelimiter(input: Buffer, events: MultipartEvent[]): number | undefined {
    if (input.length < 2) return undefined;
    if (input.toString("latin1", 0, 2) === "--") {
      this.#state = "epilogue";
      events.push({ kind: "end" });
      return 2;
    }
    const end = input.indexOf(CRLF);
    const line = input.toString("latin1", 0, end < 0 ? input.length : end);
    if (!/^[ \t]*\r?$/.test(line) || line.length > MOST_HEAD_BYTES)
      throw malformed("a delimiter is not alone on its line");
    if (end < 0) return undefined;
    this.#state = "head";
    return end + CRLF.length;
  }

  #head(input: Buffer, events: MultipartEvent[]): number | undefined {
    const isEmpty = input.indexOf(CRLF) === 0;
    const end = isEmpty ? 0 : input.indexOf(END_OF_HEAD);
    if (end > MOST_HEAD_BYTES || (end < 0 && input.length > MOST_HEAD_BYTES))
      throw malformed("a part's head is too long");
    if (end < 0) return undefined;
    const taken = end + (isEmpty ? CRLF.length : END_OF_HEAD.length);
    const head = headOf(input.toString("utf8", 0, end));
    events.push({ kind: "part", head, before: this.#consumed + taken });
    this.#state = "content";
    return taken;
  }
}

/** How many bytes at the end of `input` may be the beginning of `delimiter`. */
function overlap(input: Buffer, delimiter: Buffer): number {
  for (let at = Math.max(0, input.length - delimiter.length + 1); at < input.length; at++) {
    at = input.indexOf(0x0d, at);
    if (at < 0) return 0;
    const tail = input.subarray(at);
    if (tail.equals(delimiter.subarray(0, tail.length))) return tail.length;
  }
  return 0;
}

const PARAMETERS = /;\s*([a-z*]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))/gi;

function headOf(text: string): PartHead {
  const disposition = text.split("\r\n").find((line) => /^content-disposition\s*:/i.test(line)) ?? "";
  if (!/^[^:]*:\s*form-data\s*(?:;|$)/i.test(disposition)) return { name: "", filename: undefined };
  const found = new Map<string, string>();
  for (const [, name = "", quoted, plain = ""] of disposition.matchAll(PARAMETERS))
    // Only a quotation mark is ever escaped: a backslash is one, in what old Windows browsers send.
    found.set(name.toLowerCase(), (quoted ?? plain).replaceAll('\\"', '"'));
  return { name: found.get("name") ?? "", filename: found.get("filename") };
}
