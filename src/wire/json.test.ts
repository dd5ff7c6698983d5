import { describe, expect, test } from "vitest";
import { parseJson } from "./json.ts";
import { MAX_DEPTH } from "./limits.ts";
import { MalformedError } from "./malformed.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("parseJson", () => {
  test("reads a value, and nothing as undefined", () => {
    expect(parseJson(bytes(`{"a":["[{",1]}`))).toEqual({ a: ["[{", 1] });
    expect(parseJson(new Uint8Array())).toBeUndefined();
  });

  test.each(["{", `{"a":}`, "a", `"\\"`, `{"a":1}}`])("refuses %s", (text) => {
    expect(() => parseJson(bytes(text))).toThrow(MalformedError);
  });

  test("refuses bytes that are not UTF-8", () => {
    expect(() => parseJson(new Uint8Array([0x22, 0xff, 0x22]))).toThrow(MalformedError);
  });

  test("nests as deep as allowed and no deeper", () => {
    const nested = (depth: number): Uint8Array => bytes("[".repeat(depth) + "]".repeat(depth));
    expect(parseJson(nested(MAX_DEPTH))).toBeInstanceOf(Array);
    expect(() => parseJson(nested(MAX_DEPTH + 1))).toThrow(MalformedError);
  });
});
