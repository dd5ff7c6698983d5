import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { isFault } from "../base/fault.ts";
import { decodeKey, encodeKey, encodePrefix, type Key, type KeyPart } from "./keys.ts";
import { openLmdbPages } from "./lmdb-pages.ts";
import { localStore } from "./local-store.ts";
import { openPostgresStore } from "./postgres/postgres-store.ts";
import type { Store } from "./store.ts";
import { table } from "./table.ts";
import { crashPages } from "./testing/crash-pages.ts";
import { postgresPrograms, startTestPostgres, type TestPostgres } from "./testing/postgres.ts";
import { seeded } from "./testing/random.ts";
import { timers } from "./timers.ts";

const folder = mkdtempSync(join(tmpdir(), "hosu-store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
/** On a machine without a server these are skipped; CI installs one, and fails without. */
const hasPostgres = postgresPrograms() !== undefined || process.env["CI"] !== undefined;
const server: { running?: Promise<TestPostgres> } = {};
afterAll(async () => (await server.running)?.stop());
const onPostgres = async (): Promise<Store> =>
  openPostgresStore((await (server.running ??= startTestPostgres())).url());

/** One suite for every backend. */
const BACKENDS: readonly (readonly [string, () => Promise<Store>, boolean])[] = [
  ["LMDB", async () => localStore(openLmdbPages(join(folder, `store-${files++}.mdb`))), true],
  ["the double that loses power", async () => localStore(crashPages(seeded(1))), true],
  ["Postgres", onPostgres, hasPostgres],
];

interface Item {
  readonly shelf: string;
  readonly number: number;
  readonly text: string;
}

const items = table("test.items", {
  scope: "global",
  key: (item: Item) => [item.shelf, item.number] as const,
});
const names = table("test.names", {
  scope: "global",
  key: (name: { readonly name: string }) => [name.name] as const,
});

describe.each(BACKENDS)("a store on %s", (_name, open, isHere) => {
  beforeEach((context) => context.skip(!isHere, "PostgreSQL is not installed"));
  const withStore = async (work: (store: Store) => Promise<void>): Promise<void> => {
    const store = await open();
    await work(store);
    await store.close();
  };
  const put = (store: Store, ...rows: Item[]) =>
    store.update(async (tx) => {
      for (const row of rows) tx.put(items, row);
    });
  const item = (shelf: string, number: number, text = ""): Item => ({ shelf, number, text });

  test("what was put is there, and what was deleted is not", () =>
    withStore(async (store) => {
      await put(store, item("a", 1, "one"));
      expect(await store.read((read) => read.get(items, "a", 1))).toEqual(item("a", 1, "one"));
      await store.update(async (tx) => tx.delete(items, "a", 1));
      expect(await store.read((read) => read.get(items, "a", 1))).toBeUndefined();
    }));

  test("a scan goes in key order, numbers by value, and stays within", () =>
    withStore(async (store) => {
      await put(store, item("a", 10), item("a", 9), item("a", -1), item("b", 0), item("aa", 1));
      const scan = (range: object) =>
        store.read(async (read) =>
          (await read.scan(items, { within: ["a"], limit: 10, ...range })).map((row) => row.number),
        );
      expect(await scan({})).toEqual([-1, 9, 10]);
      expect(await scan({ reverse: true })).toEqual([10, 9, -1]);
      expect(await scan({ after: ["a", -1] })).toEqual([9, 10]);
      expect(await scan({ from: ["a", 9] })).toEqual([9, 10]);
      expect(await scan({ after: ["a", 10], reverse: true })).toEqual([9, -1]);
      expect(await scan({ limit: 2 })).toEqual([-1, 9]);
    }));

  test("a scan by the beginning of a string, and one from behind it", () =>
    withStore(async (store) => {
      await store.update(async (tx) => {
        for (const name of ["a", "a/b", "a/c", "a0", "b"]) tx.put(names, { name });
      });
      const scan = (range: object) =>
        store.read(async (read) =>
          (await read.scan(names, { within: [], limit: 10, ...range })).map((row) => row.name),
        );
      expect(await scan({ startsWith: "a/" })).toEqual(["a/b", "a/c"]);
      expect(await scan({ behind: "a/" })).toEqual(["a0", "b"]);
    }));

  test("an update sees its own writes, and nobody else does before it commits", () =>
    withStore(async (store) => {
      await put(store, item("a", 1), item("a", 2));
      await store.update(async (tx) => {
        tx.put(items, item("a", 3));
        tx.delete(items, "a", 1);
        expect((await tx.scan(items, { within: ["a"], limit: 10 })).map((row) => row.number)).toEqual([2, 3]);
        expect(await store.read((read) => read.get(items, "a", 3))).toBeUndefined();
      });
    }));

  test("an update that throws changes nothing", () =>
    withStore(async (store) => {
      const failing = store.update(async (tx) => {
        tx.put(items, item("a", 1));
        throw new RangeError("no");
      });
      await expect(failing).rejects.toThrow(RangeError);
      expect(await store.read((read) => read.get(items, "a", 1))).toBeUndefined();
    }));

  test("a hundred increments at once lose none", () =>
    withStore(async (store) => {
      await put(store, item("count", 0, "0"));
      const increment = () =>
        store.update(async (tx) => {
          const row = await tx.get(items, "count", 0);
          tx.put(items, item("count", 0, String(Number(row?.text) + 1)));
        });
      const outcomes = await Promise.allSettled(Array.from({ length: 100 }, increment));
      const done = outcomes.filter(({ status }) => status === "fulfilled").length;
      expect(await store.read((read) => read.get(items, "count", 0))).toMatchObject({ text: String(done) });
      for (const outcome of outcomes)
        if (outcome.status === "rejected") expect(isFault(outcome.reason) && outcome.reason.status).toBe(503);
    }));

  test("two that read the same stretch cannot both add to it", () =>
    withStore(async (store) => {
      const addIfFew = (number: number) =>
        store.update(async (tx) => {
          const rows = await tx.scan(items, { within: ["few"], limit: 10 });
          if (rows.length < 1) tx.put(items, item("few", number));
        });
      await Promise.all([addIfFew(1), addIfFew(2), addIfFew(3)]);
      expect(await store.read((read) => read.scan(items, { within: ["few"], limit: 10 }))).toHaveLength(1);
    }));

  test("a snapshot sees one moment, whatever is committed meanwhile", () =>
    withStore(async (store) => {
      await put(store, item("a", 1));
      await store.read(async (read) => {
        expect(await read.get(items, "a", 1)).toBeDefined();
        await store.update(async (tx) => tx.delete(items, "a", 1));
        expect(await read.get(items, "a", 1)).toBeDefined();
      });
    }));

  test("a timer set again replaces the first, and a cancelled one is gone", () =>
    withStore(async (store) => {
      const all = () => store.read((read) => read.scan(timers, { within: [], limit: 10 }));
      await store.update((tx) => tx.timer(new Date(1_000), "test.ring", "a"));
      await store.update((tx) => tx.timer(new Date(2_000), "test.ring", "a"));
      expect((await all()).map(({ atMs }) => atMs)).toEqual([2_000]);
      await store.update((tx) => tx.cancelTimer("test.ring", "a"));
      expect(await all()).toEqual([]);
    }));

  test("a key that is too long to be stored is not there, and a scan goes on behind it", () =>
    withStore(async (store) => {
      const long = "n".repeat(20_000);
      const longest = "n".repeat(1_800);
      await store.update(async (tx) => {
        for (const name of ["m", longest, "o"]) tx.put(names, { name });
      });
      const after = { within: [], after: [long] as [string], limit: 10 };
      const seen = await store.read(async (read) => ({
        row: await read.get(names, long),
        beginningSo: await read.scan(names, { within: [], startsWith: long, limit: 10 }),
        behind: await read.scan(names, after),
        before: await read.scan(names, { ...after, reverse: true }),
      }));
      expect(seen).toEqual({
        row: undefined,
        beginningSo: [],
        behind: [{ name: "o" }],
        before: [{ name: longest }, { name: "m" }],
      });
    }));

  test("a row and a key keep to their bounds", () =>
    withStore(async (store) => {
      await expect(put(store, item("a", 1, "x".repeat(70_000)))).rejects.toThrow(/a row of test.items/);
      await expect(put(store, item("x".repeat(2_000), 1))).rejects.toThrow(/a key of test.items/);
    }));
});

const part = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.double({ noNaN: true }),
  fc.constantFrom("", "\u0000", "a\u0000b"),
);
const same = (a: KeyPart, b: KeyPart): boolean => a === b || (a === 0 && b === 0);

test("a key that is encoded decodes to itself", () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 4 }), (key) => {
      const decoded = decodeKey(encodeKey(key));
      expect(decoded.length).toBe(key.length);
      decoded.forEach((one, index) => expect(same(one, key[index] ?? "")).toBe(true));
    }),
  );
});

test("encoded keys are ordered as their tuples are", () => {
  const order = (a: Key, b: Key): number => {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const compared = orderOfParts(a[i] ?? "", b[i] ?? "");
      if (compared !== 0) return compared;
    }
    return Math.sign(a.length - b.length);
  };
  fc.assert(
    fc.property(fc.array(part, { maxLength: 3 }), fc.array(part, { maxLength: 3 }), (a, b) => {
      expect(Math.sign(Buffer.compare(encodeKey(a), encodeKey(b)))).toBe(order(a, b));
    }),
  );
});

function orderOfParts(a: KeyPart, b: KeyPart): number {
  if (typeof a === "number" && typeof b === "number") return Math.sign(a - b);
  if (typeof a === "number") return -1;
  if (typeof b === "number") return 1;
  return Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

test("a key begins with the encoded beginning of its last string, and no other does", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, beginning) => {
      const starts = encodeKey([text])
        .subarray(0, encodePrefix([], beginning).length)
        .equals(encodePrefix([], beginning));
      expect(starts).toBe(text.startsWith(beginning));
    }),
  );
});
