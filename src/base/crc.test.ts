import fc from "fast-check";
import { expect, test } from "vitest";
import { crc32, crc32c, crc64nvme, type Crc } from "./crc.ts";

const check = (crc: Crc, bytes: Uint8Array): Buffer => {
  const state = crc.start();
  state.update(bytes);
  return state.digest();
};

/** Source: the catalogue of parametrised CRC algorithms, "check" of the ASCII text 123456789. */
test.each([
  ["CRC32", crc32, "cbf43926"],
  ["CRC32C", crc32c, "e3069283"],
  ["CRC64NVME", crc64nvme, "ae8b14860a799888"],
])("%s of 123456789", (_name, crc, hex) => {
  expect(check(crc, Buffer.from("123456789")).toString("hex")).toBe(hex);
});

test.each([
  ["CRC32", crc32],
  ["CRC32C", crc32c],
  ["CRC64NVME", crc64nvme],
])("%s of parts combines to that of the whole, however it is cut", (_name, crc) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 200 }), (a, b) => {
      const whole = check(crc, Buffer.concat([a, b]));
      expect(crc.combine(check(crc, a), check(crc, b), b.length)).toEqual(whole);
      const inSteps = crc.start();
      inSteps.update(a);
      inSteps.update(b);
      expect(inSteps.digest()).toEqual(whole);
    }),
  );
});
