import { service } from "../../platform/service.ts";
import { assumeRole } from "./assume-role.ts";
import { getAccessKeyInfo, getCallerIdentity } from "./identity.ts";
import { unlessFederated, unlessUserSession } from "./session-limits.ts";
import { getFederationToken, getSessionToken } from "./user-sessions.ts";

/** AWS Security Token Service. */
export const sts = service("sts", {
  operations: {
    AssumeRole: unlessFederated(assumeRole),
    GetAccessKeyInfo: unlessUserSession(getAccessKeyInfo),
    GetCallerIdentity: getCallerIdentity,
    GetFederationToken: getFederationToken,
    GetSessionToken: getSessionToken,
  },
});
