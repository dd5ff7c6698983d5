import type { PolicyCache } from "../access/compile.ts";
import type { NamedPolicy, Policies } from "../access/decision.ts";
import { evaluate } from "../access/evaluate.ts";
import { evaluatePrefix } from "../access/prefix.ts";
import { policyCache } from "../access/parse.ts";
import type { AccessRequest, Context as ConditionKeys } from "../access/request.ts";
import { parseArn } from "../base/arn.ts";
import type { Clock } from "../base/clock.ts";
import type { Reader } from "../store/store.ts";
import type { Caller } from "./caller.ts";
import { AccessDenied } from "./denied.ts";
import type { AttachedPolicy, Identities, PrincipalPolicies } from "./doors/identities.ts";
import type { Check } from "./operation.ts";
import { signatureKeys } from "./signature-keys.ts";
import type { ResourcePolicy } from "./service.ts";

/** Decides every check of every call, whoever makes it. */
export interface Access {
  /** @throws AccessDenied for the first check that is refused. */
  authorize(caller: Caller, checks: readonly Check[], read: Reader): Promise<void>;
  /** One answer for every resource that begins as `check.resource` does; "depends" where it differs among them. */
  decidePrefix(caller: Caller, check: Check, read: Reader): Promise<"allow" | "deny" | "depends">;
}

export interface AccessGround {
  readonly identities: () => Identities;
  readonly resourcePolicy: (arn: string, read: Reader) => Promise<ResourcePolicy | undefined>;
  /** The lake's clock: aws:CurrentTime. */
  readonly clock: Clock;
}

export function createAccess(ground: AccessGround): Access {
  const cache = policyCache();
  return {
    async authorize(caller, checks, read) {
      if (checks.length === 0) return;
      const own = await ownPolicies(caller, ground.identities());
      const now = ground.clock.now();
      for (const check of checks) {
        const resource = check.resourcePolicy ?? (await ground.resourcePolicy(check.resource, read));
        const request = new CheckedRequest(caller, check, { own, resource, now });
        const policies = compiled(own, resource, cache);
        const decision = evaluate(request, policies);
        if (decision.effect === "deny") throw new AccessDenied(decision, request, policies);
      }
    },
    async decidePrefix(caller, check, read) {
      const own = await ownPolicies(caller, ground.identities());
      const resource = await ground.resourcePolicy(check.resource, read);
      const now = ground.clock.now();
      const request = new CheckedRequest(caller, check, { own, resource, now });
      return evaluatePrefix(request, compiled(own, resource, cache));
    },
  };
}

const NOTHING: PrincipalPolicies = { identity: [], tags: {} };

function ownPolicies(caller: Caller, identities: Identities): PrincipalPolicies | Promise<PrincipalPolicies> {
  const { kind } = caller.principal;
  if (kind === "anonymous" || kind === "service" || kind === "web-identity") return NOTHING;
  return identities.policies(caller.principal, caller.accessKeyId);
}

interface Known {
  readonly own: PrincipalPolicies;
  readonly resource: ResourcePolicy | undefined;
  readonly now: Date;
}

/** A class, for its one lazy member: many a request meets no condition at all. */
class CheckedRequest implements AccessRequest {
  readonly principal: AccessRequest["principal"];
  readonly principalTags: AccessRequest["principalTags"];
  readonly action: string;
  readonly resource: string;
  readonly resourceName: string | undefined;
  readonly resourceAccount: string | undefined;
  readonly #caller: Caller;
  readonly #check: Check;
  readonly #now: Date;
  #context: ConditionKeys | undefined;

  constructor(caller: Caller, check: Check, { own, resource, now }: Known) {
    const account = check.resourceAccount ?? resource?.account ?? parseArn(check.resource)?.account;
    this.principal = caller.principal;
    this.principalTags = own.tags;
    this.action = check.action;
    this.resource = check.resource;
    this.resourceName = check.resourceName;
    this.resourceAccount = account === "" ? undefined : account;
    this.#caller = caller;
    this.#check = check;
    this.#now = now;
  }

  get context(): ConditionKeys {
    return (this.#context ??= {
      ...requestKeys(this.#caller, this.#now),
      ...signatureKeys(this.#caller, this.action),
      ...this.#check.context,
    });
  }
}

/** The global condition keys that are facts of the request. Source: IAM User Guide, "AWS global condition context keys". */
function requestKeys({ source, region, session }: Caller, now: Date): ConditionKeys {
  const via = source.calledVia;
  return {
    "aws:CurrentTime": now.toISOString(),
    "aws:EpochTime": String(Math.floor(now.getTime() / 1_000)),
    // A service comes from nowhere.
    "aws:SourceIp": source.ip === "" ? undefined : source.ip,
    "aws:SecureTransport": String(source.secure),
    "aws:UserAgent": source.userAgent,
    "aws:Referer": source.referer,
    "aws:RequestedRegion": region,
    "aws:ViaAWSService": String(via.length > 0),
    "aws:CalledVia": via,
    "aws:CalledViaFirst": via[0],
    "aws:CalledViaLast": via.at(-1),
    ...(source.sourceArn === undefined
      ? {}
      : { "aws:SourceArn": source.sourceArn, "aws:SourceAccount": parseArn(source.sourceArn)?.account }),
    ...(session
      ? {
          "aws:TokenIssueTime": session.issuedAt.toISOString(),
          "aws:MultiFactorAuthPresent": String(session.mfa),
          "aws:SourceIdentity": session.sourceIdentity,
        }
      : {}),
  };
}

function compiled(
  own: PrincipalPolicies,
  resource: ResourcePolicy | undefined,
  cache: PolicyCache,
): Policies {
  const named = (policy: AttachedPolicy): NamedPolicy => ({
    id: policy.id,
    policy: cache.get(policy.document),
  });
  return {
    identity: own.identity.map(named),
    boundary: own.boundary && named(own.boundary),
    session: own.session?.map(named),
    resource: resource && { id: "", policy: cache.get(resource.document) },
    resourceKind: resource?.kind,
  };
}
