import { adviceFor, type Advice } from "../../access/advice.ts";
import { explain, type Explanation } from "../../access/explain.ts";
import type { AccessDenied } from "../denied.ts";
import type { Happened } from "../happened.ts";
import { MOST_DENIALS } from "./limits.ts";

/** The latest denials, each with all that it was decided by: kept in memory, gone with the program. */
export interface Denials {
  add(happened: Happened, at: Date): void;
  /** Those of one request: its own, and those of the calls that services made for it. */
  of(requestId: string): readonly Denial[];
  /** Newest first. */
  latest(limit: number): readonly Denial[];
}

export interface Denial {
  readonly requestId: string;
  /** The request that it was made for, where a service made the call. */
  readonly within: string | undefined;
  readonly at: Date;
  readonly operation: string;
  readonly denied: AccessDenied;
}

export function createDenials(most = MOST_DENIALS): Denials {
  const kept: Denial[] = [];
  let next = 0;
  const newestFirst = (): readonly Denial[] => [...kept.slice(next), ...kept.slice(0, next)].toReversed();
  return {
    add({ requestId, within, api, operation, denied }, at) {
      if (!denied) return;
      kept[next] = { requestId, within, at, denied, operation: operation ? `${api}:${operation}` : "" };
      next = (next + 1) % most;
    },
    of: (requestId) => newestFirst().filter((one) => one.requestId === requestId || one.within === requestId),
    latest: (limit) => newestFirst().slice(0, limit),
  };
}

/** Why it was refused: the decision again, now with what every statement said. */
export function explainDenial({ denied: { request, policies } }: Denial): {
  readonly explanation: Explanation;
  readonly advice: Advice | undefined;
} {
  const explanation = explain(request, policies);
  return { explanation, advice: adviceFor(request, explanation) };
}
