import type { Caller } from "../../platform/caller.ts";
import type { Reader } from "../../store/store.ts";
import { notHomeRegion, trailNotFound } from "./faults.ts";
import { TRAILS_PER_ACCOUNT } from "./limits.ts";
import { placeOf } from "./names.ts";
import { selections, trailArn, trails, type Selection, type Trail } from "./model.ts";
import { DEFAULT_SELECTION } from "./selectors.ts";

/** An account's trails in every Region: a handful each. */
export const trailsOf = (read: Reader, account: string): Promise<readonly Trail[]> =>
  read.scan(trails, { within: [account], limit: TRAILS_PER_ACCOUNT });

/**
 * The trail to be looked at: by its name in its own Region, by its ARN from any.
 * @throws Fault TrailNotFoundException, InvalidTrailNameException, CloudTrailARNInvalidException
 */
export async function trailOf(read: Reader, nameOrArn: string, caller: Caller): Promise<Trail> {
  const place = placeOf(nameOrArn, caller);
  const trail = await read.get(trails, place.account, place.region, place.name);
  if (!trail) throw trailNotFound(trailArn(place), caller.account);
  return trail;
}

/** The trail to be changed: in its home Region alone. @throws Fault InvalidHomeRegionException, and as `trailOf`. */
export async function ownTrailOf(read: Reader, nameOrArn: string, caller: Caller): Promise<Trail> {
  const place = placeOf(nameOrArn, caller);
  const trail = await read.get(trails, place.account, place.region, place.name);
  if (trail?.region === caller.region) return trail;
  const shadowed = trail ?? (await shadowOf(read, place.name, caller));
  if (shadowed) throw notHomeRegion(trailArn(shadowed), shadowed.region);
  throw trailNotFound(trailArn(place), caller.account);
}

/** The trail of another Region that logs this one too. */
async function shadowOf(read: Reader, name: string, { account }: Caller): Promise<Trail | undefined> {
  return (await trailsOf(read, account)).find((trail) => trail.name === name && trail.isMultiRegion);
}

export async function selectionFor(read: Reader, { account, region, name }: Trail): Promise<Selection> {
  return (await read.get(selections, account, region, name))?.selection ?? DEFAULT_SELECTION;
}
