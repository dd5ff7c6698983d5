import { MIB } from "../../base/units.ts";

/** Source: Amazon Athena Pricing, "SQL queries". A test holds it against contracts/prices/athena.json. */
export const MINIMUM_MEGABYTES = 10;

/** What a query is charged for: whole megabytes, ten at least. */
export const countedBytes = (scannedBytes: number): number =>
  Math.max(MINIMUM_MEGABYTES, Math.ceil(scannedBytes / MIB)) * MIB;
