import { parseArn } from "../../base/arn.ts";
import type { Caller, Principal, Session } from "../caller.ts";
import type { TrailIdentity, TrailIssuer, TrailSession } from "./event.ts";

interface Known {
  /** What follows from the principal alone. */
  readonly own: TrailIdentity;
  readonly accessKeyId: string | undefined;
  readonly session: Session | undefined;
  readonly identity: TrailIdentity;
}

/** Principal and session are the same objects from request to request while their key is remembered. */
const known = new WeakMap<Principal, Known>();

/**
 * Who it was, as CloudTrail tells it; the same object again for the same caller, so that the trail need not write it
 * again. Source: CloudTrail User Guide, "CloudTrail userIdentity element".
 */
export function identityOf(caller: Caller | undefined): TrailIdentity {
  if (!caller) return NOBODY;
  const { principal, accessKeyId, session, source } = caller;
  const before = known.get(principal);
  const invokedBy = source.calledVia.at(-1);
  const isSame = before?.accessKeyId === accessKeyId && before?.session === session;
  if (before && isSame && invokedBy === undefined) return before.identity;
  const own = before?.own ?? principalIdentity(principal);
  const identity: TrailIdentity = {
    type: own.type,
    principalId: own.principalId,
    arn: own.arn,
    account: own.account,
    userName: own.userName,
    accessKeyId,
    invokedBy,
    session: session ? sessionOf(session, principal) : undefined,
  };
  if (invokedBy === undefined) known.set(principal, { own, accessKeyId, session, identity });
  return identity;
}

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
      return { type: "AWSService", principalId };
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
