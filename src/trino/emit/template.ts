/** Templates: `$1` becomes an argument, `$*` all of them, `{sum($1)}` the call that takes DISTINCT, ORDER BY, FILTER and OVER. */
import { invariant } from "../../base/invariant.ts";
import type { EmitCall, Translation } from "../functions/row.ts";

export function expand(sql: Translation, call: EmitCall): string {
  if (typeof sql !== "string") return sql(call);
  return sql.replaceAll(/\$(\*|[0-9]+)/g, (_, which: string) => {
    if (which === "*") return call.args.join(", ");
    const argument = call.args[Number(which) - 1];
    invariant(argument !== undefined, `argument ${which} of ${sql}`);
    return argument;
  });
}

export interface AggregateParts {
  readonly distinct: boolean;
  /** `ORDER BY …` inside the call, or nothing. */
  readonly orderBy: string;
  readonly ignoreNulls: boolean;
  /** `FILTER (…) OVER (…)` behind it, or nothing. */
  readonly behind: string;
}

/** Fills the calls in braces. Braces inside string literals of arguments are not calls: they are masked by the caller. */
export function aggregateCalls(template: string, parts: AggregateParts): string {
  return template.replaceAll(/\{([a-z_]+)\(([\s\S]*?)\)\}/g, (_, name: string, args: string) => {
    const distinct = parts.distinct && !args.startsWith("DISTINCT ") ? "DISTINCT " : "";
    const orderBy = parts.orderBy === "" ? "" : ` ${parts.orderBy}`;
    const ignore = parts.ignoreNulls ? " IGNORE NULLS" : "";
    return `${name}(${distinct}${args}${ignore}${orderBy})${parts.behind}`;
  });
}
