import { unreachable } from "../../base/invariant.ts";
import type { TrailReader, TrailWriter } from "./bytes.ts";

/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

const KIND = { null: 0, false: 1, true: 2, integer: 3, double: 4, text: 5, list: 6, record: 7 } as const;

export function writeJson(to: TrailWriter, value: Json): void {
  if (value === null) return to.byte(KIND.null);
  switch (typeof value) {
    case "boolean":
      return to.byte(value ? KIND.true : KIND.false);
    case "number":
      return writeNumber(to, value);
    case "string":
      to.byte(KIND.text);
      return to.text(value);
    case "object":
      return isList(value) ? writeList(to, value) : writeRecord(to, value);
    default:
      return unreachable(value);
  }
}

const isList = (value: object): value is readonly Json[] => Array.isArray(value);

function writeNumber(to: TrailWriter, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0)) {
    to.byte(KIND.integer);
    return to.varint(value);
  }
  to.byte(KIND.double);
  to.double(value);
}

function writeList(to: TrailWriter, list: readonly Json[]): void {
  to.byte(KIND.list);
  to.varint(list.length);
  for (const one of list) writeJson(to, one);
}

function writeRecord(to: TrailWriter, record: Readonly<Record<string, Json>>): void {
  const names = Object.keys(record);
  to.byte(KIND.record);
  to.varint(names.length);
  for (const name of names) {
    to.name(name);
    writeJson(to, record[name] ?? null);
  }
}

export function readJson(from: TrailReader): Json {
  switch (from.byte()) {
    case KIND.false:
      return false;
    case KIND.true:
      return true;
    case KIND.integer:
      return from.varint();
    case KIND.double:
      return from.double();
    case KIND.text:
      return from.text() ?? "";
    case KIND.list:
      return Array.from({ length: from.varint() }, () => readJson(from));
    case KIND.record:
      return Object.fromEntries(
        Array.from({ length: from.varint() }, () => [from.text() ?? "", readJson(from)] as const),
      );
    default:
      return null;
  }
}
