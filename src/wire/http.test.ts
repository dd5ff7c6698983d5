import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MalformedError } from "./malformed.ts";
import {
  headerSafe,
  httpDate,
  parseHttpDate,
  parseQueryString,
  percentDecode,
  percentEncode,
  percentEncodePath,
  queryValue,
  splitTarget,
} from "./http.ts";

describe("percent encoding", () => {
  test("leaves RFC 3986's unreserved characters alone, and no other", () => {
    expect(percentEncode("AZaz09-._~ !'()*/%+é")).toBe("AZaz09-._~%20%21%27%28%29%2A%2F%25%2B%C3%A9");
    expect(percentEncodePath("a//b c/../")).toBe("a//b%20c/../");
  });

  test("decodes what it encoded, and a plus sign stays one in a path", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(percentDecode(percentEncode(text))).toBe(text);
      }),
    );
    expect(percentDecode("a+b")).toBe("a+b");
  });

  test.each(["%", "%zz", "%ff", "%c3%28"])("refuses %s", (text) => {
    expect(() => percentDecode(text)).toThrow(MalformedError);
  });
});

describe("request targets", () => {
  test("keep dot segments and double slashes", () => {
    expect(splitTarget("/b/a/../c//d/?x=/../?").path).toBe("/b/a/../c//d/");
  });

  test("keep the order of their parameters, and parameters without values", () => {
    const query = parseQueryString("b=1&acl&a=x+y%2B&b=2&&=v");
    expect(query.list).toEqual([
      ["b", "1"],
      ["acl", ""],
      ["a", "x y+"],
      ["b", "2"],
      ["", "v"],
    ]);
    expect(queryValue(query, "b")).toBe("1");
    expect(queryValue(query, "c")).toBeUndefined();
  });
});

describe("HTTP dates", () => {
  const date = new Date("1994-11-06T08:49:37Z");

  test.each(["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])(
    "are read in the form %s",
    (text) => {
      expect(parseHttpDate(text)).toEqual(date);
    },
  );

  test("are written in the first form", () => {
    expect(httpDate(date)).toBe("Sun, 06 Nov 1994 08:49:37 GMT");
  });

  test.each(["", "yesterday", "1994-11-06", "Sun, 99 Nov 1994 08:49:37 GMT"])("'%s' is none", (text) => {
    expect(parseHttpDate(text)).toBeUndefined();
  });
});

test("a header's value carries no line break, and more than Latin-1 as UTF-8 bytes", () => {
  expect(headerSafe("a\r\nx: y")).toBe("a  x: y");
  expect(headerSafe("é")).toBe("é");
  expect(Buffer.from(headerSafe("호수"), "latin1").toString("utf8")).toBe("호수");
});
