import type { Clock } from "../base/clock.ts";
import type { Engines } from "../platform/context.ts";
import type { Figures } from "../platform/metrics/figures.ts";
import type { Sealer } from "../platform/sealer.ts";
import type { Answered } from "../gateway/dispatch.ts";
import type { Disk } from "../store/disk.ts";
import type { BlobsPlace } from "../store/blobs/s3/place.ts";
import type { DataFolder } from "../store/folder.ts";
import type { Reader, Transaction } from "../store/store.ts";
import type { Services } from "./house.ts";

/** What stays as long as the program runs, whichever state of the lake stands on it. */
export interface LakeGround {
  readonly version: string;
  readonly folder: DataFolder;
  readonly disk: Disk;
  readonly realClock: Clock;
  readonly services: Services;
  readonly accounts: Accounts;
  readonly engines: Engines;
  readonly figures: Figures;
  readonly options: LakeOptions;
  /** `api:Operation` that a real client has called since the start. */
  readonly called: Set<string>;
}

export interface LakeOptions {
  /** Twelve digits; chosen at the first start where it is not given. */
  readonly account?: string | undefined;
  readonly region: string;
  readonly rootKey?: KeyPair | undefined;
  /** "off" writes down nothing of what happens: neither trail nor meter. */
  readonly trail?: "on" | "off" | undefined;
  /** What is to run at the very first start. */
  readonly init?: InitOptions | undefined;
  /** `postgres://…`: where the rows lie instead of in the data folder. */
  readonly store?: string | undefined;
  /** `s3://…`: where the bytes lie instead of in the data folder, so that several processes can serve the lake. */
  readonly blobs?: BlobsPlace | undefined;
  readonly log: (event: LogEvent) => void;
  /** Somebody who may has asked the program to end. */
  readonly onStopAsked?: (() => void) | undefined;
}

export interface InitOptions {
  /** A file of AWS CLI calls, or a folder of JSON. */
  readonly path: string;
  /** What the AWS CLI is found and started with. */
  readonly environment: Environment;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export type LogEvent =
  | { readonly kind: "answered"; readonly answered: Answered }
  | { readonly kind: "mistake"; readonly error: unknown; readonly requestId: string }
  | { readonly kind: "broken"; readonly error: unknown }
  /** A crash had left so much half written at the end of the log; it was cut off. */
  | { readonly kind: "torn"; readonly bytes: number }
  /** The last commit's description in the store's file was torn; the one before it is used. */
  | { readonly kind: "mended"; readonly path: string }
  /** The trail could not be written: so many events are not on it. */
  | { readonly kind: "lost"; readonly events: number; readonly error: unknown }
  /** Clients that were too slow for a stop, a restore or a reset. */
  | { readonly kind: "cut off"; readonly connections: number };

export interface KeyPair {
  readonly accessKeyId: string;
  readonly secret: string;
}

export interface FirstKeys {
  readonly root: KeyPair;
  readonly admin: KeyPair & { readonly user: string };
}

/** The keys that an account is reached by when it is empty again. */
export interface AccountKeys {
  readonly root: readonly KeyPair[];
  readonly admin: readonly KeyPair[];
}

export interface NewAccount {
  readonly account: string;
  readonly now: Date;
  readonly sealer: Sealer;
  /** The root user's keys, where someone chose them. */
  readonly rootKey?: KeyPair | undefined;
  /** What it had before. */
  readonly keys?: AccountKeys | undefined;
}

/** Offered by IAM, which knows what an account is. */
export interface Accounts {
  /** @returns the keys, the only time that they can be read; undefined when the account is there already. */
  create(tx: Transaction, account: NewAccount): Promise<FirstKeys | undefined>;
  setRootKey(tx: Transaction, account: NewAccount & { readonly rootKey: KeyPair }): Promise<boolean>;
  list(read: Reader): Promise<readonly { readonly account: string; readonly createdAt: Date }[]>;
  /** The active keys of its root and its admin user. */
  keys(read: Reader, account: string, sealer: Sealer): Promise<AccountKeys>;
}
