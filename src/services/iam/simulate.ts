import { compilePolicy } from "../../access/compile.ts";
import type { NamedPolicy, Policies } from "../../access/decision.ts";
import { explain, type Explanation } from "../../access/explain.ts";
import { parsePolicy, readPolicy } from "../../access/parse.ts";
import type { AccessRequest, Context as ConditionKeys, Principal } from "../../access/request.ts";
import { parseArn } from "../../base/arn.ts";
import { fault } from "../../base/fault.ts";
import { operation } from "../../platform/operation.ts";
import type { Context } from "../../platform/context.ts";
import type { AttachedPolicy } from "../../platform/doors/identities.ts";
import type { Reader } from "../../store/store.ts";
import { entityArn, find, load } from "./entities.ts";
import { invalidArn } from "./faults.ts";
import type { EntityKind } from "./model.ts";
import { pageList, type PageInput } from "./paging.ts";
import { policiesOf, policiesOn, tagRecord } from "./principal-policies.ts";

/** The policy simulator: what would be decided, without doing it. */
export const custom = operation("iam:SimulateCustomPolicy", {
  resource: () => "*",
  async handle(input, context) {
    const named = [...inputPolicies(input.PolicyInputList, "PolicyInputList", input)];
    return simulate(context, input, { named, principal: callerOf(input.CallerArn, context), tags: {} });
  },
});

export const principal = operation("iam:SimulatePrincipalPolicy", {
  resource: (input) => input.PolicySourceArn,
  async handle(input, context) {
    const { account } = context.caller;
    const source = sourceOf(input.PolicySourceArn, account);
    const found = await context.store.read((read) => sourcePolicies(read, account, source));
    const extra = inputPolicies(input.PolicyInputList ?? [], "PolicyInputList", input);
    const named = [...found.identity.map((policy) => toNamed(policy, source)), ...extra];
    const boundary = found.boundary && toNamed(found.boundary, source);
    const asks = input.CallerArn === undefined ? found.principal : callerOf(input.CallerArn, context);
    return simulate(context, input, { named, boundary, principal: asks, tags: found.tags });
  },
});

export const contextKeysOfCustom = operation("iam:GetContextKeysForCustomPolicy", {
  resource: () => "*",
  handle: async ({ PolicyInputList }) => ({ ContextKeyNames: contextKeys(PolicyInputList) }),
});

export const contextKeysOfPrincipal = operation("iam:GetContextKeysForPrincipalPolicy", {
  resource: (input) => input.PolicySourceArn,
  async handle({ PolicySourceArn, PolicyInputList = [] }, { store, caller }) {
    const source = sourceOf(PolicySourceArn, caller.account);
    const { identity } = await store.read((read) => sourcePolicies(read, caller.account, source));
    return {
      ContextKeyNames: contextKeys([...identity.map(({ document }) => document), ...PolicyInputList]),
    };
  },
});

interface SimulationInput extends PageInput {
  readonly ActionNames: readonly string[];
  readonly ResourceArns?: readonly string[] | undefined;
  readonly ResourcePolicy?: string | undefined;
  readonly ResourceOwner?: string | undefined;
  readonly PermissionsBoundaryPolicyInputList?: readonly string[] | undefined;
  readonly ContextEntries?:
    | readonly { readonly ContextKeyName?: string; readonly ContextKeyValues?: readonly string[] }[]
    | undefined;
}

/** A policy under the name that the simulator gives it, and what kind it is. */
interface Sourced extends NamedPolicy {
  readonly sourceType: "user" | "group" | "role" | "aws-managed" | "user-managed" | "resource" | "none";
}

interface Asked {
  readonly named: readonly Sourced[];
  readonly boundary?: Sourced | undefined;
  readonly principal: Principal;
  readonly tags: Readonly<Record<string, string>>;
}

function simulate(context: Context, input: SimulationInput, asked: Asked) {
  const keys = contextOf(input);
  const boundary = boundaryOf(input) ?? asked.boundary;
  const resource = input.ResourcePolicy === undefined ? undefined : resourcePolicy(input.ResourcePolicy);
  const policies: Policies = { identity: asked.named, boundary, resource };
  const sources = new Map(
    [...asked.named, ...(boundary ? [boundary] : []), ...(resource ? [resource] : [])].map((one) => [
      one.id,
      one,
    ]),
  );
  const cases = input.ActionNames.flatMap((action) =>
    (input.ResourceArns ?? ["*"]).map((arn) => ({ action, arn })),
  );
  const { items, page } = pageList(context, input, {
    rows: cases.map((one, index) => ({ ...one, index: String(index).padStart(6, "0") })),
    keyOf: ({ index }) => index,
  });
  const owner = input.ResourceOwner === undefined ? undefined : accountIn(input.ResourceOwner);
  return {
    EvaluationResults: items.map(({ action, arn }) => {
      const request: AccessRequest = {
        principal: asked.principal,
        principalTags: asked.tags,
        action,
        resource: arn,
        resourceAccount: owner,
        context: keys,
      };
      return describe(request, explain(request, policies), { sources, boundary, policies: asked.named });
    }),
    ...page,
  };
}

function describe(
  request: AccessRequest,
  explanation: Explanation,
  known: {
    readonly sources: ReadonlyMap<string, Sourced>;
    readonly boundary: Sourced | undefined;
    readonly policies: readonly Sourced[];
  },
) {
  const { effect, explicit, trace } = explanation;
  const wanted = effect === "allow" ? "Allow" : "Deny";
  const matched = trace.filter((row) => row.outcome === "applies" && row.effect === wanted);
  const boundaryAllows = trace.some(
    (row) => row.type === "boundary" && row.outcome === "applies" && row.effect === "Allow",
  );
  return {
    EvalActionName: request.action,
    EvalResourceName: request.resource,
    EvalDecision:
      effect === "allow"
        ? ("allowed" as const)
        : explicit
          ? ("explicitDeny" as const)
          : ("implicitDeny" as const),
    MatchedStatements: matched.map(({ policyId }) => ({
      SourcePolicyId: policyId,
      SourcePolicyType: known.sources.get(policyId)?.sourceType ?? "none",
    })),
    MissingContextValues: missingKeys(explanation),
    ...(known.boundary
      ? { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: boundaryAllows } }
      : {}),
  };
}

/** Keys that a condition asked for in vain. */
const missingKeys = ({ trace }: Explanation): string[] => [
  ...new Set(
    trace.flatMap(({ condition }) => (condition && condition.requested === undefined ? [condition.key] : [])),
  ),
];

const contextOf = ({ ContextEntries = [] }: SimulationInput): ConditionKeys =>
  Object.fromEntries(
    ContextEntries.flatMap(({ ContextKeyName, ContextKeyValues = [] }) =>
      ContextKeyName === undefined ? [] : [[ContextKeyName, ContextKeyValues]],
    ),
  );

function* inputPolicies(
  documents: readonly string[],
  list: string,
  _input: SimulationInput,
): Generator<Sourced> {
  for (const [index, document] of documents.entries()) {
    yield {
      id: `${list}.${index + 1}`,
      policy: compilePolicy(parsePolicy(document, "identity", "InvalidInput")),
      sourceType: "none",
    };
  }
}

function boundaryOf(input: SimulationInput): Sourced | undefined {
  const [boundary] = inputPolicies(
    input.PermissionsBoundaryPolicyInputList ?? [],
    "PermissionsBoundaryPolicyInputList",
    input,
  );
  return boundary;
}

const resourcePolicy = (document: string): Sourced => ({
  id: "ResourcePolicy",
  policy: compilePolicy(parsePolicy(document, "resource", "InvalidInput")),
  sourceType: "resource",
});

function toNamed({ id, attachedTo, document }: AttachedPolicy, { kind, name }: Source): Sourced {
  const holder = parseArn(attachedTo)?.resource.split("/") ?? [];
  const [ownerKind = kind, owner = name] = [holder[0], holder.at(-1)];
  const isManaged = id.startsWith("arn:");
  return {
    // Inline policies are known by their holder: `user_bob_Reads`.
    id: isManaged ? (id.split("/").at(-1) ?? id) : `${ownerKind}_${owner}_${id}`,
    policy: compilePolicy(readPolicy(document)),
    sourceType: isManaged
      ? id.includes(":aws:policy/")
        ? "aws-managed"
        : "user-managed"
      : sourceTypeOf(ownerKind),
  };
}

const sourceTypeOf = (kind: string): Sourced["sourceType"] =>
  kind === "user" || kind === "group" || kind === "role" ? kind : "none";

interface Source {
  readonly kind: EntityKind;
  readonly name: string;
  readonly arn: string;
}

/** @throws InvalidInput for what is no user, group or role of the account. */
function sourceOf(arn: string, account: string): Source {
  const parsed = parseArn(arn);
  const [kind, ...path] = parsed?.resource.split("/") ?? [];
  const name = path.at(-1);
  if (parsed?.account !== account || name === undefined) throw invalidArn(arn);
  if (kind !== "user" && kind !== "group" && kind !== "role") throw invalidArn(arn);
  return { kind, name, arn };
}

async function sourcePolicies(read: Reader, account: string, { kind, name, arn }: Source) {
  const row = await load(read, kind, account, name);
  if (kind === "group") {
    const asks: Principal = {
      kind: "user",
      account,
      arn: entityArn("user", account, "/", name),
      id: row.id,
      name,
    };
    return { identity: await policiesOn(read, row), boundary: undefined, tags: {}, principal: asks };
  }
  const asks: Principal =
    kind === "user"
      ? { kind, account, arn, id: row.id, name: row.name }
      : {
          kind,
          account,
          arn: `arn:aws:sts::${account}:assumed-role/${row.name}/simulation`,
          roleArn: arn,
          id: `${row.id}:simulation`,
        };
  const { identity, boundary } = await policiesOf(read, asks, undefined);
  const tagged =
    kind === "user" ? await find(read, "user", account, name) : await find(read, "role", account, name);
  return { identity, boundary, tags: tagRecord(tagged?.tags ?? []), principal: asks };
}

function callerOf(arn: string | undefined, { caller }: Context): Principal {
  const { account } = caller;
  const given = arn ?? entityArn("user", account, "/", "simulated");
  const parsed = parseArn(given);
  const name = parsed?.resource.split("/").at(-1);
  if (!parsed || name === undefined) throw invalidArn(given);
  if (!parsed.resource.startsWith("user/"))
    throw fault("InvalidInput", `Invalid caller ARN ${given}. Only user ARNs are supported.`);
  return { kind: "user", account: parsed.account, arn: given, id: "AIDASIMULATED", name };
}

const accountIn = (owner: string): string => parseArn(owner)?.account ?? owner;

/** Every condition key and variable that the policies speak of. */
function contextKeys(documents: readonly string[]): string[] {
  const keys = documents.flatMap((document) => {
    const policy = parsePolicy(document, "identity", "InvalidInput");
    const variables = [...document.matchAll(/\$\{([^{}*?$,\s]+)/g)].flatMap(([, key]) =>
      key === undefined ? [] : [key],
    );
    return [...policy.statements.flatMap(({ conditions }) => conditions.map(({ key }) => key)), ...variables];
  });
  return [...new Set(keys)].toSorted();
}
