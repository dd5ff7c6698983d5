import { toIsoSeconds } from "../../contract/timestamps.ts";
import { operation } from "../../platform/operation.ts";
import { onTrail } from "./authority.ts";
import { ownTrailOf, trailOf } from "./find.ts";
import { trails } from "./model.ts";
import { scheduled } from "./schedule.ts";
import { started, stopped } from "./stretches.ts";
import { checkKept } from "./trails.ts";
import { watchOf } from "./watch.ts";

export const start = operation("cloudtrail:StartLogging", {
  authorize: onTrail("cloudtrail:StartLogging"),
  async handle({ Name }, context) {
    const { store, caller, clock, doors } = context;
    checkKept(doors);
    const end = await doors.trail.end();
    await store.update(async (tx) => {
      tx.put(trails, started(await ownTrailOf(tx, Name, caller), end, clock.now()));
    });
    await watchOf(context).load();
    return {};
  },
});

export const stop = operation("cloudtrail:StopLogging", {
  authorize: onTrail("cloudtrail:StopLogging"),
  async handle({ Name }, context) {
    const { store, caller, clock, doors } = context;
    const end = await doors.trail.end();
    await store.update(async (tx) => {
      const trail = stopped(await ownTrailOf(tx, Name, caller), end, clock.now());
      tx.put(trails, trail);
      if (trail.stretches.length > 0) await scheduled(tx, trail, clock.now());
    });
    await watchOf(context).load();
    return {};
  },
});

export const status = operation("cloudtrail:GetTrailStatus", {
  authorize: onTrail("cloudtrail:GetTrailStatus"),
  async handle({ Name }, { store, caller }) {
    const trail = await store.read((read) => trailOf(read, Name, caller));
    const { startedMs, stoppedMs, deliveredMs, attemptedMs, failure } = trail;
    return {
      IsLogging: trail.isLogging,
      ...(failure ? { LatestDeliveryError: failure.code } : {}),
      ...(deliveredMs === undefined ? {} : { LatestDeliveryTime: new Date(deliveredMs) }),
      ...(startedMs === undefined ? {} : { StartLoggingTime: new Date(startedMs) }),
      ...(stoppedMs === undefined ? {} : { StopLoggingTime: new Date(stoppedMs) }),
      LatestDeliveryAttemptTime: spoken(attemptedMs),
      LatestNotificationAttemptTime: "",
      LatestNotificationAttemptSucceeded: "",
      LatestDeliveryAttemptSucceeded: spoken(deliveredMs),
      TimeLoggingStarted: spoken(startedMs),
      TimeLoggingStopped: spoken(stoppedMs),
    };
  },
});

/** Fields that are no longer in use, which AWS still fills. */
const spoken = (ms: number | undefined): string => (ms === undefined ? "" : toIsoSeconds(new Date(ms)));
