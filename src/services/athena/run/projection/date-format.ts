import { notSupported } from "../../../../trino/error.ts";

/** The parts of Java's DateTimeFormatter patterns that partition projection is used with. */
const FIELDS: Readonly<Record<string, { readonly digits: number; readonly unit: Unit }>> = {
  yyyy: { digits: 4, unit: "YEARS" },
  uuuu: { digits: 4, unit: "YEARS" },
  MM: { digits: 2, unit: "MONTHS" },
  dd: { digits: 2, unit: "DAYS" },
  HH: { digits: 2, unit: "HOURS" },
  mm: { digits: 2, unit: "MINUTES" },
  ss: { digits: 2, unit: "SECONDS" },
};

export const UNITS = ["YEARS", "MONTHS", "WEEKS", "DAYS", "HOURS", "MINUTES", "SECONDS"] as const;
export type Unit = (typeof UNITS)[number];

type Piece = { readonly literal: string } | { readonly field: string };

export interface DateFormat {
  print(time: Date): string;
  /** @returns undefined for a text of another form, or no day that there is. */
  parse(text: string): Date | undefined;
  /** The smallest unit that it shows. */
  readonly precision: Unit;
}

/** @throws TrinoError by name for a letter that is not built. */
export function dateFormat(pattern: string): DateFormat {
  const pieces = piecesOf(pattern);
  const shown = pieces.flatMap((piece) => ("field" in piece ? [FIELDS[piece.field]?.unit ?? "DAYS"] : []));
  const precision = UNITS.findLast((unit) => shown.includes(unit)) ?? "DAYS";
  const print = (time: Date): string =>
    pieces.map((piece) => ("literal" in piece ? piece.literal : printField(piece.field, time))).join("");
  return {
    precision,
    print,
    parse(text) {
      const time = read(pieces, text);
      return time && print(time) === text ? time : undefined;
    },
  };
}

function piecesOf(pattern: string): readonly Piece[] {
  return [...pattern.matchAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+/g)].map(([all, quoted, letter]) => {
    if (quoted !== undefined) return { literal: quoted === "" ? "'" : quoted.replaceAll("''", "'") };
    if (letter === undefined) return { literal: all };
    if (!Object.hasOwn(FIELDS, all))
      throw notSupported(`The date format ${pattern} of a projected partition`);
    return { field: all };
  });
}

function printField(field: string, time: Date): string {
  const { digits, unit } = FIELDS[field] ?? { digits: 0, unit: "DAYS" };
  return String(partOf(time, unit)).padStart(digits, "0");
}

function partOf(time: Date, unit: Unit): number {
  switch (unit) {
    case "YEARS":
      return time.getUTCFullYear();
    case "MONTHS":
      return time.getUTCMonth() + 1;
    case "HOURS":
      return time.getUTCHours();
    case "MINUTES":
      return time.getUTCMinutes();
    case "SECONDS":
      return time.getUTCSeconds();
    default:
      return time.getUTCDate();
  }
}

function read(pieces: readonly Piece[], text: string): Date | undefined {
  const values = new Map<Unit, number>();
  let at = 0;
  for (const piece of pieces) {
    if ("literal" in piece) {
      if (!text.startsWith(piece.literal, at)) return undefined;
      at += piece.literal.length;
      continue;
    }
    const { digits, unit } = FIELDS[piece.field] ?? { digits: 0, unit: "DAYS" };
    const part = text.slice(at, at + digits);
    if (!/^\d+$/.test(part)) return undefined;
    values.set(unit, Number(part));
    at += digits;
  }
  if (at < text.length) return undefined;
  const part = (unit: Unit, otherwise: number): number => values.get(unit) ?? otherwise;
  return new Date(
    Date.UTC(
      part("YEARS", 1970),
      part("MONTHS", 1) - 1,
      part("DAYS", 1),
      part("HOURS", 0),
      part("MINUTES", 0),
      part("SECONDS", 0),
    ),
  );
}

const SECONDS: Readonly<Record<string, number>> = {
  WEEKS: 604_800,
  DAYS: 86_400,
  HOURS: 3_600,
  MINUTES: 60,
  SECONDS: 1,
};

/** By the calendar for months and years: a day that the month has not is its last. */
export function addTime(time: Date, count: number, unit: Unit): Date {
  const seconds = SECONDS[unit];
  if (seconds !== undefined) return new Date(time.getTime() + count * seconds * 1_000);
  const months = unit === "YEARS" ? count * 12 : count;
  const moved = new Date(time);
  moved.setUTCDate(1);
  moved.setUTCMonth(moved.getUTCMonth() + months);
  const last = new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0)).getUTCDate();
  moved.setUTCDate(Math.min(time.getUTCDate(), last));
  return moved;
}
