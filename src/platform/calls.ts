import type { Apis } from "../contract/generated/apis.ts";
import type { Api } from "../contract/types.ts";
import type { Check } from "./operation.ts";

type CallsTo<A extends Api> = {
  readonly [Op in keyof Apis[A]]: Apis[A][Op] extends { input: infer Input; output: infer Output }
    ? (input: Input) => Promise<Output>
    : never;
};

/** Every API, called in-process as some principal: authorized like any other call. */
export type ApiCalls = { readonly [A in Api]: CallsTo<A> } & {
  /** Decides without calling, for what a door then hands out. @throws Fault AccessDenied for the first that is refused. */
  authorize(checks: readonly Check[]): Promise<void>;
};

/** How one service calls another. */
export interface Calls {
  /** With the caller's own rights; aws:CalledVia names the service in between. */
  readonly asCaller: ApiCalls;
  /** As a role that trusts this service. @throws Fault AccessDenied when it does not. */
  asRole(roleArn: string): Promise<ApiCalls>;
}
