import { expect, test } from "vitest";
import { corsHeaders } from "./cors-rules.ts";

/** Source: Amazon S3 User Guide, "Elements of a CORS configuration", the example's rules. */
const RULES = [
  {
    AllowedOrigins: ["http://www.example1.com"],
    AllowedMethods: ["PUT", "POST", "DELETE"],
    AllowedHeaders: ["*"],
    ExposeHeaders: ["x-amz-request-id"],
    MaxAgeSeconds: 3000,
  },
  { AllowedOrigins: ["http://*.example2.com"], AllowedMethods: ["PUT"], AllowedHeaders: ["x-amz-*"] },
  { AllowedOrigins: ["*"], AllowedMethods: ["GET"] },
];
const asked = (origin: string, method: string, ...headers: string[]) => ({
  path: "/lake/key",
  origin,
  method,
  headers,
});

test.each([
  [
    "an origin by its name",
    asked("http://www.example1.com", "PUT", "Content-Type"),
    "http://www.example1.com",
  ],
  ["an origin by a star", asked("http://a.example2.com", "PUT", "x-amz-date"), "http://a.example2.com"],
  ["a header that is not allowed", asked("http://a.example2.com", "PUT", "content-type"), undefined],
  ["a method that is not allowed", asked("http://a.example2.com", "DELETE"), undefined],
  ["anyone, to read", asked("http://elsewhere.org", "GET"), "*"],
  ["another scheme", asked("https://www.example1.com", "PUT"), undefined],
])("%s", (_what, about, origin) => {
  expect(corsHeaders(RULES, about)?.["access-control-allow-origin"]).toBe(origin);
});

test("the rule that fits says which headers a page may read, and for how long", () => {
  expect(corsHeaders(RULES, asked("http://www.example1.com", "PUT"))).toMatchObject({
    "access-control-expose-headers": "x-amz-request-id",
    "access-control-max-age": "3000",
  });
});
