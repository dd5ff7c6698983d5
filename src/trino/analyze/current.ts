/** current_timestamp and its like: the session's, the same all through a query. */
import type { Typed } from "../typed.ts";
import { DATE, VARCHAR, timestamp, timestampTz } from "../types/type.ts";
import type { Session } from "./context.ts";
import { literal } from "./literals.ts";

export function currentValue(what: string, precision: number | undefined, session: Session): Typed {
  const iso = new Date(session.nowMs).toISOString();
  const digits = Math.min(precision ?? 3, 6);
  const fraction = digits === 0 ? "" : `.${iso.slice(20, 23).padEnd(6, "0").slice(0, digits)}`;
  const shown = `${iso.slice(0, 10)} ${iso.slice(11, 19)}${fraction}`;
  switch (what) {
    case "CURRENT_DATE":
      return literal(DATE, iso.slice(0, 10));
    case "LOCALTIMESTAMP":
      return literal(timestamp(digits), shown);
    case "LOCALTIME":
    case "CURRENT_TIME":
      return literal({ name: "time", precision: digits }, shown.slice(11));
    case "CURRENT_USER":
      return literal(VARCHAR, session.user);
    case "CURRENT_CATALOG":
      return literal(VARCHAR, session.catalog);
    case "CURRENT_SCHEMA":
      return literal(VARCHAR, session.database ?? null);
    default:
      return literal(timestampTz(digits), `${shown}|UTC`);
  }
}
