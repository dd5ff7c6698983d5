import fc from "fast-check";
import { expect, test } from "vitest";
import { isFault } from "../../base/fault.ts";
import { namePattern } from "./pattern.ts";

test.each([
  ["sales", "sales", true],
  ["sales", "sales2", false],
  ["SALES", "sales", true],
  ["sales*", "sales", true],
  ["sales*", "sales_2024", true],
  ["*2024", "sales_2024", true],
  ["s*_*4", "sales_2024", true],
  ["sales*", "presales", false],
  ["sales.*", "sales_2024", true],
  [".*", "anything", true],
  ["*", "anything", true],
  ["a|b*", "bcd", true],
  ["a|b", "ab", false],
  ["^t[0-9]+$", "t123", true],
  ["^t[0-9]+$", "t", false],
  ["t[^0-9]", "t1", false],
  ["(ab)*c", "ababc", true],
  ["\\w+_\\d{4}", "sales_2024", true],
  ["\\w+_\\d{4}", "sales_24", false],
  ["a{1,3}", "aaaa", false],
  ["a?b", "b", true],
  ["a\\.b", "axb", false],
])("%s against %s is %s", (pattern, name, matches) => {
  expect(namePattern(pattern)(name)).toBe(matches);
});

test.each(["(", "[a", "+", "a\\", "((((a{999}){999}){999}){999})"])("%s is refused", (pattern) => {
  let refused: unknown;
  try {
    namePattern(pattern);
  } catch (error) {
    refused = error;
  }
  expect(isFault(refused) && refused.code).toBe("InvalidInputException");
});

test("what makes other engines hang is answered at once", () => {
  expect(namePattern("(a+)+$")("a".repeat(254) + "b")).toBe(false);
});

test("any text is either a pattern or invalid input", () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ maxLength: 30 }), (pattern, name) => {
      try {
        return typeof namePattern(pattern)(name) === "boolean";
      } catch (error) {
        return isFault(error);
      }
    }),
  );
});

test("a name without signs matches itself and nothing longer", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^\w+$/), (name) => {
      const matches = namePattern(name);
      expect(matches(name)).toBe(true);
      expect(matches(`${name}x`)).toBe(false);
    }),
  );
});
