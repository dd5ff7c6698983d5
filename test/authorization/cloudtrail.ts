import { DeleteTrailCommand } from "@aws-sdk/client-cloudtrail";
import { trailArn, type Fixtures } from "./fixtures.ts";
import { need, SOURCES, type Row } from "./row.ts";

/** One trail at a time: a Region has five at most. */
const kept: { last?: string } = {};

async function trail(fixtures: Fixtures): Promise<string> {
  await clear(fixtures);
  kept.last = await fixtures.trail();
  return kept.last;
}

async function clear({ cloudtrail }: Fixtures): Promise<void> {
  const Name = kept.last;
  delete kept.last;
  if (Name === undefined) return;
  // The row before may have deleted it.
  await cloudtrail.send(new DeleteTrailCommand({ Name })).catch((error: unknown) => {
    if (!(error instanceof Error) || error.name !== "TrailNotFoundException") throw error;
  });
}

const source = SOURCES.cloudtrail;

/** An action on a trail of its own name, with what the call says besides. */
const onTrail = (
  name: string,
  input: (trail: string) => Readonly<Record<string, unknown>> = (Name) => ({ Name }),
): Row => ({
  operation: `cloudtrail:${name}`,
  source,
  async prepare(fixtures) {
    const made = await trail(fixtures);
    return { input: input(made), needs: need(`cloudtrail:${name}`, trailArn(made)) };
  },
});

const onAll = (name: string): Row => ({
  operation: `cloudtrail:${name}`,
  source,
  prepare: () => ({ input: {}, needs: need(`cloudtrail:${name}`, "*") }),
});

const tagged = (made: string) => ({ ResourceId: trailArn(made), TagsList: [{ Key: "k", Value: "v" }] });

export const CLOUDTRAIL_ROWS: readonly Row[] = [
  onAll("LookupEvents"),
  onAll("DescribeTrails"),
  onAll("ListTrails"),
  {
    operation: "cloudtrail:CreateTrail",
    source,
    async prepare(fixtures) {
      await clear(fixtures);
      const Name = fixtures.name("trail");
      kept.last = Name;
      return {
        input: { Name, S3BucketName: await fixtures.logBucket() },
        needs: need("cloudtrail:CreateTrail", trailArn(Name)),
      };
    },
  },
  onTrail("UpdateTrail", (Name) => ({ Name, IsMultiRegionTrail: true })),
  onTrail("GetTrail"),
  onTrail("GetTrailStatus"),
  onTrail("StartLogging"),
  onTrail("StopLogging"),
  onTrail("PutEventSelectors", (TrailName) => ({ TrailName, EventSelectors: [{}] })),
  onTrail("GetEventSelectors", (TrailName) => ({ TrailName })),
  onTrail("AddTags", tagged),
  onTrail("RemoveTags", tagged),
  onTrail("ListTags", (made) => ({ ResourceIdList: [trailArn(made)] })),
  onTrail("DeleteTrail"),
];
