import { DAY_MS, HOUR_MS, SECOND_MS } from "../../base/units.ts";

/** How often counters are written down; a crash loses what was counted since. */
export const FLUSH_MS = 5 * SECOND_MS;
/** How often, on the lake clock, it is looked at what lies there. */
export const SAMPLE_MS = HOUR_MS;
/** A bill looks at what lies there only where the last look took no longer. */
export const SHORT_LOOK_MS = 250;
/** Counters in memory; beyond it rare resources of an hour are counted as one. */
export const MOST_CELLS = 20_000;
export const MOST_NAME_CHARACTERS = 256;
/** Rows an update merges. */
export const ROWS_AT_ONCE = 1_000;
/** Usage is kept as long as Cost Explorer looks back. Source: AWS Cost Management User Guide, "Analyzing your costs and usage with AWS Cost Explorer": 13 months. */
export const KEEP_MS = 400 * DAY_MS;
/** Characters of a key's first folder that data events are counted under. */
export const PREFIX_CHARACTERS = 64;
