import type { Caller, Principal } from "../../platform/caller.ts";
import { operation } from "../../platform/operation.ts";
import { credentials } from "./credentials.ts";
import { noSuchMfaDevice, sessionMayNotCall } from "./faults.ts";
import { USER_SECONDS } from "./limits.ts";
import { packedPercent, readSessionPolicies } from "./session-policies.ts";
import { requestTagKeys, sessionTags } from "./session-tags.ts";

/** Whoever has long-term keys may have temporary ones. Source: AWS STS API Reference, GetSessionToken: "No permissions are required". */
export const getSessionToken = operation("sts:GetSessionToken", {
  async handle(input, { caller, doors }) {
    const { principal } = caller;
    if (caller.session) throw sessionMayNotCall("GetSessionToken");
    if (input.SerialNumber !== undefined || input.TokenCode !== undefined) throw noSuchMfaDevice();
    const keys = await doors.identities.startSession({
      principal,
      source: sourceOf(principal),
      seconds: secondsFor(caller, input.DurationSeconds),
      tags: {},
      transitiveTagKeys: [],
      mfa: false,
    });
    return { Credentials: credentials(keys) };
  },
});

export const getFederationToken = operation("sts:GetFederationToken", {
  authorize: (input, { caller }) => {
    const { tags } = sessionTags(input, undefined);
    const resource = federatedArn(caller.account, input.Name);
    const context = Object.keys(tags).length > 0 ? requestTagKeys(tags) : {};
    return [
      { action: "sts:GetFederationToken", resource, context },
      ...(Object.keys(tags).length > 0 ? [{ action: "sts:TagSession", resource, context }] : []),
    ];
  },
  async handle(input, { caller, doors }) {
    const { principal, account } = caller;
    if (caller.session) throw sessionMayNotCall("GetFederationToken");
    const { tags } = sessionTags(input, undefined);
    const policies = readSessionPolicies(input);
    const percent = packedPercent(policies, tags);
    const federated: Principal = {
      kind: "federated",
      account,
      arn: federatedArn(account, input.Name),
      id: `${account}:${input.Name}`,
      userArn: principal.arn,
    };
    const keys = await doors.identities.startSession({
      principal: federated,
      source: sourceOf(principal),
      seconds: secondsFor(caller, input.DurationSeconds),
      tags,
      transitiveTagKeys: [],
      mfa: false,
      ...(policies ? { policies } : {}),
    });
    return {
      Credentials: credentials(keys),
      FederatedUser: { FederatedUserId: federated.id, Arn: federated.arn },
      ...(percent > 0 ? { PackedPolicySize: percent } : {}),
    };
  },
});

const federatedArn = (account: string, name: string): string =>
  `arn:aws:sts::${account}:federated-user/${name}`;

const sourceOf = (principal: Principal): { readonly id: string; readonly name: string } => ({
  id: principal.id,
  name: principal.kind === "user" ? principal.name : principal.account,
});

/** Root's sessions last an hour, whatever was asked. Source: AWS STS API Reference, GetSessionToken, DurationSeconds. */
function secondsFor({ principal }: Caller, asked: number | undefined): number {
  const seconds = asked ?? USER_SECONDS.default;
  return principal.kind === "root" ? Math.min(seconds, USER_SECONDS.root) : seconds;
}
