import type { Clock } from "../base/clock.ts";
import type { DuckDb } from "../engines/duckdb/duckdb.ts";
import type { Blobs } from "../store/blobs/blobs.ts";
import type { KeyPart } from "../store/keys.ts";
import type { Reader, Store } from "../store/store.ts";
import type { Calls } from "./calls.ts";
import type { Caller } from "./caller.ts";
import type { Doors } from "./doors/doors.ts";
import type { Access } from "./access.ts";
import type { PageTokens } from "./paging.ts";
import type { ReceivedBody } from "./receive.ts";
import type { Sealer } from "./sealer.ts";

/** What the house gives every service, whoever calls. */
export interface House {
  readonly store: Store;
  readonly blobs: Blobs;
  /** The lake's time: whatever AWS calls a resource's time. */
  readonly clock: Clock;
  /** Real time: whatever another machine compares. */
  readonly realClock: Clock;
  readonly doors: Doors;
  readonly sealer: Sealer;
  readonly access: Access;
  readonly engines: Engines;
}

/** What runs outside this process's event loop; each is started on first use. */
export interface Engines {
  readonly duckDb: DuckDb;
  /** A folder that engines may write to; each user makes one of its own in it, and removes it. */
  readonly scratchFolder: string;
}

/** What a handler gets besides its input. */
export interface Context extends House {
  readonly caller: Caller;
  readonly calls: Calls;
  readonly requestId: string;
  /** Where the client reached us, as http://host:port, for answers that hold an address. */
  readonly endpoint: string;
  /** The body of an operation whose input streams, already on disk and verified. */
  readonly body?: ReceivedBody;
  /** Tokens bound to this operation, this account and the given parameters. */
  readonly pages: (...parameters: readonly unknown[]) => PageTokens;
}

/** What `authorize` may look at: stored state in one snapshot, and who asks. */
export interface AuthorizeScope {
  readonly read: Reader;
  readonly caller: Caller;
  readonly clock: Clock;
  readonly doors: Doors;
}

/** What runs later, written as a timer: the house, the time it was due, and calls in a service's own name. */
export interface TimerContext extends House {
  readonly due: Date;
  readonly key: readonly KeyPart[];
  readonly calls: Calls;
}
