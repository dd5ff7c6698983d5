/** What reading and writing CBOR share. Source: RFC 8949, 3.1 and 3.4. */

/** What tag 1 counts: seconds by the RFC and Smithy's protocol, milliseconds in `x-amz-cbor-1.1`. */
export type CborEpoch = "seconds" | "milliseconds";

/** Major types. */
export const UNSIGNED = 0;
export const NEGATIVE = 1;
export const BYTES = 2;
export const TEXT = 3;
export const ARRAY = 4;
export const MAP = 5;
export const TAG = 6;

export const TAG_EPOCH = 1;
