import { service } from "../../platform/service.ts";
import { lookupEvents } from "./events.ts";

/** AWS CloudTrail: who did what. */
export const cloudtrail = service("cloudtrail", {
  operations: {
    LookupEvents: lookupEvents,
  },
});
