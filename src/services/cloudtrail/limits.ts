import { HOUR_MS, MINUTE_MS } from "../../base/units.ts";

/** Source: CloudTrail API Reference, LookupEvents. */
export const LOOKUP_EVENTS = 50;

/** Source: CloudTrail API Reference, LookupAttribute. */
export const LOOKUP_VALUE_CHARACTERS = 2_000;

/** Source: CloudTrail API Reference, CreateTrail. */
export const NAME_CHARACTERS = { min: 3, max: 128 } as const;
export const PREFIX_CHARACTERS = 200;

/** Source: CloudTrail User Guide, "Quotas in AWS CloudTrail": trails per Region, those of other Regions that log this one too. */
export const TRAILS_PER_REGION = 5;

/** More than five in every Region that there is. */
export const TRAILS_PER_ACCOUNT = 1_000;

/** Source: CloudTrail API Reference, AddTags; ListTags. */
export const TAGS = 50;
export const LISTED_ARNS = 20;

/** Source: CloudTrail API Reference, InvalidEventSelectorsException. */
export const SELECTORS = { basic: 5, dataResources: 250, advancedValues: 500 } as const;

/** Ours: they are kept in one row. */
export const SELECTION_BYTES = 60_000;

/** Source: CloudTrail User Guide, "CloudTrail log files": delivered within an average of about five minutes of a call. */
export const DELIVERY_MS = 5 * MINUTE_MS;

/** Each failed attempt is followed by twice the wait, up to this. Ours. */
export const MOST_RETRY_MS = HOUR_MS;

/** Events in one log file; each is a kilobyte or two. Ours. */
export const EVENTS_PER_FILE = 1_000;

/** Stretches that wait for delivery: logging was started and stopped so often since the last. Ours. */
export const STRETCHES = 100;
