import type { Caller, Source } from "../platform/caller.ts";
import type { Verified } from "./authenticate.ts";
import type { Arrival } from "./dispatch.ts";

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
