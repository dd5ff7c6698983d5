import type { Identities } from "./identities.ts";
import type { ObjectFiles } from "./object-files.ts";
import type { EventTrail } from "./trail.ts";

/** The few things that AWS itself does behind its APIs. More than eight would be a smell. */
export interface Doors {
  readonly identities: Identities;
  readonly objectFiles: ObjectFiles;
  readonly trail: EventTrail;
}
