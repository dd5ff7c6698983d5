import type { House } from "../../platform/context.ts";
import { service } from "../../platform/service.ts";
import { deliverDue } from "./delivery.ts";
import * as describe from "./describe.ts";
import * as eventSelectors from "./event-selectors.ts";
import { lookupEvents } from "./events.ts";
import { forgetTrails } from "./forget.ts";
import * as logging from "./logging.ts";
import { DELIVER_TIMER } from "./schedule.ts";
import * as tags from "./tags.ts";
import * as trails from "./trails.ts";
import { watchOf } from "./watch.ts";

/** AWS CloudTrail: who did what. */
export const cloudtrail = service("cloudtrail", {
  operations: {
    LookupEvents: lookupEvents,

    CreateTrail: trails.create,
    UpdateTrail: trails.update,
    DeleteTrail: trails.remove,
    GetTrail: describe.get,
    DescribeTrails: describe.describe,
    ListTrails: describe.list,
    AddTags: tags.add,
    RemoveTags: tags.remove,
    ListTags: tags.list,

    StartLogging: logging.start,
    StopLogging: logging.stop,
    GetTrailStatus: logging.status,
    PutEventSelectors: eventSelectors.put,
    GetEventSelectors: eventSelectors.get,
  },
  timers: { [DELIVER_TIMER]: deliverDue },
  async start(house: House) {
    const watch = watchOf(house);
    await watch.load();
    watch.awaitAll();
  },
  stop: (house) => watchOf(house).settle(),
  forget: forgetTrails,
});
