import { need, SOURCES, type Row } from "./row.ts";

export const CLOUDTRAIL_ROWS: readonly Row[] = [
  {
    operation: "cloudtrail:LookupEvents",
    source: SOURCES.cloudtrail,
    prepare: () => ({ input: {}, needs: need("cloudtrail:LookupEvents", "*") }),
  },
];
