import type { LakeTime } from "../base/clock.ts";
import { table } from "../store/table.ts";

/** How the lake clock stands, so that it stands so after a restart. */
export const clockState = table("clock", { scope: "global", key: (_time: LakeTime) => ["lake"] as const });
