import type { TrailEvent } from "./event.ts";

/** Which events are asked for. */
export interface TrailFilter {
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  /** Both included. */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly management?: boolean | undefined;
  readonly attribute?: TrailAttribute | undefined;
}

/** Source: CloudTrail API Reference, LookupAttribute. */
export interface TrailAttribute {
  readonly key: TrailAttributeKey;
  readonly value: string;
}

export type TrailAttributeKey =
  | "EventId"
  | "EventName"
  | "ReadOnly"
  | "Username"
  | "ResourceType"
  | "ResourceName"
  | "EventSource"
  | "AccessKeyId";

export function matches(filter: TrailFilter, event: TrailEvent): boolean {
  const { account, region, fromMs, toMs, management, attribute } = filter;
  if (account !== undefined && event.account !== account) return false;
  if (region !== undefined && event.region !== region) return false;
  if (fromMs !== undefined && event.timeMs < fromMs) return false;
  if (toMs !== undefined && event.timeMs > toMs) return false;
  if (management !== undefined && event.management !== management) return false;
  return attribute === undefined || ATTRIBUTES[attribute.key](event, attribute.value);
}

const ATTRIBUTES: Readonly<Record<TrailAttributeKey, (event: TrailEvent, value: string) => boolean>> = {
  EventId: ({ eventId }, value) => eventId === value.replaceAll("-", ""),
  EventName: ({ name }, value) => name === value,
  ReadOnly: ({ readOnly }, value) => String(readOnly) === value,
  Username: (event, value) => userNameOf(event) === value,
  ResourceType: ({ resources }, value) => resources.some(({ type }) => type === value),
  ResourceName: ({ resources }, value) =>
    resources.some(({ name }) => name === value || lookupName(name) === value),
  EventSource: ({ source }, value) => source === value,
  AccessKeyId: ({ identity }, value) => identity.accessKeyId === value,
};

/** How LookupEvents names a resource: a bucket by its name, though its record bears the ARN. */
export const lookupName = (name: string): string =>
  name.startsWith(S3_ARN) ? name.slice(S3_ARN.length) : name;

const S3_ARN = "arn:aws:s3:::";

/** How LookupEvents names who did it: a user by its name, a role by its session's, root as "root". */
export function userNameOf({ identity }: TrailEvent): string | undefined {
  if (identity.type === "Root") return "root";
  if (identity.type === "AssumedRole") return identity.principalId.split(":")[1];
  return identity.userName ?? identity.invokedBy;
}
