import { parseArn } from "../base/arn.ts";
import { invariant } from "../base/invariant.ts";
import { createAccess } from "../platform/access.ts";
import { ANONYMOUS } from "../platform/caller.ts";
import type { House } from "../platform/context.ts";
import type { Doors } from "../platform/doors/doors.ts";
import { apiCalls, ownCalls, type Performer } from "../platform/perform.ts";
import type { Service } from "../platform/service.ts";
import type { Reader } from "../store/store.ts";

export type Services = ReadonlyMap<string, Service>;

type Ground = Omit<House, "doors" | "access">;

/** @param own the house's own doors; the others are offered by services that themselves stand in it. */
export function furnish(ground: Ground, services: Services, own: Pick<Doors, "trail">): House {
  const doors: Partial<Doors> = { ...own };
  const access = createAccess({
    identities: () => {
      invariant(doors.identities, "IAM offers identities");
      return doors.identities;
    },
    resourcePolicy: (arn: string, read: Reader) =>
      services.get(parseArn(arn)?.service ?? "")?.resourcePolicy?.(arn, read) ?? Promise.resolve(undefined),
    clock: ground.clock,
  });
  const house: House = { ...ground, access, doors: doors as Doors };
  for (const service of services.values()) Object.assign(doors, service.offers(house));
  return house;
}

/** A timer's name begins with its service's: "s3.restore". It acts in no one's name. */
export function runTimer(
  performer: Performer,
  services: Services,
  timer: { readonly name: string; readonly key: readonly (string | number)[]; readonly atMs: number },
): Promise<void> {
  const api = timer.name.split(".")[0] ?? "";
  const handler = services.get(api)?.timers[timer.name];
  invariant(handler, `somebody runs timers of the name ${timer.name}`);
  const caller = {
    account: "",
    region: "",
    principal: ANONYMOUS,
    source: { ip: "", secure: true, userAgent: "", calledVia: [] },
  };
  const from = { requestId: "", endpoint: "" };
  const calls = {
    asCaller: apiCalls(performer, { caller, ...from }),
    asService: ownCalls(performer, api, from),
  };
  return handler({ ...performer.house, due: new Date(timer.atMs), key: timer.key, calls });
}
