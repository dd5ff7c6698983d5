import { fault } from "../../base/fault.ts";
import { KNOWN_APIS } from "../../contract/known.ts";
import { loadContract } from "../../contract/load.ts";
import { parseDuration } from "../duration.ts";
import type { AdminGround, AdminRequest, Routes } from "./route.ts";

/** Health, coverage, the clock, and the end. */
export const lakeRoutes: Routes = {
  "GET /_hosu/health": {
    run: async ({ ground: { version, clock } }) => ({
      status: "ok",
      version,
      lakeTime: clock.now().toISOString(),
    }),
  },
  "GET /_hosu/coverage": { run: async ({ ground }) => coverage(ground) },
  "GET /_hosu/clock": {
    action: "hosu:GetClock",
    run: async ({ ground: { clock } }) => ({ lakeTime: clock.now().toISOString(), ...clock.time }),
  },
  "POST /_hosu/clock/advance": { action: "hosu:AdvanceClock", ofHouse: true, run: advance },
  "POST /_hosu/stop": {
    action: "hosu:Stop",
    ofHouse: true,
    run: async ({ ground }) => {
      ground.stop();
      return { stopping: true };
    },
  },
};

async function advance({ ground, body: { by, to } }: AdminRequest): Promise<unknown> {
  const { clock, timers, books } = ground;
  const now = clock.now();
  const target =
    typeof to === "string"
      ? new Date(to)
      : new Date(now.getTime() + parseDuration(typeof by === "string" ? by : ""));
  if (Number.isNaN(target.getTime()) || target < now)
    throw fault(
      "InvalidArgument",
      "The clock moves forward: say by how much (48h, 30d) or to which later time.",
    );
  // What lies there now has lain there until then.
  await books.meter?.sample();
  const advanced = await timers.advance(target);
  await books.meter?.sample();
  await books.trail.forget();
  return { lakeTime: clock.now().toISOString(), ...advanced };
}

function coverage({ performer, called }: AdminGround): unknown {
  return {
    apis: KNOWN_APIS.map(({ api }) => ({
      api,
      operations: [...loadContract(api).operations.keys()].map((operation) => ({
        operation,
        built: performer.services.get(api)?.operations[operation] !== undefined,
        called: called.has(`${api}:${operation}`),
      })),
    })),
  };
}
