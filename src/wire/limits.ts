/** How deep a JSON or XML document may nest; AWS's own requests stay below 20. Ours, against stack exhaustion. */
export const MAX_DEPTH = 100;

/** The most elements one XML document may have: CompleteMultipartUpload with 10,000 parts of 8 checksums each needs 100,000. Ours. */
export const MAX_XML_ELEMENTS = 250_000;

/** The most parameters one form may have. Ours. */
export const MAX_FORM_PARAMETERS = 20_000;
