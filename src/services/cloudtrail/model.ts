import type { InputOf } from "../../contract/apis.ts";
import { arn } from "../../base/arn.ts";
import type { TrailPosition } from "../../platform/trail/event.ts";
import { table } from "../../store/table.ts";

/** Where a trail is: its home. */
export interface Place {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

export interface Trail extends Place {
  readonly bucket: string;
  readonly prefix?: string;
  readonly isMultiRegion: boolean;
  readonly includesGlobalEvents: boolean;
  /** Whether it logs what CloudTrail itself does when it delivers. */
  readonly isRecursive: boolean;
  readonly tags: readonly Tag[];
  readonly isLogging: boolean;
  readonly startedMs?: number;
  readonly stoppedMs?: number;
  /** What is logged and not delivered yet, oldest first; the last has no end while it logs. */
  readonly stretches: readonly Stretch[];
  readonly deliveredMs?: number;
  /** Of the last attempt, and how many in a row have failed; absent where it succeeded. */
  readonly failure?: { readonly code: string; readonly attempts: number };
  readonly attemptedMs?: number;
}

export interface Tag {
  readonly Key: string;
  readonly Value?: string;
}

/** A stretch of what has happened, from one place to another. */
export interface Stretch {
  readonly from: TrailPosition;
  readonly to?: TrailPosition;
}

type Selectors = InputOf<"cloudtrail:PutEventSelectors">;
export type AdvancedSelector = NonNullable<Selectors["AdvancedEventSelectors"]>[number];
export type FieldSelector = AdvancedSelector["FieldSelectors"][number];
export type BasicSelector = Required<NonNullable<Selectors["EventSelectors"]>[number]>;

/** Which events a trail asks for; either kind. */
export type Selection =
  | { readonly kind: "basic"; readonly selectors: readonly BasicSelector[] }
  | { readonly kind: "advanced"; readonly selectors: readonly AdvancedSelector[] };

/** A row of its own, since selectors may be long. */
export type StoredSelection = Place & { readonly selection: Selection };

const keyOf = ({ account, region, name }: Place) => [account, region, name] as const;

/** Global, so that what logs is found at the start whosever it is. */
export const trails = table("cloudtrail.trails", { scope: "global", key: (row: Trail) => keyOf(row) });
export const selections = table("cloudtrail.selections", {
  scope: "global",
  key: (row: StoredSelection) => keyOf(row),
});

export const trailArn = ({ account, region, name }: Place): string =>
  arn("cloudtrail", region, account, `trail/${name}`);
