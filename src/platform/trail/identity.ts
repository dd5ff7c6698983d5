import { parseArn } from "../../base/arn.ts";
import type { Caller, Principal, Session } from "../caller.ts";
import type { TrailIdentity, TrailIssuer, TrailSession } from "./event.ts";

/** What follows from the principal alone: it is the same object from request to request while its key is remembered. */
const known = new WeakMap<Principal, TrailIdentity>();

/** Who it was, as CloudTrail tells it. Source: CloudTrail User Guide, "CloudTrail userIdentity element". */
export function identityOf(caller: Caller | undefined): TrailIdentity {
  if (!caller) return { type: "AWSAccount", principalId: "" };
  const { principal } = caller;
  let own = known.get(principal);
  if (!own) known.set(principal, (own = principalIdentity(principal)));
  return {
    type: own.type,
    principalId: own.principalId,
    arn: own.arn,
    account: own.account,
    userName: own.userName,
    accessKeyId: caller.accessKeyId,
    invokedBy: caller.source.calledVia.at(-1),
    session: caller.session ? sessionOf(caller.session, principal) : undefined,
  };
}

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
