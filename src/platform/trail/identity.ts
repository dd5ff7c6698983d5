import { parseArn } from "../../base/arn.ts";
import { callingService, type Caller, type Principal, type Session } from "../caller.ts";
import type { TrailIdentity, TrailIssuer, TrailSession } from "./event.ts";

interface Known {
  readonly caller: Caller;
  readonly identity: TrailIdentity;
}

/** The last callers' identities, by ARN. */
const known = new Map<string, Known>();
const MOST_KNOWN = 1_000;

/**
 * Who it was, as CloudTrail tells it; the same object again for the same caller, so that the trail need not write it
 * again. Source: CloudTrail User Guide, "CloudTrail userIdentity element".
 */
export function identityOf(caller: Caller | undefined): TrailIdentity {
  if (!caller) return NOBODY;
  const { arn } = caller.principal;
  const before = known.get(arn);
  if (before && isSame(before.caller, caller)) return before.identity;
  const { principal, accessKeyId, session } = caller;
  const identity: TrailIdentity = {
    ...principalIdentity(principal),
    accessKeyId,
    invokedBy: callingService(caller),
    session: session ? sessionOf(session, principal) : undefined,
  };
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(arn, { caller, identity });
  return identity;
}

/** In everything that an identity tells. */
const isSame = (a: Caller, b: Caller): boolean =>
  a.principal.id === b.principal.id &&
  a.principal.kind === b.principal.kind &&
  a.principal.account === b.principal.account &&
  a.accessKeyId === b.accessKeyId &&
  a.session?.issuedAt.getTime() === b.session?.issuedAt.getTime() &&
  a.session?.mfa === b.session?.mfa &&
  a.session?.sourceIdentity === b.session?.sourceIdentity &&
  callingService(a) === callingService(b);

const NOBODY: TrailIdentity = { type: "AWSAccount", principalId: "" };

function principalIdentity(principal: Principal): TrailIdentity {
  const { arn, account, id: principalId } = principal;
  switch (principal.kind) {
    case "root":
      return { type: "Root", principalId, arn, account };
    case "user":
      return { type: "IAMUser", principalId, arn, account, userName: principal.name };
    case "role":
      return { type: "AssumedRole", principalId, arn, account };
    case "federated":
      return { type: "FederatedUser", principalId, arn, account };
    case "service":
      // It is told as `invokedBy`.
      return { type: "AWSService", principalId: "" };
    case "web-identity":
      return { type: "WebIdentityUser", principalId, userName: principalId };
    case "anonymous":
      // So S3's events tell of requests that nobody signed.
      return { type: "AWSAccount", principalId: "", account: "anonymous" };
  }
}

const sessionOf = (session: Session, principal: Principal): TrailSession => ({
  createdMs: session.issuedAt.getTime(),
  mfa: session.mfa,
  sourceIdentity: session.sourceIdentity,
  issuer: issuerOf(principal),
});

function issuerOf(principal: Principal): TrailIssuer | undefined {
  const { account, id } = principal;
  if (principal.kind === "role")
    return {
      type: "Role",
      principalId: id.split(":")[0] ?? "",
      arn: principal.roleArn,
      account,
      userName: lastPart(principal.roleArn),
    };
  if (principal.kind !== "federated") return undefined;
  const { userArn } = principal;
  const isRoot = userArn.endsWith(":root");
  return {
    type: isRoot ? "Root" : "IAMUser",
    principalId: id,
    arn: userArn,
    account,
    userName: isRoot ? "root" : lastPart(userArn),
  };
}

/** arn:aws:iam::1:role/some/path/NAME */
const lastPart = (arn: string): string => parseArn(arn)?.resource.split("/").at(-1) ?? "";
