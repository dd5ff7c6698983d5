import { expect, test } from "vitest";
import { readScript } from "./script.ts";

test.each<[string, string, readonly (readonly string[])[]]>([
  [
    "calls, comments and blank lines",
    "# first\naws s3 mb s3://lake # why\n\naws sts x\n",
    [
      ["s3", "mb", "s3://lake"],
      ["sts", "x"],
    ],
  ],
  ["a line goes on", "aws s3 \\\n  mb s3://lake", [["s3", "mb", "s3://lake"]]],
  [
    "quotes",
    `aws iam put --doc '{"a": "b c"}' "x \\"y\\"" ''`,
    [["iam", "put", "--doc", '{"a": "b c"}', 'x "y"', ""]],
  ],
  ["words in pieces", `aws a=b'c d'e\\ f`, [["a=bc de f"]]],
])("%s", (_fact, text, expected) => {
  expect(readScript(text).map(({ words }) => words)).toEqual(expected);
});

test.each([
  ["aws s3 ls\nrm -rf x", "line 2: 'rm' is not run"],
  ["aws s3 ls | grep x", "line 1: '|' means something to a shell"],
  ["aws s3 mb s3://$NAME", "line 1: '$' means something to a shell"],
  ["\n\naws s3 mb 'x", "line 3: a quote is not closed"],
])("%j is refused by its line", (text, message) => {
  expect(() => readScript(text)).toThrow(message);
});

test("a call is named by the line that it begins on", () => {
  expect(readScript("aws a \\\n b\naws c").map(({ number }) => number)).toEqual([1, 3]);
});
