import { fault } from "../base/fault.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../base/units.ts";

const UNITS: Readonly<Record<string, number>> = {
  s: SECOND_MS,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
  w: 7 * DAY_MS,
};

/** "48h", "1d12h", "90m". @returns milliseconds. */
export function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([smhdw])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text)
    throw fault("InvalidArgument", `'${text}' is no duration; write 30s, 90m, 48h, 7d or 2w.`);
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ""] ?? 0), 0);
}
