import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isMalformed } from "./malformed.ts";
import { parseCbor } from "./read-cbor.ts";
import { writeCbor } from "./write-cbor.ts";

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));

describe("values are read as RFC 8949's appendix A writes them", () => {
  test.each([
    ["1903e8", 1_000],
    ["1bffffffffffffffff", 18_446_744_073_709_551_615n],
    ["3903e7", -1_000],
    ["f93c00", 1],
    ["f97c00", Infinity],
    ["fb3ff199999999999a", 1.1],
    ["c11a514b67b0", new Date("2013-03-21T20:04:00Z")],
    ["c249010000000000000000", 18_446_744_073_709_551_616n],
    ["5f42010243030405ff", new Uint8Array([1, 2, 3, 4, 5])],
    ["7f657374726561646d696e67ff", "streaming"],
    ["9f018202039f0405ffff", [1, [2, 3], [4, 5]]],
    ["bf61610161629f0203ffff", { a: 1, b: [2, 3] }],
    ["f6", null],
  ])("%s", (bytes, value) => {
    expect(parseCbor(hex(bytes), "seconds")).toEqual(value);
  });
});

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.string({ unit: "grapheme" }),
    fc.double({ noNaN: true }),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array(),
    fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true }),
    fc.array(tie("value")),
    fc.dictionary(fc.string(), tie("value"), { noNullPrototype: true }),
  ),
})).value;

test("what is written is read again, whatever instants count", () => {
  fc.assert(
    fc.property(values, fc.constantFrom("seconds" as const, "milliseconds" as const), (value, epoch) => {
      expect(parseCbor(writeCbor(value, epoch), epoch)).toEqual(value);
    }),
  );
});

test("whatever the bytes, reading answers a value or says that they are malformed", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      try {
        parseCbor(bytes, "seconds");
      } catch (error) {
        expect(isMalformed(error)).toBe(true);
      }
    }),
    { numRuns: 5_000 },
  );
});

test.each([
  ["an array longer than the body", hex("9affffffff01")],
  ["a string longer than the body", hex("7bffffffffffffffff")],
  ["a hundred thousand brackets", new Uint8Array(100_000).fill(0x81)],
  ["a hundred thousand tags", new Uint8Array(100_000).fill(0xc0)],
  ["bytes after the value", hex("0101")],
  ["a key that is no text", hex("a10102")],
])("%s is refused before it costs anything", (_name, bytes) => {
  expect(() => parseCbor(bytes, "seconds")).toThrow(expect.objectContaining({ name: "MalformedError" }));
});
