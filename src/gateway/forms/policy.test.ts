import fc from "fast-check";
import { expect, test } from "vitest";
import { isFault } from "../../base/fault.ts";
import { SigningKeys } from "../signature.ts";
import { FormFields } from "./fields.ts";
import { checkForm, parsePolicy } from "./policy.ts";

/** Source: Amazon S3 API Reference, "Example: Browser-based upload using HTTP POST (using AWS Signature Version 4)". */
const EXAMPLE =
  "eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9";
const BEFORE = new Date("2015-12-30T11:59:59.000Z");

const exampleFields = (): FormFields => {
  const fields = new FormFields();
  const values: Readonly<Record<string, string>> = {
    key: "user/user1/${filename}",
    acl: "public-read",
    success_action_redirect: "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html",
    "Content-Type": "image/jpeg",
    "x-amz-meta-uuid": "14365123651274",
    "x-amz-server-side-encryption": "AES256",
    "X-Amz-Credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request",
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Date": "20151229T000000Z",
    "x-amz-meta-tag": "",
    Policy: EXAMPLE,
    "X-Amz-Signature": "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e",
  };
  for (const name in values) fields.add(name, values[name] ?? "");
  return fields;
};

const saying = (run: () => unknown): string => {
  try {
    run();
    return "";
  } catch (error) {
    if (isFault(error)) return error.message;
    throw error;
  }
};

test("the documentation's form is signed and allowed", () => {
  const scope = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", day: "20151229", region: "us-east-1", service: "s3" };
  const key = new SigningKeys().key("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", scope);
  expect(key.sign(EXAMPLE)).toBe(exampleFields().get("x-amz-signature"));
  const fields = exampleFields().withFilename("C:\\pictures\\me.jpg");
  expect(fields.get("key")).toBe("user/user1/me.jpg");
  const size = checkForm(parsePolicy(EXAMPLE), fields, { bucket: "sigv4examplebucket", now: BEFORE });
  expect(size).toEqual({ least: 0, most: Number.POSITIVE_INFINITY });
});

test("no field of it can be left out, added or changed", () => {
  const policy = parsePolicy(EXAMPLE);
  const check = (fields: FormFields) => () =>
    checkForm(policy, fields, { bucket: "sigv4examplebucket", now: BEFORE });
  for (const changed of exampleFields().names()) {
    if (changed === "Policy" || changed === "X-Amz-Signature") continue;
    const without = new FormFields();
    const other = new FormFields();
    for (const name of exampleFields().names()) {
      if (name !== changed) without.add(name, exampleFields().get(name) ?? "");
      other.add(name, name === changed ? "another" : (exampleFields().get(name) ?? ""));
    }
    expect(saying(check(without)), changed).toContain("Policy Condition failed: ");
    if (changed !== "x-amz-meta-tag")
      expect(saying(check(other)), changed).toContain("Policy Condition failed: ");
  }
  const more = exampleFields();
  more.add("x-amz-meta-more", "");
  more.add("X-Amz-Acl", "");
  expect(saying(check(more))).toBe(
    "Invalid according to Policy: Extra input fields: x-amz-meta-more, X-Amz-Acl",
  );
});

test("it holds until its last moment, and not after", () => {
  const policy = parsePolicy(EXAMPLE);
  const at = (now: Date) =>
    saying(() => checkForm(policy, exampleFields(), { bucket: "sigv4examplebucket", now }));
  expect(at(policy.expiration)).toBe("");
  expect(at(new Date(policy.expiration.getTime() + 1))).toBe("Invalid according to Policy: Policy expired.");
});

test("fields of one name are one value with commas", () => {
  const fields = new FormFields();
  fields.add("x-amz-meta-tag", "Ninja");
  fields.add("X-Amz-Meta-Tag", "Stallman");
  expect([fields.get("x-amz-meta-tag"), fields.names()]).toEqual(["Ninja,Stallman", ["x-amz-meta-tag"]]);
});

const DEEP: unknown = JSON.parse(`${"[".repeat(3_000)}${"]".repeat(3_000)}`);

const encode = (document: unknown): string => Buffer.from(JSON.stringify(document)).toString("base64");

test("several ranges narrow each other", () => {
  const conditions = [
    ["content-length-range", 1, 100],
    ["Content-Length-Range", "10", 1_000],
  ];
  const policy = parsePolicy(encode({ expiration: "2026-01-01T00:00:00Z", conditions }));
  expect(checkForm(policy, new FormFields(), { bucket: "b", now: BEFORE })).toEqual({ least: 10, most: 100 });
});

test("whatever a policy is, it is read or refused in S3's words", () => {
  const expiration = "2026-01-01T00:00:00Z";
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.json()),
      fc.oneof(fc.jsonValue(), fc.constant({ toString: 1, valueOf: 1 }), fc.constant(DEEP)),
      (text, value) => {
        for (const policy of [
          text,
          encode(value),
          encode({ expiration: value, conditions: [] }),
          encode({ expiration, conditions: [value] }),
          encode({ expiration, conditions: [[value, value, value]] }),
          encode({ expiration, conditions: [["content-length-range", value, value]] }),
          encode({ expiration, conditions: [["eq", "$key", value]] }),
        ]) {
          const said = saying(() =>
            checkForm(parsePolicy(policy), new FormFields(), { bucket: "b", now: BEFORE }),
          );
          expect(said).toMatch(/^(?:Invalid Policy: |Invalid according to Policy: |$)/);
        }
      },
    ),
  );
});
