import { fault } from "../../base/fault.ts";

/** Source: CloudTrail API Reference, LookupEvents, "Errors"; where AWS's answer is not documented, its description stands. */
export const invalidTimeRange = () =>
  fault(
    "InvalidTimeRangeException",
    "The timestamp values are not valid. Either the start time occurs after the end time, or the time range is outside the range of possible values.",
  );

export const invalidLookupAttributes = () =>
  fault("InvalidLookupAttributesException", "A lookup attribute is specified that is not valid.");

export const tooManyLookupAttributes = () =>
  fault("InvalidLookupAttributesException", "The list of lookup attributes can contain only one item.");

export const invalidNextToken = () =>
  fault(
    "InvalidNextTokenException",
    "A token that is not valid, or a token that was previously used in a request with different parameters.",
  );

/** What happens is not written down, so that an empty answer would be a lie. */
export const nothingIsKept = () =>
  fault("UnsupportedOperationException", "HOSU_TRAIL is off: nothing that happens is written down.");
