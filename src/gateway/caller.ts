import { ANONYMOUS, type Caller, type Source } from "../platform/caller.ts";
import type { Verified } from "./authenticate.ts";
import type { Arrival, Dispatcher } from "./dispatch.ts";

/** Where a request came from: facts of its connection, and what its client says of itself. */
export function sourceOf({ request: { headers }, ip, secure }: Arrival): Source {
  return {
    ip,
    secure,
    userAgent: headers["user-agent"] ?? "",
    referer: headers["referer"],
    calledVia: NOBODY,
  };
}

const NOBODY: readonly string[] = [];

/** Who signed it: account and principal by the key, region by what it was signed for. */
export const signedCaller = ({ credential, region, signature }: Verified, source: Source): Caller => ({
  account: credential.principal.account,
  region,
  principal: credential.principal,
  accessKeyId: credential.accessKeyId,
  session: credential.session,
  signature,
  source,
});

/** Whoever sent it; nobody in particular where it is not signed. */
export function callerOf(by: Dispatcher, arrival: Arrival, verified: Verified | undefined): Caller {
  const source = sourceOf(arrival);
  if (!verified) return { account: "", region: by.region, principal: ANONYMOUS, source };
  const { credential, service, region } = verified;
  by.authenticator.identities.used(credential.accessKeyId, service, region);
  return signedCaller(verified, source);
}
