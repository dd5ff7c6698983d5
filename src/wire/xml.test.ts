import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MalformedError } from "./malformed.ts";
import { escapeXml, parseXml } from "./xml.ts";

describe("parseXml", () => {
  test("keeps names without prefixes, attributes with them, and text", () => {
    const root = parseXml(
      `<?xml version="1.0"?><!-- a --><s3:A xmlns:s3="u" b='1>2'><B/>x<![CDATA[<y>]]><B>&lt;&#233;&#x1F600;</B></s3:A>`,
    );
    expect(root).toMatchObject({
      name: "A",
      attributes: { "xmlns:s3": "u", b: "1>2" },
      text: "x<y>",
      children: [
        { name: "B", text: "" },
        { name: "B", text: "<é😀" },
      ],
    });
  });

  test.each([
    ["nothing", ""],
    ["text alone", "a"],
    ["two roots", "<a/><b/>"],
    ["an open element", "<a>"],
    ["a crossed end tag", "<a><b></a></b>"],
    ["a longer end tag", "<a></ab>"],
    ["an end tag alone", "</a>"],
    ["a document type", `<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>`],
    ["an unknown entity", "<a>&x;</a>"],
    ["an ampersand", "<a>a & b</a>"],
    ["a code point that is none", "<a>&#x110000;</a>"],
    ["an attribute without quotes", "<a b=c/>"],
    ["a tag without a name", "<a>< b/></a>"],
    ["CDATA outside the root", "<![CDATA[a]]><a/>"],
  ])("refuses %s", (_what, text) => {
    expect(() => parseXml(text)).toThrow(MalformedError);
  });

  test("refuses what nests too deep, without exhausting the stack", () => {
    expect(() => parseXml("<a>".repeat(100_000))).toThrow(MalformedError);
  });

  test("reads back every text that was escaped", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), (text, attribute) => {
        const root = parseXml(`<a b="${escapeXml(attribute)}">${escapeXml(text)}</a>`);
        expect(root.text).toBe(text);
        expect(root.attributes["b"]).toBe(attribute);
      }),
    );
  });

  test("throws nothing but MalformedError, whatever the text", () => {
    const pieces = fc.constantFrom("<a>", "</a>", "<b c='d'/>", "<!--", "-->", "<![CDATA[", "]]>", "&amp;", "&", "<", ">", '"', "x"); // prettier-ignore
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        try {
          parseXml(parts.join(""));
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedError);
        }
      }),
    );
  });
});
