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
  readonly keeper: Keeper;
  /** `api:Operation` that a real client has called since the start. */
  readonly called: ReadonlySet<string>;
  /** Ends the program, once this is answered. */
  readonly stop: () => void;
  readonly onAnswer: (answered: Answered) => void;
  readonly onMistake: (error: unknown, requestId: string) => void;
}

/** What `hosu snapshot list` shows. */
export interface SavedState {
  readonly name: string;
  /** By the real clock. */
  readonly savedAt: string;
  readonly lakeTime: string;
  readonly storeBytes: number;
  /** Which program saved it. */
  readonly version: string;
}

/** Saves the lake as it is, and puts another in its place. One of these at a time. @throws Fault Busy */
export interface Keeper {
  list(): readonly SavedState[];
  save(name: string): Promise<SavedState>;
  delete(name: string): Promise<void>;
  /** @param leave whoever asks is no longer under way, and does not wait for itself. */
  restore(name: string, leave: () => void): Promise<SavedState>;
  /** Everything is gone, or one account's; the keys of its root and admin user stay. */
  reset(account: string | undefined, leave: () => void): Promise<ResetKeys>;
  /** A folder that another program may start from. */
  backup(folder: string): Promise<BackedUp>;
  createAccount(account: string | undefined): Promise<CreatedAccount>;
  listAccounts(): Promise<readonly { readonly account: string; readonly createdAt: Date }[]>;
}

export interface ResetKeys {
  readonly account: string;
  /** The admin user's key, where it had none that could stay. */
  readonly admin?: { readonly accessKeyId: string; readonly secret: string };
}

export interface BackedUp {
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
}

export interface CreatedAccount {
  readonly account: string;
  readonly root: { readonly accessKeyId: string; readonly secret: string };
  readonly admin: { readonly accessKeyId: string; readonly secret: string; readonly user: string };
}

export interface AdminRequest {
  readonly ground: AdminGround;
  /** Undefined where anyone may ask. */
  readonly caller: Caller | undefined;
  readonly query: ReadonlyMap<string, string>;
  readonly body: Readonly<Record<string, unknown>>;
  /** See `Arrival`. */
  readonly leave: () => void;
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
