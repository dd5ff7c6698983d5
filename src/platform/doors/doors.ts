import type { Identities } from "./identities.ts";
import type { ObjectFiles } from "./object-files.ts";

/** The few things that AWS itself does behind its APIs. More than eight would be a smell. */
export interface Doors {
  readonly identities: Identities;
  readonly objectFiles: ObjectFiles;
}
