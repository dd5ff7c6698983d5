/** How deep a JSON or XML document may nest; AWS's own requests stay below 20. Ours, against stack exhaustion. */
export const MAX_DEPTH = 100;

/** The most elements one XML document may have: CompleteMultipartUpload with 10,000 parts of 8 checksums each needs 100,000. Ours. */
export const MAX_XML_ELEMENTS = 250_000;

/** The most parameters one form may have. Ours. */
export const MAX_FORM_PARAMETERS = 20_000;

/** The most items one CBOR body may have: keys, values, parts of strings. Ours. */
export const MAX_CBOR_ITEMS = 1_000_000;

/** The longest message of an event stream. Source: Smithy, "Amazon Event Stream specification": 24 MiB of payload; ours is 16 MiB in all. */
export const MAX_EVENT_BYTES = 16 * 1_024 * 1_024;
