import { parseArn } from "../../base/arn.ts";
import { invariant } from "../../base/invariant.ts";
import type { AuthorizeScope } from "../../platform/context.ts";
import type { Caller, Principal } from "../../platform/caller.ts";
import type { AssumableRole } from "../../platform/doors/identities.ts";
import { operation, type Check } from "../../platform/operation.ts";
import type { InputOf } from "../../contract/apis.ts";
import { credentials } from "./credentials.ts";
import {
  invalidRoleArn,
  longerThanChain,
  longerThanRole,
  noSuchMfaDevice,
  rootMayNotAssume,
  sourceIdentityIsSet,
} from "./faults.ts";
import { ROLE_SECONDS } from "./limits.ts";
import { packedPercent, readSessionPolicies } from "./session-policies.ts";
import { requestTagKeys, sessionTags } from "./session-tags.ts";

type Input = InputOf<"sts:AssumeRole">;

export const assumeRole = operation("sts:AssumeRole", {
  authorize: checks,
  async handle(input, { caller, doors }) {
    if (input.SerialNumber !== undefined || input.TokenCode !== undefined) throw noSuchMfaDevice();
    const role = await doors.identities.role(input.RoleArn);
    invariant(role, "a role that the caller may assume exists");
    const seconds = input.DurationSeconds ?? ROLE_SECONDS.default;
    if (caller.principal.kind === "role" && seconds > ROLE_SECONDS.chained) throw longerThanChain();
    if (seconds > role.maxSessionSeconds) throw longerThanRole();

    const policies = readSessionPolicies(input);
    const { tags, transitiveKeys } = sessionTags(input, chainedSession(caller));
    const percent = packedPercent(policies, tags);
    const principal = sessionOf(role, input.RoleSessionName);
    const sourceIdentity = sourceIdentityOf(input, caller);
    const keys = await doors.identities.startSession({
      principal,
      source: { id: role.id, name: role.name },
      seconds,
      tags,
      transitiveTagKeys: transitiveKeys,
      mfa: false,
      ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
      ...(policies ? { policies } : {}),
    });
    return {
      Credentials: credentials(keys),
      AssumedRoleUser: { AssumedRoleId: principal.id, Arn: principal.arn },
      ...(percent > 0 ? { PackedPolicySize: percent } : {}),
      ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
    };
  },
});

/** Both the role's trust policy and the caller's account have their say. A role that is not there trusts nobody, so that names cannot be probed. */
async function checks(input: Input, { caller, doors }: AuthorizeScope): Promise<readonly Check[]> {
  const parsed = parseArn(input.RoleArn);
  if (parsed?.service !== "iam" || !parsed.resource.startsWith("role/")) throw invalidRoleArn(input.RoleArn);
  if (caller.principal.kind === "root") throw rootMayNotAssume();
  const role = await doors.identities.role(input.RoleArn);
  const { tags } = sessionTags(input, chainedSession(caller));
  const sourceIdentity = sourceIdentityOf(input, caller);
  const on = {
    resource: input.RoleArn,
    resourceAccount: parsed.account,
    resourcePolicy: {
      document: role?.trust ?? TRUSTS_NOBODY,
      account: parsed.account,
      kind: "trust" as const,
    },
    context: {
      "sts:RoleSessionName": input.RoleSessionName,
      ...(input.ExternalId === undefined ? {} : { "sts:ExternalId": input.ExternalId }),
      ...(sourceIdentity === undefined ? {} : { "sts:SourceIdentity": sourceIdentity }),
      ...(input.TransitiveTagKeys?.length ? { "sts:TransitiveTagKeys": input.TransitiveTagKeys } : {}),
      ...(Object.keys(tags).length > 0 ? requestTagKeys(tags) : {}),
      ...resourceTagKeys(role),
    },
  };
  return [
    { action: "sts:AssumeRole", ...on },
    ...(Object.keys(tags).length > 0 ? [{ action: "sts:TagSession", ...on }] : []),
    ...(sourceIdentity === undefined ? [] : [{ action: "sts:SetSourceIdentity", ...on }]),
  ];
}

const TRUSTS_NOBODY = JSON.stringify({ Version: "2012-10-17", Statement: [] });

const resourceTagKeys = (role: AssumableRole | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(role?.tags ?? {}).flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`iam:ResourceTag/${key}`, value],
    ]),
  );

/** Tags and identity pass on only from one role's session to the next. */
const chainedSession = ({ principal, session }: Caller): Caller["session"] =>
  principal.kind === "role" ? session : undefined;

/** Once set, it stays through the whole chain. Source: IAM User Guide, "Monitor and control actions taken with assumed roles". */
function sourceIdentityOf({ SourceIdentity }: Input, caller: Caller): string | undefined {
  const set = chainedSession(caller)?.sourceIdentity;
  if (set !== undefined && SourceIdentity !== undefined && SourceIdentity !== set)
    throw sourceIdentityIsSet();
  return set ?? SourceIdentity;
}

function sessionOf({ account, arn, name, id }: AssumableRole, sessionName: string): Principal {
  return {
    kind: "role",
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${name}/${sessionName}`,
    roleArn: arn,
    id: `${id}:${sessionName}`,
  };
}
