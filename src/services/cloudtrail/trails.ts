import type { Context } from "../../platform/context.ts";
import { operation } from "../../platform/operation.ts";
import type { Reader } from "../../store/store.ts";
import { onTrail, requestTags, trailCheck } from "./authority.ts";
import { deliver, deliverBefore } from "./delivery.ts";
import { settings } from "./describe.ts";
import { checkBucketPolicy, checkDestination } from "./destination.ts";
import {
  multiRegionWithoutGlobal,
  notEverythingIsKept,
  nothingIsKept,
  tooManyTrails,
  trailExists,
} from "./faults.ts";
import { ownTrailOf, trailsOf } from "./find.ts";
import { checkName } from "./names.ts";
import { TRAILS_PER_REGION } from "./limits.ts";
import { selections, trailArn, trails, type Trail } from "./model.ts";
import { scheduled } from "./schedule.ts";
import { stopped } from "./stretches.ts";
import { addTags } from "./check-tags.ts";
import { checkBuilt } from "./unbuilt.ts";
import { watchOf } from "./watch.ts";

export const create = operation("cloudtrail:CreateTrail", {
  async authorize({ Name, TagsList = [] }, scope) {
    const check = await trailCheck("cloudtrail:CreateTrail", Name, scope);
    return [{ ...check, ...(TagsList.length > 0 ? { context: requestTags(TagsList) } : {}) }];
  },
  async handle(input, { store, calls, caller, doors }) {
    const { account, region } = caller;
    checkKept(doors);
    checkName(input.Name);
    checkBuilt(input);
    const trail: Trail = {
      account,
      region,
      name: input.Name,
      bucket: input.S3BucketName,
      ...(input.S3KeyPrefix ? { prefix: input.S3KeyPrefix } : {}),
      isMultiRegion: input.IsMultiRegionTrail ?? false,
      includesGlobalEvents: input.IncludeGlobalServiceEvents ?? true,
      isRecursive: input.RecursiveLogging ?? true,
      tags: addTags([], input.TagsList ?? []),
      isLogging: false,
      stretches: [],
    };
    checkTrail(trail);
    await store.read((read) => checkPlace(read, trail, "new"));
    await checkBucketPolicy(calls.asService(trailArn(trail)), trail);
    await store.update(async (tx) => {
      await checkPlace(tx, trail, "new");
      tx.put(trails, trail);
    });
    return settings(trail);
  },
});

export const update = operation("cloudtrail:UpdateTrail", {
  authorize: onTrail("cloudtrail:UpdateTrail"),
  async handle(input, context) {
    const { store, calls, caller } = context;
    checkBuilt(input);
    const changed = ({ prefix: prefixBefore, failure: _mended, ...before }: Trail): Trail => {
      const prefix = input.S3KeyPrefix ?? prefixBefore;
      return {
        ...before,
        bucket: input.S3BucketName ?? before.bucket,
        ...(prefix ? { prefix } : {}),
        isMultiRegion: input.IsMultiRegionTrail ?? before.isMultiRegion,
        includesGlobalEvents: input.IncludeGlobalServiceEvents ?? before.includesGlobalEvents,
        isRecursive: input.RecursiveLogging ?? before.isRecursive,
      };
    };
    const wanted = changed(await store.read((read) => ownTrailOf(read, input.Name, caller)));
    checkTrail(wanted);
    if (input.S3BucketName !== undefined || input.S3KeyPrefix !== undefined)
      await checkBucketPolicy(calls.asService(trailArn(wanted)), wanted);
    await deliverBefore(context, input.Name);
    const trail = await store.update(async (tx) => {
      const now = changed(await ownTrailOf(tx, input.Name, caller));
      await checkPlace(tx, now, "changed");
      tx.put(trails, now);
      // What could not be delivered is tried again where it now belongs.
      if (now.stretches.length > 0) await scheduled(tx, now, context.clock.now());
      return now;
    });
    await watchOf(context).load();
    return settings(trail);
  },
});

export const remove = operation("cloudtrail:DeleteTrail", {
  authorize: onTrail("cloudtrail:DeleteTrail"),
  async handle({ Name }, context) {
    const { store, caller, calls, doors } = context;
    const end = await doors.trail.end();
    const trail = await store.update(async (tx) => {
      const last = stopped(await ownTrailOf(tx, Name, caller), end, context.clock.now());
      tx.put(trails, last);
      return last;
    });
    // What it has logged so far is still delivered.
    await deliver(context, calls.asService(trailArn(trail)), trail);
    await store.update(async (tx) => {
      const { account, region, name } = trail;
      tx.delete(trails, account, region, name);
      tx.delete(selections, account, region, name);
    });
    await watchOf(context).load();
    return {};
  },
});

/** @throws Fault UnsupportedOperationException */
export function checkKept({ trail }: Context["doors"]): void {
  if (trail.keeps === "nothing") throw nothingIsKept();
  if (trail.keeps === "own calls") throw notEverythingIsKept();
}

function checkTrail(trail: Trail): void {
  if (trail.isMultiRegion && !trail.includesGlobalEvents) throw multiRegionWithoutGlobal();
  checkDestination(trail);
}

/** @throws Fault TrailAlreadyExistsException, MaximumNumberOfTrailsExceededException */
async function checkPlace(read: Reader, trail: Trail, kind: "new" | "changed"): Promise<void> {
  const { account, name } = trail;
  const all = await trailsOf(read, account);
  const others = kind === "new" ? all : all.filter((one) => !isSame(one, trail));
  // A trail of all Regions has its name in each.
  const isTaken = (one: Trail): boolean => isSame(one, trail) || one.isMultiRegion || trail.isMultiRegion;
  if (others.some((one) => one.name === name && isTaken(one))) throw trailExists(name, account);
  const elsewhere = trail.isMultiRegion ? others.map(({ region }) => region) : [];
  for (const region of new Set([trail.region, ...elsewhere])) {
    const there = others.filter((one) => one.isMultiRegion || one.region === region);
    if (there.length >= TRAILS_PER_REGION) throw tooManyTrails(account, region, TRAILS_PER_REGION);
  }
}

const isSame = (a: Trail, b: Trail): boolean => a.region === b.region && a.name === b.name;
