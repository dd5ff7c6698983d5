import { describe, expect, test } from "vitest";
import {
  bitString,
  boolean,
  explicit,
  implicit,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  time,
  unsignedInteger,
  utf8String,
} from "./der.ts";

const bytes = (hex: string): Buffer => Buffer.from(hex, "hex");

/** By hand from X.690; openssl's asn1parse reads them so too. */
describe("values", () => {
  test.each([
    ["zero", unsignedInteger(bytes("00")), "020100"],
    ["a number without needless zeros", unsignedInteger(bytes("00007f")), "02017f"],
    ["a number that is not negative", unsignedInteger(bytes("80")), "02020080"],
    ["true", boolean(true), "0101ff"],
    ["bits", bitString(bytes("06"), 1), "03020106"],
    ["bytes", octetString(bytes("0102")), "04020102"],
    ["text", utf8String("é"), "0c02c3a9"],
    ["an object identifier", objectIdentifier("1.2.840.10045.4.3.2"), "06082a8648ce3d040302"],
    ["a short one", objectIdentifier("2.5.29.19"), "0603551d13"],
    ["nothing", sequence(), "3000"],
    ["one of a set", setOf(boolean(false)), "3103010100"],
    ["a tag around a value", explicit(3, boolean(true)), "a3030101ff"],
    ["a tag in a value's place", implicit(7, bytes("7f000001")), "87047f000001"],
  ])("%s", (_what, der, hex) => {
    expect(der.toString("hex")).toBe(hex);
  });
});

test.each([
  [0x7f, "047f"],
  [0x80, "048180"],
  [0xff, "0481ff"],
  [0x100, "04820100"],
  [0x1_0000, "0483010000"],
])("%i bytes are said in their fewest bytes", (length, head) => {
  const der = octetString(Buffer.alloc(length));
  expect(der.subarray(0, der.length - length).toString("hex")).toBe(head);
});

test.each([
  ["2049-12-31T23:59:59.999Z", "\u0017\u000d491231235959Z"],
  ["2050-01-01T00:00:00.000Z", "\u0018\u000f20500101000000Z"],
])("%s has as many digits of the year as RFC 5280 asks for", (date, text) => {
  expect(time(new Date(date)).toString("latin1")).toBe(text);
});
