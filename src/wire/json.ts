/** JSON bytes ↔ values, within bounds. */
import { MAX_DEPTH } from "./limits.ts";
import { malformed } from "./malformed.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });

/** An empty body is undefined. @throws MalformedError */
export function parseJson(body: Uint8Array): unknown {
  if (body.length === 0) return undefined;
  const text = decodeUtf8(body);
  boundDepth(text);
  try {
    return JSON.parse(text);
  } catch {
    throw malformed("not JSON");
  }
}

/** @throws MalformedError where the bytes are not UTF-8. */
export function decodeUtf8(body: Uint8Array): string {
  try {
    return decoder.decode(body);
  } catch {
    throw malformed("not UTF-8");
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** A text of brackets alone would otherwise exhaust the stack of whoever walks the value. */
function boundDepth(text: string): void {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at + 1);
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > MAX_DEPTH) throw malformed(`nested deeper than ${MAX_DEPTH}`);
    } else if (code === 0x7d || code === 0x5d) {
      depth--;
    }
  }
}

function endOfString(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at;
  }
  return text.length;
}
