import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isMalformed } from "./malformed.ts";
import { boundaryOf, MultipartDecoder, type PartHead } from "./multipart.ts";

interface Part extends PartHead {
  readonly content: Buffer;
}

/** Cut at the given places; the cuts must make no difference. */
function decode(body: Buffer, boundary: string, cuts: readonly number[]): readonly Part[] {
  const decoder = new MultipartDecoder(boundary);
  const parts: { head: PartHead; chunks: Uint8Array[] }[] = [];
  let from = 0;
  for (const to of [...cuts.toSorted((a, b) => a - b), body.length]) {
    for (const event of decoder.push(body.subarray(from, to))) {
      if (event.kind === "part") {
        expect(body.toString("latin1", event.before - 4, event.before)).toMatch(/\r\n$/);
        parts.push({ head: event.head, chunks: [] });
      } else if (event.kind === "bytes") parts.at(-1)?.chunks.push(Buffer.from(event.bytes));
    }
    from = to;
  }
  decoder.finish();
  return parts.map(({ head, chunks }) => ({ ...head, content: Buffer.concat(chunks) }));
}

const encode = (parts: readonly Part[], boundary: string): Buffer =>
  Buffer.concat([
    ...parts.flatMap(({ name, filename, content }) => [
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"`),
      Buffer.from(filename === undefined ? "" : `; filename="${filename}"\r\nContent-Type: a/b`),
      Buffer.from("\r\n\r\n"),
      content,
      Buffer.from("\r\n"),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);

/** Everything that looks like a delimiter, or begins like one. */
const tempting = (boundary: string) =>
  fc
    .array(
      fc.constantFrom("\r", "\n", "\r\n", "-", "--", `--${boundary.slice(0, -1)}`, boundary, "x", "\0"),
      {
        maxLength: 12,
      },
    )
    .map((pieces) => pieces.join(""))
    .filter((text) => !`\r\n${text}`.includes(`\r\n--${boundary}`))
    .map((text) => Buffer.from(text, "latin1"));

const BOUNDARY = "--b";
const partOf = fc.record({
  name: fc.constantFrom("key", "file", "x-amz-meta-a"),
  filename: fc.constantFrom(undefined, "", "호수.txt"),
  content: tempting(BOUNDARY),
});

test("however a form is cut into packets, its parts are the same", () => {
  fc.assert(
    fc.property(fc.array(partOf, { maxLength: 4 }), fc.array(fc.nat(), { maxLength: 8 }), (parts, places) => {
      const body = encode(parts, BOUNDARY);
      const cuts = places.map((place) => place % (body.length + 1));
      expect(decode(body, BOUNDARY, cuts)).toEqual(parts);
    }),
    { numRuns: 2_000 },
  );
});

test("cut in two at every byte, and into single bytes, a form is the same", () => {
  const parts: Part[] = [
    { name: "key", filename: undefined, content: Buffer.from("a") },
    { name: "file", filename: "f", content: Buffer.from("\r\n--\r\n----\r\r\n--boundar\r\n--boundar") },
    { name: "after", filename: undefined, content: Buffer.alloc(0) },
  ];
  const body = encode(parts, "boundary");
  for (let at = 0; at <= body.length; at++) expect(decode(body, "boundary", [at])).toEqual(parts);
  expect(decode(body, "boundary", [...body.keys()])).toEqual(parts);
});

test("what stands before the first delimiter and after the last is no part", () => {
  const body = Buffer.from(`preamble\r\n--b \t\r\n\r\ntext\r\n--b--epilogue\r\n--b\r\n`);
  expect(decode(body, "b", [])).toEqual([{ name: "", filename: undefined, content: Buffer.from("text") }]);
});

test.each([
  { what: "nothing at all", body: "" },
  { what: "another boundary", body: "--c\r\n\r\n\r\n--c--" },
  { what: "no end", body: '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\ntext' },
  { what: "an end in the middle of a delimiter", body: "--b\r\n\r\ntext\r\n--b" },
  { what: "text after a delimiter", body: "--bc\r\n\r\ntext\r\n--b--" },
  { what: "one dash after a delimiter", body: "--b-\r\n\r\ntext\r\n--b--" },
  { what: "a head without end", body: `--b\r\n${"x".repeat(10_000)}` },
])("$what is malformed", ({ body }) => {
  const whole = () => decode(Buffer.from(body), "b", []);
  expect(() => {
    try {
      whole();
    } catch (error) {
      expect(isMalformed(error)).toBe(true);
      throw error;
    }
  }).toThrow();
});

test("random bytes are told or refused", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }), (chunks) => {
      const decoder = new MultipartDecoder("b");
      try {
        for (const chunk of chunks) decoder.push(Buffer.concat([Buffer.from("\r\n--b"), chunk]));
      } catch (error) {
        expect(isMalformed(error)).toBe(true);
      }
    }),
  );
});

describe("a part's head", () => {
  const headOf = (line: string) => decode(Buffer.from(`--b\r\n${line}\r\n\r\n\r\n--b--`), "b", [])[0];
  test.each([
    { line: 'Content-Disposition: form-data; name="a"', name: "a", filename: undefined },
    { line: "content-disposition:form-data;name=a;filename=f.txt", name: "a", filename: "f.txt" },
    { line: 'Content-Disposition: form-data; filename="f; name=b"; name="a"', name: "a", filename: "f; name=b" }, // prettier-ignore
    { line: 'Content-Disposition: form-data; name="a"; filename="C:\\dir\\f \\"1\\".txt"', name: "a", filename: 'C:\\dir\\f "1".txt' }, // prettier-ignore
    { line: 'Content-Disposition: form-data; name="a"; filename=""', name: "a", filename: "" },
    { line: 'Content-Disposition: file; name="file"', name: "", filename: undefined },
    { line: "Content-Type: text/plain", name: "", filename: undefined },
  ])("$line", ({ line, name, filename }) => {
    expect(headOf(line)).toMatchObject({ name, filename });
  });
});

test.each([
  { type: "multipart/form-data; boundary=abc", boundary: "abc" },
  { type: 'Multipart/Form-Data; charset=utf-8; boundary="a b"', boundary: "a b" },
  {
    type: "multipart/form-data;boundary=----WebKitFormBoundaryAb+1;x=y",
    boundary: "----WebKitFormBoundaryAb+1",
  },
  { type: "multipart/form-data", boundary: undefined },
  { type: `multipart/form-data; boundary=${"x".repeat(71)}`, boundary: undefined },
  { type: "multipart/mixed; boundary=abc", boundary: undefined },
  { type: "text/html", boundary: undefined },
])("the boundary of $type", ({ type, boundary }) => expect(boundaryOf(type)).toBe(boundary));
