import { operation } from "../../platform/operation.ts";
import type { Reader } from "../../store/store.ts";
import { onTrail } from "./authority.ts";
import { trailNotFound } from "./faults.ts";
import { trailsOf } from "./find.ts";
import { placeOf } from "./names.ts";
import { selections, trailArn, trails, type Trail } from "./model.ts";

export const get = operation("cloudtrail:GetTrail", {
  authorize: onTrail("cloudtrail:GetTrail"),
  async handle({ Name }, { store, caller }) {
    const { account, region, name } = placeOf(Name, caller);
    return store.read(async (read) => {
      const trail = await read.get(trails, account, region, name);
      if (!trail) throw trailNotFound(Name, caller.account);
      return { Trail: await described(read, trail) };
    });
  },
});

/** What is not there is left out. */
export const describe = operation("cloudtrail:DescribeTrails", {
  resource: () => "*",
  async handle({ trailNameList: names = [], includeShadowTrails: shadows = true }, { store, caller }) {
    const places = names.map((name) => placeOf(name, caller));
    return store.read(async (read) => {
      const all = await trailsOf(read, caller.account);
      const isHere = (trail: Trail): boolean =>
        trail.region === caller.region || (shadows && trail.isMultiRegion);
      const isNamed = (trail: Trail): boolean =>
        places.some(({ region, name }) => trail.region === region && trail.name === name);
      const found = all.filter(names.length === 0 ? isHere : isNamed);
      return { trailList: await Promise.all(found.map((trail) => described(read, trail))) };
    });
  },
});

/** Of every Region. */
export const list = operation("cloudtrail:ListTrails", {
  resource: () => "*",
  handle: (_input, { store, caller }) =>
    store.read(async (read) => ({
      Trails: (await trailsOf(read, caller.account)).map((trail) => ({
        TrailARN: trailArn(trail),
        Name: trail.name,
        HomeRegion: trail.region,
      })),
    })),
});

/** What a trail was told to be: the answer of CreateTrail and UpdateTrail, and most of what describes it. */
export const settings = (trail: Trail) => ({
  Name: trail.name,
  S3BucketName: trail.bucket,
  ...(trail.prefix === undefined ? {} : { S3KeyPrefix: trail.prefix }),
  IncludeGlobalServiceEvents: trail.includesGlobalEvents,
  IsMultiRegionTrail: trail.isMultiRegion,
  TrailARN: trailArn(trail),
  LogFileValidationEnabled: false,
  IsOrganizationTrail: false,
  RecursiveLogging: trail.isRecursive,
});

async function described(read: Reader, trail: Trail) {
  const { account, region, name } = trail;
  return {
    ...settings(trail),
    HomeRegion: region,
    HasCustomEventSelectors: (await read.get(selections, account, region, name)) !== undefined,
    HasInsightSelectors: false,
  };
}
