/** The three ways AWS writes an instant. */
import { invariant } from "../base/invariant.ts";
import { httpDate, parseHttpDate } from "../wire/http.ts";
import type { TimestampFormat } from "./model.ts";

const ISO = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/i;

/** Reads any of the forms, as AWS does where a client chose another. @returns undefined when it is none. */
export function parseTimestamp(text: string): Date | undefined {
  if (ISO.test(text)) {
    const zoned = text.length > 10 && !/(Z|[+-]\d\d:?\d\d)$/i.test(text) ? `${text}Z` : text;
    return validDate(Date.parse(zoned));
  }
  if (/^-?\d{1,12}(\.\d+)?$/.test(text)) return fromEpochSeconds(Number(text));
  return parseHttpDate(text);
}

export const fromEpochSeconds = (seconds: number): Date | undefined => validDate(Math.round(seconds * 1000));

const validDate = (ms: number): Date | undefined => {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? undefined : date;
};

/** JSON's form: seconds, with milliseconds as a fraction. */
export const toEpochSeconds = (date: Date): number => date.getTime() / 1000;

/** `2026-11-25T03:30:13Z`: IAM and STS write no fraction. S3 writes `…13.000Z`. */
export const toIsoSeconds = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

export function formatTimestamp(date: Date, format: TimestampFormat): string {
  invariant(date instanceof Date, "a timestamp is a Date");
  switch (format) {
    case "iso8601":
      return date.toISOString();
    case "rfc822":
      return httpDate(date);
    case "unixTimestamp":
      return String(toEpochSeconds(date));
  }
}
