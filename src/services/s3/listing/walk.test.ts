import fc from "fast-check";
import { expect, test } from "vitest";
import { localStore } from "../../../store/local-store.ts";
import type { Store } from "../../../store/store.ts";
import { crashPages } from "../../../store/testing/crash-pages.ts";
import { seeded } from "../../../store/testing/random.ts";
import { objects } from "../model.ts";
import { walk, type Position } from "./walk.ts";

const key = fc.string({
  unit: fc.constantFrom("a", "b", "/", "é", "𝄞", "\u{10ffff}"),
  minLength: 1,
  maxLength: 6,
});

async function storeWith(keys: readonly string[]): Promise<Store> {
  const store = localStore(crashPages(seeded(1)));
  await store.update(async (tx) => {
    for (const one of keys)
      tx.put(objects, {
        bucket: "lake",
        key: one,
        versionId: "null",
        sequence: 1,
        isDeleteMarker: false,
        bytes: 0,
        lastModifiedMs: 0,
        etag: "",
        storageClass: "STANDARD",
        details: { account: "111122223333", content: { parts: [] }, headers: {}, metadata: {} },
      });
  });
  return store;
}

/** What S3 documents, written plainly: everything in UTF-8 order, keys that share a prefix up to the delimiter as one. */
function expected(keys: readonly string[], prefix: string, delimiter: string | undefined): string[] {
  const sorted = [...new Set(keys)].toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const shown = sorted
    .filter((one) => one.startsWith(prefix))
    .map((one) => {
      const at = delimiter ? one.indexOf(delimiter, prefix.length) : -1;
      return at < 0 ? one : `${one.slice(0, at + 1)}…`;
    });
  return [...new Set(shown)];
}

test("pages of any size, one after the other, show every key and common prefix once and in order", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(key, { maxLength: 30 }),
      fc.constantFrom("", "a", "a/", "b/é"),
      fc.constantFrom(undefined, "/", "b"),
      fc.integer({ min: 1, max: 5 }),
      async (keys, prefix, delimiter, limit) => {
        const store = await storeWith(keys);
        const shown: string[] = [];
        let after: Position | undefined;
        do {
          const asked = { bucket: "lake", prefix, delimiter, after, limit };
          const page = await store.read((read) => walk(read, objects, asked));
          expect(page.rows.length + page.commonPrefixes.length).toBeLessThanOrEqual(limit);
          shown.push(...page.rows.map((row) => row.key), ...page.commonPrefixes.map((text) => `${text}…`));
          after = page.last;
        } while (after);
        const order = (texts: readonly string[]): string[] =>
          texts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect(order(shown)).toEqual(order(expected(keys, prefix, delimiter)));
      },
    ),
    { numRuns: 300 },
  );
});

test("a common prefix of ten thousand keys is jumped over", async () => {
  const store = await storeWith([...Array.from({ length: 9_000 }, (_, index) => `logs/${index}`), "z"]);
  const asked = { bucket: "lake", prefix: "", delimiter: "/", after: undefined, limit: 1_000 };
  const page = await store.read((read) => walk(read, objects, asked));
  expect(page.commonPrefixes).toEqual(["logs/"]);
  expect(page.rows.map((row) => row.key)).toEqual(["z"]);
  expect(page.last).toBeUndefined();
});
