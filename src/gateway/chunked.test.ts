import fc from "fast-check";
import { expect, test } from "vitest";
import { isFault } from "../base/fault.ts";
import { ChunkedDecoder } from "./chunked.ts";
import { SigningKeys, type SignatureClaim } from "./signature.ts";

/** Decodes `encoded` cut at the given places; the cuts must make no difference. */
function decode(decoder: ChunkedDecoder, encoded: Buffer, cuts: readonly number[]): Buffer {
  const places = [...new Set(cuts.map((cut) => cut % (encoded.length + 1)))].toSorted((a, b) => a - b);
  const out: Uint8Array[] = [];
  let from = 0;
  for (const to of [...places, encoded.length]) {
    out.push(...decoder.push(encoded.subarray(from, to)));
    from = to;
  }
  decoder.finish();
  return Buffer.concat(out);
}

const encodeUnsigned = (chunks: readonly Uint8Array[], trailers: string): Buffer =>
  Buffer.concat([
    ...chunks
      .filter((chunk) => chunk.length > 0)
      .flatMap((chunk) => [Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from("\r\n")]),
    Buffer.from(`0\r\n${trailers}\r\n`),
  ]);

test("however a body is cut into packets, its bytes and trailers are the same", () => {
  const chunk = fc.uint8Array({ maxLength: 50 });
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 5 }), fc.array(fc.nat(), { maxLength: 8 }), (chunks, cuts) => {
      const decoder = new ChunkedDecoder({ hasTrailer: true });
      const encoded = encodeUnsigned(chunks, "x-amz-checksum-crc32:AAAAAA==\r\n");
      expect(decode(decoder, encoded, cuts).equals(Buffer.concat(chunks))).toBe(true);
      expect(decoder.trailers).toEqual({ "x-amz-checksum-crc32": "AAAAAA==" });
    }),
  );
});

/** Source: Amazon S3 API Reference, "Transferring Payload in Multiple Chunks (Chunked Upload)", the example: 65 kB of `a`. */
const CLAIM: SignatureClaim = {
  scope: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", day: "20130524", region: "us-east-1", service: "s3" },
  signedHeaders: [],
  signature: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
  timestamp: "20130524T000000Z",
  presigned: false,
  payloadHash: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
};
const KEY = new SigningKeys().key("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", CLAIM.scope);
const SIGNATURES = [
  "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
  "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
  "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
] as const;

const example = (first: string = SIGNATURES[0], body = Buffer.alloc(65_536, "a")): Buffer =>
  Buffer.concat([
    Buffer.from(`10000;chunk-signature=${first}\r\n`),
    body,
    Buffer.from(`\r\n400;chunk-signature=${SIGNATURES[1]}\r\n`),
    Buffer.alloc(1_024, "a"),
    Buffer.from(`\r\n0;chunk-signature=${SIGNATURES[2]}\r\n\r\n`),
  ]);

const signed = () => new ChunkedDecoder({ signing: { key: KEY, claim: CLAIM }, hasTrailer: false });

test("AWS's own example of signed chunks is accepted", () => {
  expect(decode(signed(), example(), [7, 40_000]).length).toBe(66_560);
});

test.each([
  ["another chunk signature", example("0".repeat(64)), "SignatureDoesNotMatch"],
  [
    "a changed byte",
    example(SIGNATURES[0], Buffer.concat([Buffer.from("b"), Buffer.alloc(65_535, "a")])),
    "SignatureDoesNotMatch",
  ],
  ["no end", example().subarray(0, -100), "IncompleteBody"],
  ["a size that is none", Buffer.from("xyz\r\n"), "InvalidRequest"],
  ["something behind the end", Buffer.concat([example(), Buffer.from("more")]), "InvalidRequest"],
])("%s is refused", (_what, encoded, code) => {
  const attempt = (): unknown => {
    try {
      return decode(signed(), encoded, []);
    } catch (error) {
      return isFault(error) ? error.code : error;
    }
  };
  expect(attempt()).toBe(code);
});
