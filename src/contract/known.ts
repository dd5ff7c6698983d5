/** Which API a name, a target or a version is for, without reading its contract. */
import { invariant } from "../base/invariant.ts";
import type { ApiName } from "./apis.ts";
import { KNOWN_APIS } from "./generated/known.ts";
import type { Protocol } from "./model.ts";

export { KNOWN_APIS } from "./generated/known.ts";

/** What tells the APIs apart before a contract is read; the contracts' own heads say the same. */
export interface KnownApi {
  readonly api: ApiName;
  /** What IAM calls it: `states` of `states:StartExecution`. */
  readonly iamPrefix: string;
  readonly sdkId: string;
  /** Several APIs may share one. */
  readonly signingName: string;
  readonly endpointPrefix: string;
  readonly apiVersion: string;
  readonly protocol: Protocol;
  /** Where it speaks more than one, the one above among them. */
  readonly protocols?: readonly Protocol[];
  readonly targetPrefix?: string;
}

/** Whether it takes `Action=…&Version=…`. */
export function speaksForms({ protocol, protocols = [protocol] }: KnownApi): boolean {
  return protocols.includes("query") || protocols.includes("ec2");
}

function lastPart(dotted: string): string {
  return dotted.slice(dotted.lastIndexOf(".") + 1);
}

function tableBy(keysOf: (known: KnownApi) => readonly (string | undefined)[]) {
  const table = new Map<string, KnownApi[]>();
  for (const known of KNOWN_APIS)
    for (const key of keysOf(known)) {
      if (key === undefined) continue;
      const rows = table.get(key);
      if (rows) rows.push(known);
      else table.set(key, [known]);
    }
  return table;
}

const byName = tableBy(({ api }) => [api]);
const bySigningName = tableBy(({ signingName }) => [signingName]);
const byTargetPrefix = tableBy(({ targetPrefix }) => [targetPrefix && lastPart(targetPrefix)]);
const byEndpoint = tableBy(({ endpointPrefix, api }) => [
  endpointPrefix,
  api === endpointPrefix ? undefined : api,
]);
const byVersion = tableBy((known) => [speaksForms(known) ? known.apiVersion : undefined]);

const NONE: readonly KnownApi[] = [];

export const knownApi = (api: string): KnownApi | undefined => byName.get(api)?.[0];

/** The action that IAM decides about where an operation is the API's `name`: `states:StartExecution`. */
export const iamAction = (api: string, name: string): string => `${known(api).iamPrefix}:${name}`;

/** How a service is named as one who calls: `athena.amazonaws.com`. */
export const servicePrincipal = (api: string): string => `${known(api).iamPrefix}.amazonaws.com`;

/** How CloudTrail names where an event comes from: CloudWatch's is `monitoring.amazonaws.com`. Hosu's own calls are no API's of AWS. */
export const eventSource = (api: string): string => `${knownApi(api)?.signingName ?? api}.amazonaws.com`;

function known(api: string): KnownApi {
  const found = knownApi(api);
  invariant(found, `there is an API ${api}`);
  return found;
}

/** The APIs whose requests are signed for `signingName`; the most usual first. */
export const apisSignedAs = (signingName: string): readonly KnownApi[] =>
  bySigningName.get(signingName) ?? NONE;

/**
 * The API whose `x-amz-target` begins with `targetPrefix` (what stands before the operation), which also is its
 * name in Smithy's RPC paths. Some clients write it with its Java package, some without (CloudTrail's).
 */
export const apiOfTarget = (targetPrefix: string): KnownApi | undefined =>
  byTargetPrefix.get(lastPart(targetPrefix))?.[0];

/** The API whose query requests bear `Version=apiVersion`. */
export const apiOfVersion = (apiVersion: string): KnownApi | undefined => byVersion.get(apiVersion)?.[0];

/** The API of a host's first label or two: `kinesis`, `api.sagemaker`. */
export const apiOfEndpoint = (prefix: string): KnownApi | undefined => byEndpoint.get(prefix)?.[0];
