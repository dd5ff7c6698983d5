/** Source: CloudTrail API Reference, LookupEvents. */
export const LOOKUP_EVENTS = 50;

/** Source: CloudTrail API Reference, LookupAttribute. */
export const LOOKUP_VALUE_CHARACTERS = 2_000;
