import { fault } from "../../base/fault.ts";
import { adminCall } from "../admin-call.ts";
import type { Options } from "../options.ts";

/** `clock` shows the lake's time; `clock advance 48h` moves it there, running whatever comes due on the way. */
export async function clock(options: Options): Promise<void> {
  const [verb, by] = options.words;
  if (verb === undefined) {
    const { lakeTime } = await adminCall(options, "GET", "/_hosu/clock");
    process.stdout.write(`${String(lakeTime)}\n`);
    return;
  }
  if (verb !== "advance" || by === undefined) throw fault("Usage", "hosu clock, or hosu clock advance 48h");
  const { lakeTime, ran, parked } = await adminCall(options, "POST", "/_hosu/clock/advance", { by });
  process.stdout.write(`${String(lakeTime)}  (${String(ran)} timers ran)\n`);
  for (const name of Array.isArray(parked) ? parked : [])
    process.stdout.write(`failed three times and was set aside: ${String(name)}\n`);
}
