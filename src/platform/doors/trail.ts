import type { TrailPage, TrailQuestion } from "../trail/trail.ts";

/** What has happened: offered by the books, so that CloudTrail can tell of it. */
export interface EventTrail {
  /** Of several processes that share a lake each keeps its own; where the trail is off, nothing is kept. */
  readonly keeps: "every call" | "own calls" | "nothing";
  /** A page of events, newest first. */
  read(asked: TrailQuestion): Promise<TrailPage>;
}
