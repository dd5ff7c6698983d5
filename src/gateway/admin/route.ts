import type { LakeClock } from "../../base/clock.ts";
import type { Books } from "../../platform/books.ts";
import type { Caller } from "../../platform/caller.ts";
import type { Figures } from "../../platform/metrics/figures.ts";
import type { Performer } from "../../platform/perform.ts";
import type { TimerRunner } from "../../platform/timers.ts";
import type { WireResponse } from "../../wire/http.ts";
import type { Authenticator } from "../authenticate.ts";
import type { Answered } from "../dispatch.ts";

/** What `/_hosu/…` answers from. */
export interface AdminGround {
  readonly performer: Performer;
  readonly authenticator: Authenticator;
  readonly clock: LakeClock;
  readonly timers: TimerRunner;
  readonly books: Books;
  readonly figures: Figures;
  readonly version: string;
  /** The program's first account: what is not an account's own belongs to it. */
  readonly homeAccount: string;
  /** `api:Operation` that a real client has called since the start. */
  readonly called: ReadonlySet<string>;
  /** Ends the program, once this is answered. */
  readonly stop: () => void;
  readonly onAnswer: (answered: Answered) => void;
  readonly onMistake: (error: unknown, requestId: string) => void;
}

export interface AdminRequest {
  readonly ground: AdminGround;
  /** Undefined where anyone may ask. */
  readonly caller: Caller | undefined;
  readonly query: ReadonlyMap<string, string>;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Route {
  /** The IAM action that must be allowed; absent where anyone may ask. */
  readonly action?: `hosu:${string}`;
  /** It concerns every account: only the first account's principals may be allowed it. */
  readonly ofHouse?: boolean;
  run(request: AdminRequest): Promise<unknown>;
}

/** "GET /_hosu/health" */
export type Routes = Readonly<Record<string, Route>>;

/** An answer that is not JSON. */
export class PlainAnswer {
  readonly response: WireResponse;

  constructor(body: string, contentType: string) {
    this.response = { status: 200, headers: { "content-type": contentType }, body };
  }
}
