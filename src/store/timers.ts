import type { Key, KeyPart } from "./keys.ts";
import { table } from "./table.ts";

/** Something to run once the lake clock has reached `atMs`. */
export interface Timer {
  readonly atMs: number;
  readonly name: string;
  readonly key: Key;
  /** How often it has failed; parked at three. */
  readonly failures: number;
}

/** By due time, for the runner. */
export const timers = table("timers", {
  scope: "global",
  key: (timer: Timer): Key => [timer.atMs, timer.name, ...timer.key],
});

/** By name and key, so that a timer can be replaced or cancelled. */
export const timersByName = table("timers.by-name", {
  scope: "global",
  key: (timer: Timer): Key => [timer.name, ...timer.key],
});

export const timerKey = (name: string, key: readonly KeyPart[]): Key => [name, ...key];
