import fc from "fast-check";
import { expect, test } from "vitest";
import { readRows } from "./csv-reader.ts";

type Row = readonly (string | undefined)[];

const print = (rows: readonly Row[]): string =>
  rows
    .map((row) =>
      row.map((value) => (value === undefined ? "" : `"${value.replaceAll('"', '""')}"`)).join(","),
    )
    .map((line) => `${line}\n`)
    .join("");

const value = fc.option(fc.string({ unit: fc.constantFrom('"', "\n", ",", "a", "é", "😀", "\\") }), {
  nil: undefined,
});
const rows = fc
  .integer({ min: 1, max: 4 })
  .chain((width) => fc.array(fc.array(value, { minLength: width, maxLength: width }), { maxLength: 6 }));

test("rows are read back as they were written, NULL apart from the empty text", () => {
  fc.assert(
    fc.property(rows, (written) => {
      const bytes = Buffer.from(print(written));
      const read = readRows(bytes, 100);
      expect(read.map(({ values }) => values)).toEqual(written);
      expect(read.at(-1)?.end ?? 0).toBe(bytes.length);
    }),
  );
});

test("bytes cut anywhere give only whole rows, and the rest follows from where those end", () => {
  fc.assert(
    fc.property(rows, fc.nat(), (written, cut) => {
      const bytes = Buffer.from(print(written));
      const first = readRows(bytes.subarray(0, cut % (bytes.length + 1)), 100);
      const rest = readRows(bytes.subarray(first.at(-1)?.end ?? 0), 100);
      expect([...first, ...rest].map(({ values }) => values)).toEqual(written);
    }),
  );
});

test("no more rows are read than are asked for", () => {
  expect(readRows(Buffer.from('"a"\n"b"\n"c"\n'), 2)).toEqual([
    { values: ["a"], end: 4 },
    { values: ["b"], end: 8 },
  ]);
});
