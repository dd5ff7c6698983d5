import type { TrailEvent, TrailPosition } from "../trail/event.ts";
import type { TrailFollowing, TrailPage, TrailQuestion, TrailStretch } from "../trail/trail.ts";

/** What has happened: offered by the books, so that CloudTrail can tell of it. */
export interface EventTrail {
  /** Of several processes that share a lake each keeps its own; where the trail is off, nothing is kept. */
  readonly keeps: "every call" | "own calls" | "nothing";
  /** A page of events, newest first. */
  read(asked: TrailQuestion): Promise<TrailPage>;
  /** What happened between two places, oldest first. */
  follow(asked: TrailFollowing): Promise<TrailStretch>;
  /** The place behind everything that has happened so far, durable. */
  end(): Promise<TrailPosition>;
  /** Tells this watcher from now on, and no other. */
  watch(watcher: TrailWatcher | undefined): void;
}

/** Sees every event before it is written down. */
export interface TrailWatcher {
  /** Whether it cares for data events; where nobody does, they are only counted. */
  readonly ofData: boolean;
  /** @returns whether a data event is to be kept; management events always are. Never throws, and never waits. */
  notice(event: TrailEvent): boolean;
}
