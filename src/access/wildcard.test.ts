import * as fc from "fast-check";
import { expect, test } from "vitest";
import { arnPattern } from "./arn-pattern.ts";
import { matcher, matchPrefix, tokenize } from "./wildcard.ts";

const matches = (pattern: string, text: string): boolean => matcher(tokenize(pattern))(text);

/** What a pattern means, said by a regular expression; short texts only, since it does backtrack. */
const reference = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s").test(text);

const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 8 });
const text = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 8 });

test("a pattern means what its regular expression means", () => {
  fc.assert(
    fc.property(pattern, text, (p, t) => matches(p, t) === reference(p, t)),
    { numRuns: 2_000 },
  );
});

test("over a prefix, all and none are true of every text that begins so", () => {
  fc.assert(
    fc.property(pattern, text, text, (p, prefix, rest) => {
      const over = matchPrefix(tokenize(p), prefix);
      return over === "some" || matches(p, prefix + rest) === (over === "all");
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ["arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/a:b/c", true],
  ["arn:aws:s3:::*", "arn:aws:s3:::bucket", true],
  ["arn:aws:iam::*:user/a", "arn:aws:iam::1:2:user/a", false],
  ["arn:aws:*:*:*:*", "arn:aws:glue:us-east-1:1:table/d/t", true],
  ["*", "not an arn", true],
  ["arn:aws:s3:::Bucket", "arn:aws:s3:::bucket", false],
])("%s over %s: %s", (p, arn, expected) => {
  expect(arnPattern(tokenize(p)).matches(arn)).toBe(expected);
});

test("a pattern of many stars over a long text takes no longer than linear time allows", () => {
  const started = performance.now();
  const evil = `${"a*".repeat(2_000)}b`;
  expect(matches(evil, "a".repeat(100_000))).toBe(false);
  expect(matches(`${"*a?".repeat(1_000)}b`, "a".repeat(20_000))).toBe(false);
  expect(performance.now() - started).toBeLessThan(2_000);
});
