import type { ApiName, Apis, OperationName } from "../contract/apis.ts";
import type { Reader } from "../store/store.ts";
import type { TimerContext, House } from "./context.ts";
import type { Doors } from "./doors/doors.ts";
import type { ServiceUsage } from "./meter/usage.ts";
import type { AnyOperation, Operation } from "./operation.ts";

export interface ResourcePolicy {
  readonly document: string;
  /** Who owns the resource. */
  readonly account: string;
  /** Trust and key policies must themselves allow; others add to the caller's own. */
  readonly kind?: "trust" | "key";
}

/** What a browser asks for a page of another origin. */
export interface CorsAsked {
  /** In path style, undecoded. */
  readonly path: string;
  readonly origin: string;
  readonly method: string;
  /** Names of the headers that the page wants to send. */
  readonly headers: readonly string[];
}

/** What a service says of a bucket without rules, and the gateway where no service knows of any. */
export const CORS_NOT_ENABLED = "CORSResponse: CORS is not enabled for this bucket.";

export type CorsSaid =
  | { readonly kind: "allowed"; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: "refused"; readonly reason: string };

export interface ServiceDefinition<A extends ApiName> {
  /** Every operation that is built, by its name; one that is not listed answers 501. */
  readonly operations: {
    readonly [Op in keyof Apis[A] & string]?: Operation<Extract<OperationName, `${A}:${Op}`>>;
  };
  /** The policy on a resource itself (a bucket's, a key's), for services that have such. */
  readonly resourcePolicy?: (arn: string, read: Reader) => Promise<ResourcePolicy | undefined>;
  /** For services that browsers talk to. */
  readonly cors?: (asked: CorsAsked, read: Reader) => Promise<CorsSaid>;
  /** Where that lies which a request is for, whose signature names no Region. @param path in path style, undecoded. */
  readonly homeRegion?: (path: string, read: Reader) => Promise<string | undefined>;
  /** What runs when a timer of this name is due, at least once: "s3.restore". */
  readonly timers?: Readonly<Record<string, (context: TimerContext) => Promise<void>>>;
  /** What it costs on AWS. */
  readonly usage?: ServiceUsage;
  /** Learns what it must know before the first request. */
  readonly start?: (house: House) => Promise<void>;
  /** Ends what goes on in the background, before the house is closed. */
  readonly stop?: (house: House) => Promise<void>;
  /** Removes what an account has in global tables; its own rows go by themselves. */
  readonly forget?: (house: House, account: string) => Promise<void>;
  /** Doors this service offers to the others. */
  readonly offers?: (house: House) => Partial<Doors>;
}

export interface Service {
  readonly api: ApiName;
  readonly operations: Readonly<Record<string, AnyOperation | undefined>>;
  readonly resourcePolicy?: (arn: string, read: Reader) => Promise<ResourcePolicy | undefined>;
  readonly cors?: (asked: CorsAsked, read: Reader) => Promise<CorsSaid>;
  readonly homeRegion?: (path: string, read: Reader) => Promise<string | undefined>;
  readonly timers: Readonly<Record<string, (context: TimerContext) => Promise<void>>>;
  readonly usage?: ServiceUsage;
  readonly start?: (house: House) => Promise<void>;
  readonly stop?: (house: House) => Promise<void>;
  readonly forget?: (house: House, account: string) => Promise<void>;
  readonly offers: (house: House) => Partial<Doors>;
}

export function service<const A extends ApiName>(api: A, definition: ServiceDefinition<A>): Service {
  return {
    api,
    operations: definition.operations,
    ...(definition.resourcePolicy ? { resourcePolicy: definition.resourcePolicy } : {}),
    ...(definition.cors ? { cors: definition.cors } : {}),
    ...(definition.homeRegion ? { homeRegion: definition.homeRegion } : {}),
    ...(definition.usage ? { usage: definition.usage } : {}),
    ...(definition.start ? { start: definition.start } : {}),
    ...(definition.stop ? { stop: definition.stop } : {}),
    ...(definition.forget ? { forget: definition.forget } : {}),
    timers: definition.timers ?? {},
    offers: definition.offers ?? (() => ({})),
  };
}
