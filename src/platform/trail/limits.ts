import { DAY_MS, KIB, MIB, SECOND_MS } from "../../base/units.ts";

/** Source: CloudTrail User Guide, "CloudTrail record contents": sizes of requestParameters, responseElements, userAgent, errorMessage, requestID. */
export const MOST_PARAMETER_BYTES = 100 * KIB;
export const MOST_TEXT_CHARACTERS = KIB;
/** Source: CloudTrail User Guide, "Working with CloudTrail event history": management events of the past 90 days. */
export const RETENTION_MS = 90 * DAY_MS;

/** A segment is read whole to answer a question, so it is small. */
export const SEGMENT_BYTES = 4 * MIB;
/** A segment goes when its last event is too old: none covers more than a day. */
export const SEGMENT_MS = DAY_MS;
/** Texts that come again and again are written once a segment. */
export const MOST_NAMES = 8_192;
export const MOST_NAME_CHARACTERS = 256;
/** What happens within this time goes out in one write: a write for each event costs more than the event. */
export const WRITE_WITHIN_MS = 50;
/** More than this does not wait. */
export const WRITE_AT_BYTES = 256 * KIB;
/** The one stated exception to "durable, then acknowledged". */
export const SYNC_WITHIN_MS = SECOND_MS;
/** What waits for a slow disk; beyond it events are lost, counted and said. */
export const MOST_WAITING_BYTES = 16 * MIB;
/** After the disk failed nothing is tried for so long, and what is lost meanwhile is said at once. */
export const REST_MS = SECOND_MS;
/** Values inside one another; deeper ones are left out. */
export const MOST_DEPTH = 32;
/** Denials whose trace is kept. */
export const MOST_DENIALS = 1_000;
