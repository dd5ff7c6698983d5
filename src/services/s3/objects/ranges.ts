import { invalidRange } from "../faults.ts";

/** A stretch of an object's bytes. */
export interface ByteRange {
  readonly from: number;
  readonly bytes: number;
}

const ONE_RANGE = /^bytes=(\d*)-(\d*)$/;

/**
 * The stretch that a Range header asks for. A header that is none, or asks for several, is ignored and the whole
 * object is answered. Source: RFC 9110, 14.2; Amazon S3 API Reference, GetObject, Range.
 * @throws Fault InvalidRange (416) when it begins behind the end.
 */
export function requestedRange(header: string | undefined, bytes: number): ByteRange | undefined {
  const parts = header === undefined ? undefined : ONE_RANGE.exec(header.trim());
  if (!parts || header === undefined) return undefined;
  const [, first = "", last = ""] = parts;
  if (first === "") return suffix(header, last, bytes);
  const from = Number(first);
  const to = last === "" ? bytes - 1 : Math.min(Number(last), bytes - 1);
  if (last !== "" && Number(last) < from) return undefined;
  if (from >= bytes) throw invalidRange(header, bytes);
  return { from, bytes: to - from + 1 };
}

function suffix(header: string, last: string, bytes: number): ByteRange | undefined {
  if (last === "") return undefined;
  const count = Math.min(Number(last), bytes);
  if (count === 0) throw invalidRange(header, bytes);
  return { from: bytes - count, bytes: count };
}

export const contentRange = ({ from, bytes }: ByteRange, whole: number): string =>
  `bytes ${from}-${from + bytes - 1}/${whole}`;
