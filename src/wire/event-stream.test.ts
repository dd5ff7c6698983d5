import fc from "fast-check";
import { expect, test } from "vitest";
import { EventDecoder, writeEvent, type EventMessage } from "./event-stream.ts";
import { isMalformed } from "./malformed.ts";

const messages = fc.array(
  fc.record({
    headers: fc.dictionary(fc.stringMatching(/^[:a-z-]{1,20}$/), fc.string({ unit: "grapheme" }), {
      noNullPrototype: true,
    }),
    payload: fc.uint8Array({ maxLength: 200 }),
  }),
  { maxLength: 5 },
);

function decode(bytes: Uint8Array, pieceBytes: number): readonly EventMessage[] {
  const decoder = new EventDecoder();
  const out: EventMessage[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes)
    out.push(...decoder.push(bytes.subarray(at, at + pieceBytes)));
  decoder.finish();
  return out;
}

test("messages come out as they went in, in whatever pieces", () => {
  fc.assert(
    fc.property(messages, fc.integer({ min: 1, max: 50 }), (sent, pieceBytes) => {
      const bytes = Buffer.concat(sent.map(({ headers, payload }) => writeEvent(headers, payload)));
      const read = decode(bytes, pieceBytes).map(({ headers, payload }) => ({
        headers: { ...headers },
        payload,
      }));
      expect(read).toEqual(sent);
    }),
  );
});

test("a bit that turned, anywhere, is noticed", () => {
  const bytes = writeEvent({ ":event-type": "Records" }, new Uint8Array([1, 2, 3]));
  for (let at = 0; at < bytes.length; at++) {
    const broken = Uint8Array.from(bytes);
    broken[at] = (broken[at] ?? 0) ^ 1;
    expect(() => decode(broken, bytes.length)).toThrow(/event/);
  }
});

test("a stream that ends within a message is malformed", () => {
  const bytes = writeEvent({}, new Uint8Array(10));
  expect(() => decode(bytes.subarray(0, -1), 8)).toThrow(/ends within/);
});

test("whatever the bytes, decoding answers messages or says that they are malformed", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 12, maxLength: 64 }), (bytes) => {
      try {
        decode(bytes, 7);
      } catch (error) {
        expect(isMalformed(error)).toBe(true);
      }
    }),
  );
});
