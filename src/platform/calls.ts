import type { ApiName, Apis } from "../contract/apis.ts";
import type { Streaming } from "../contract/types.ts";
import type { Check } from "./operation.ts";

type CallsTo<A extends ApiName> = {
  readonly [Op in keyof Apis[A]]: Apis[A][Op] extends { input: infer Input; output: infer Output }
    ? (input: Input, body?: Streaming) => Promise<Output>
    : never;
};

/** Every API, called in-process as some principal: authorized like any other call. A streamed input's body comes apart. */
export type ApiCalls = { readonly [A in ApiName]: CallsTo<A> } & {
  /** Decides without calling, for what a door then hands out. @throws Fault AccessDenied for the first that is refused. */
  authorize(checks: readonly Check[]): Promise<void>;
  /** Decides for every resource that begins so. */
  decidePrefix(check: Check): Promise<"allow" | "deny" | "depends">;
};

/** How one service calls another. */
export interface Calls {
  /** With the caller's own rights; aws:CalledVia names the service in between. */
  readonly asCaller: ApiCalls;
  /** In the service's own name, by what the other resource's policy lets it. @param sourceArn the resource of its own that it calls for: aws:SourceArn. */
  asService(sourceArn: string): ApiCalls;
}
