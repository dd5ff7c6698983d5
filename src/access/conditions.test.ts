import { describe, expect, test } from "vitest";
import { evaluate } from "./evaluate.ts";
import type { Context } from "./request.ts";
import { carlos, named } from "./testing.ts";

/** Source of each block: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Set operators for multivalued context keys". */
type Row = readonly [condition: Record<string, Record<string, unknown>>, context: Context, holds: boolean];

const date = "2026-03-01T12:00:00Z";
const rows: Record<string, readonly Row[]> = {
  "strings compare exactly": [
    [{ StringEquals: { k: "a" } }, { k: "a" }, true],
    [{ StringEquals: { k: "a" } }, { K: "a" }, true],
    [{ StringEquals: { k: "a" } }, { k: "A" }, false],
    [{ StringEquals: { k: ["x", "a"] } }, { k: "a" }, true],
    [{ StringEquals: { k: "a*" } }, { k: "ab" }, false],
    [{ StringEquals: { k: "a*?" } }, { k: "a*?" }, true],
    [{ StringEquals: { k: "a?" } }, { k: "a*" }, false],
    [{ StringEquals: { k: "a" } }, {}, false],
    [{ StringEqualsIgnoreCase: { k: "Ab" } }, { k: "aB" }, true],
    [{ StringLike: { k: "s3://*/x?" } }, { k: "s3://b/c/xy" }, true],
    [{ StringLike: { k: "a" } }, { k: "ab" }, false],
    [{ StringLike: { k: ["", "home/*"] } }, { k: "" }, true],
  ],
  "a negated operator holds for an absent key, and only when no value matches": [
    [{ StringNotEquals: { k: "a" } }, {}, true],
    [{ StringNotEquals: { k: ["a", "b"] } }, { k: "b" }, false],
    [{ StringNotEquals: { k: ["a", "b"] } }, { k: "c" }, true],
    [{ StringNotLike: { k: "a*" } }, { k: "ab" }, false],
    [{ StringNotEqualsIgnoreCase: { k: "A" } }, { k: "a" }, false],
    [{ NotIpAddress: { k: "10.0.0.0/8" } }, { k: "10.1.1.1" }, false],
    [{ ArnNotLike: { k: "arn:aws:s3:::a*" } }, { k: "arn:aws:s3:::b" }, true],
    [{ NumericNotEquals: { k: 5 } }, { k: "5" }, false],
  ],
  "IfExists forgives an absent key and nothing else": [
    [{ StringEqualsIfExists: { k: "a" } }, {}, true],
    [{ StringEqualsIfExists: { k: "a" } }, { k: "b" }, false],
    [{ BoolIfExists: { k: "false" } }, {}, true],
    [{ "ForAnyValue:StringEqualsIfExists": { k: "a" } }, {}, true],
  ],
  "several operators and keys must all hold": [
    [{ StringEquals: { k: "a", l: "b" } }, { k: "a" }, false],
    [{ StringEquals: { k: "a" }, Bool: { l: true } }, { k: "a", l: true }, true],
  ],
  "numbers compare by value": [
    [{ NumericLessThan: { k: "10" } }, { k: 9 }, true],
    [{ NumericLessThanEquals: { k: "10" } }, { k: "10.0" }, true],
    [{ NumericGreaterThan: { k: "10" } }, { k: "9" }, false],
    [{ NumericGreaterThanEquals: { k: "1e1" } }, { k: "10" }, true],
    [{ NumericEquals: { k: "ten" } }, { k: "10" }, false],
  ],
  "dates are ISO 8601 or seconds": [
    [{ DateGreaterThan: { k: "2026-02-28T00:00:00Z" } }, { k: date }, true],
    [{ DateLessThan: { k: "2026-03-01" } }, { k: date }, false],
    [{ DateEquals: { k: "1772366400" } }, { k: date }, true],
    [{ DateLessThanEquals: { k: "2026-03-01T21:00:00+09:00" } }, { k: date }, true],
    [{ DateNotEquals: { k: date } }, { k: date }, false],
    [{ DateGreaterThanEquals: { k: date } }, { k: new Date(date) }, true],
  ],
  "booleans and binaries": [
    [{ Bool: { k: "true" } }, { k: true }, true],
    [{ Bool: { k: "true" } }, {}, false],
    [{ Bool: { k: "False" } }, { k: "false" }, true],
    [{ BinaryEquals: { k: "QmluYXJ5" } }, { k: "QmluYXJ5" }, true],
  ],
  "addresses lie in networks": [
    [{ IpAddress: { k: "203.0.113.0/24" } }, { k: "203.0.113.77" }, true],
    [{ IpAddress: { k: "203.0.113.0/24" } }, { k: "203.0.114.1" }, false],
    [{ IpAddress: { k: "203.0.113.7" } }, { k: "203.0.113.7" }, true],
    [{ IpAddress: { k: "2001:DB8:1234:5678::/64" } }, { k: "2001:db8:1234:5678::1" }, true],
    [{ IpAddress: { k: "0.0.0.0/0" } }, { k: "::1" }, false],
    [{ IpAddress: { k: "10.0.0.0/8" } }, { k: "::ffff:10.0.0.1" }, true],
    [{ IpAddress: { k: "300.1.1.1" } }, { k: "300.1.1.1" }, false],
  ],
  "ARNs match part by part": [
    [{ ArnLike: { k: "arn:aws:iam::*:role/x*" } }, { k: "arn:aws:iam::1:role/xy" }, true],
    [{ ArnEquals: { k: "arn:aws:sns:*:1:t?" } }, { k: "arn:aws:sns:us:1:t1" }, true],
    [{ ArnLike: { k: "arn:aws:*:1:x" } }, { k: "arn:aws:a:b:1:x" }, false],
    [{ ArnLike: { k: "arn:aws:iam::*:x" } }, { k: "arn:aws:iam::1:y:x" }, false],
  ],
  "Null asks whether the key is there": [
    [{ Null: { k: "true" } }, {}, true],
    [{ Null: { k: "false" } }, {}, false],
    [{ Null: { k: false } }, { k: "" }, true],
    [{ Null: { k: "true" } }, { k: [] }, true],
    [{ Null: { k: ["true", "false"] } }, { k: "x" }, true],
  ],
  "ForAllValues holds when every value of the request is among the policy's, and for none": [
    [{ "ForAllValues:StringEquals": { k: ["a", "b"] } }, { k: ["a"] }, true],
    [{ "ForAllValues:StringEquals": { k: ["a", "b"] } }, { k: ["a", "c"] }, false],
    [{ "ForAllValues:StringEquals": { k: "a" } }, {}, true],
    [{ "ForAllValues:StringEquals": { k: "a" }, Null: { k: "false" } }, {}, false],
    [{ "ForAllValues:StringNotEquals": { k: "a" } }, { k: ["a", "b"] }, false],
    [{ "ForAllValues:StringNotEquals": { k: "a" } }, { k: ["b", "c"] }, true],
  ],
  "ForAnyValue holds when one value of the request is among the policy's, and for none does not": [
    [{ "ForAnyValue:StringLike": { k: "a*" } }, { k: ["x", "ab"] }, true],
    [{ "ForAnyValue:StringEquals": { k: "a" } }, { k: ["x"] }, false],
    [{ "ForAnyValue:StringEquals": { k: "a" } }, {}, false],
    [{ "ForAnyValue:StringNotEquals": { k: "a" } }, { k: ["a", "b"] }, true],
    [{ "ForAnyValue:StringNotEquals": { k: "a" } }, {}, false],
  ],
  "variables stand for what the request says, as text": [
    [{ StringEquals: { k: "${aws:username}" } }, { k: "carlos" }, true],
    [{ StringLike: { k: "home/${aws:username}/*" } }, { k: "home/carlos/x" }, true],
    [{ StringLike: { k: "${l}" } }, { k: "anything", l: "*" }, false],
    [{ StringEquals: { k: "${aws:PrincipalTag/team, 'none'}" } }, { k: "none" }, true],
    [{ StringEquals: { k: "${missing}" } }, { k: "" }, false],
    [{ StringNotEquals: { k: "${missing}" } }, { k: "x" }, true],
    [{ StringLike: { k: "a${*}${?}${$}" } }, { k: "a*?$" }, true],
    [{ StringLike: { k: "a${*}" } }, { k: "ab" }, false],
  ],
  "names that every object has are names like any other": [
    [{ StringEquals: { constructor: "a" } }, {}, false],
    [{ StringLike: { constructor: "*" } }, { constructor: "a" }, true],
    [{ Null: { ["__proto__"]: "true" } }, {}, true],
    [{ constructor: { k: "a" } }, { k: "a" }, false],
  ],
  "an operator that nobody knows never holds": [[{ StringAlike: { k: "a" } }, { k: "a" }, false]],
};

describe.each(Object.entries(rows))("%s", (_fact, cases) => {
  test.each(cases)("%j with %j: %s", (condition, context, holds) => {
    const policy = named("p", { Condition: condition });
    const request = { principal: carlos, action: "s3:GetObject", resource: "arn:aws:s3:::b/k", context };
    expect(evaluate(request, { identity: [policy] }).effect).toBe(holds ? "allow" : "deny");
  });
});
