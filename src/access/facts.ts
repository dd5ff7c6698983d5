import type { AccessRequest, Context, ContextValue, Principal, PrincipalKind } from "./request.ts";

/**
 * The request's condition keys, looked up in lower case: those the caller gave, and those that follow from the
 * principal, which win, so that nobody can claim to be another. Source: IAM User Guide, "AWS global condition context keys".
 */
export interface Facts {
  /** @returns undefined for an absent key. */
  readonly values: (key: string) => readonly string[] | undefined;
  /** For policy variables: the value of a key that has exactly one. */
  readonly single: (key: string) => string | undefined;
}

export function factsOf(request: AccessRequest): Facts {
  let given: ReadonlyMap<string, readonly string[]> | undefined;
  const values = (key: string): readonly string[] | undefined => {
    const derive = DERIVED.get(key);
    if (derive) return some(derive(request));
    if (key.startsWith(PRINCIPAL_TAG)) return tag(request, key.slice(PRINCIPAL_TAG.length));
    given ??= lowerCased(request.context ?? {});
    return given.get(key);
  };
  return {
    values,
    single(key) {
      const found = values(key);
      return found?.length === 1 ? found[0] : undefined;
    },
  };
}

const PRINCIPAL_TAG = "aws:principaltag/";

const PRINCIPAL_TYPE: Record<PrincipalKind, string | undefined> = {
  root: "Account",
  user: "User",
  role: "AssumedRole",
  federated: "FederatedUser",
  anonymous: "Anonymous",
  service: undefined,
  "web-identity": undefined,
};

type Derive = (request: AccessRequest) => string | undefined;

/** A map, since policies choose the keys that are looked up here. */
const DERIVED: ReadonlyMap<string, Derive> = new Map(
  Object.entries<Derive>({
    "aws:principalarn": ({ principal }) => principalArn(principal),
    "aws:principalaccount": ({ principal }) => (isInAccount(principal) ? principal.account : undefined),
    "aws:principaltype": ({ principal }) => PRINCIPAL_TYPE[principal.kind],
    "aws:principalisawsservice": ({ principal }) => String(principal.kind === "service"),
    "aws:principalservicename": ({ principal }) => (principal.kind === "service" ? principal.id : undefined),
    "aws:userid": ({ principal }) => (principal.kind === "root" ? principal.account : idOf(principal)),
    "aws:username": ({ principal }) => (principal.kind === "user" ? principal.name : undefined),
    "aws:resourceaccount": ({ principal, resourceAccount }) =>
      resourceAccount ?? (isInAccount(principal) ? principal.account : undefined),
  }),
);

const isInAccount = ({ kind }: Principal): boolean =>
  kind === "root" || kind === "user" || kind === "role" || kind === "federated";

const idOf = (principal: Principal): string | undefined =>
  isInAccount(principal) || principal.kind === "anonymous" ? principal.id : undefined;

/** For a role session it is the role's ARN, not the session's. */
function principalArn(principal: Principal): string | undefined {
  if (principal.kind === "role") return principal.roleArn;
  return isInAccount(principal) ? principal.arn : undefined;
}

/** Tag keys in condition keys are matched without regard to case. */
function tag({ principalTags }: AccessRequest, name: string): readonly string[] | undefined {
  if (!principalTags) return undefined;
  const found = Object.entries(principalTags).find(([key]) => key.toLowerCase() === name);
  return found && [found[1]];
}

function lowerCased(context: Context): ReadonlyMap<string, readonly string[]> {
  const map = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(context)) {
    const texts = toTexts(value);
    if (texts.length > 0) map.set(key.toLowerCase(), texts);
  }
  return map;
}

function toTexts(value: ContextValue): readonly string[] {
  if (value === undefined) return [];
  if (typeof value === "string") return [value];
  if (value instanceof Date) return [value.toISOString()];
  return typeof value === "object" ? value : [String(value)];
}

const some = (value: string | undefined): readonly string[] | undefined =>
  value === undefined ? undefined : [value];
