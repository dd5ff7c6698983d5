import type { TrailEvent } from "../../platform/trail/event.ts";
import type { AdvancedSelector, BasicSelector, FieldSelector, Selection, Trail } from "./model.ts";

/** What a trail asks for that was given no selectors. Source: CloudTrail API Reference, PutEventSelectors. */
export const DEFAULT_SELECTION: Selection = {
  kind: "basic",
  selectors: [
    {
      ReadWriteType: "All",
      IncludeManagementEvents: true,
      DataResources: [],
      ExcludeManagementEventSources: [],
    },
  ],
};

/** Whether a trail logs an event. */
export function takes(trail: Trail, { kind, selectors }: Selection): (event: TrailEvent) => boolean {
  const isSelected =
    kind === "basic"
      ? (event: TrailEvent) => selectors.some((selector) => basicMatches(selector, event))
      : (event: TrailEvent) => selectors.some((selector) => advancedMatches(selector, event));
  return (event) =>
    event.account === trail.account &&
    (trail.isMultiRegion || event.region === trail.region) &&
    (trail.includesGlobalEvents || !isGlobal(event)) &&
    (trail.isRecursive || !isDelivery(event)) &&
    isSelected(event);
}

/** Whether it may ask for data events at all. */
export const asksForData = ({ kind, selectors }: Selection): boolean =>
  kind === "basic"
    ? selectors.some(({ DataResources }) => DataResources.length > 0)
    : selectors.some(({ FieldSelectors }) =>
        FieldSelectors.some(({ Field, Equals }) => Field === "eventCategory" && Equals?.includes("Data")),
      );

/** Source: CloudTrail User Guide, "CloudTrail concepts", global service events. */
const isGlobal = ({ source, region }: TrailEvent): boolean =>
  region === "us-east-1" && (source === "iam.amazonaws.com" || source === "sts.amazonaws.com");

const isDelivery = ({ identity }: TrailEvent): boolean =>
  identity.type === "AWSService" && identity.invokedBy === "cloudtrail.amazonaws.com";

/** Source: CloudTrail API Reference, EventSelector and DataResource. */
function basicMatches(selector: BasicSelector, event: TrailEvent): boolean {
  const { ReadWriteType: kind, DataResources, ExcludeManagementEventSources: excluded } = selector;
  if (kind !== "All" && event.readOnly !== (kind === "ReadOnly")) return false;
  if (event.management) return selector.IncludeManagementEvents && !excluded.includes(event.source);
  const object = objectArn(event);
  return DataResources.some(({ Values = [] }) => Values.some((prefix) => object.startsWith(prefix)));
}

/** What a data event is about: an object, or, where a bucket is listed, all that lies in it. */
function objectArn({ resources }: TrailEvent): string {
  const object = resources.find(({ type }) => type === "AWS::S3::Object");
  if (object) return object.name;
  const bucket = resources.find(({ type }) => type === "AWS::S3::Bucket");
  return bucket ? `${bucket.name}/` : "";
}

/** Every field must match. Source: CloudTrail API Reference, AdvancedEventSelector. */
const advancedMatches = ({ FieldSelectors }: AdvancedSelector, event: TrailEvent): boolean =>
  FieldSelectors.every((selector) => fieldMatches(selector, valueOf(selector.Field, event)));

/** One of what it asks for must be so, and nothing of what it excludes. Source: CloudTrail User Guide, "Filtering data events by using advanced event selectors". */
function fieldMatches(selector: FieldSelector, value: string): boolean {
  const { Equals, StartsWith, EndsWith, NotEquals, NotStartsWith, NotEndsWith } = selector;
  const isWanted =
    (!Equals && !StartsWith && !EndsWith) ||
    Equals?.includes(value) === true ||
    StartsWith?.some((start) => value.startsWith(start)) === true ||
    EndsWith?.some((end) => value.endsWith(end)) === true;
  const isExcluded =
    NotEquals?.includes(value) === true ||
    NotStartsWith?.some((start) => value.startsWith(start)) === true ||
    NotEndsWith?.some((end) => value.endsWith(end)) === true;
  return isWanted && !isExcluded;
}

function valueOf(field: string, event: TrailEvent): string {
  switch (field) {
    case "eventCategory":
      return event.management ? "Management" : "Data";
    case "eventSource":
      return event.source;
    case "eventName":
      return event.name;
    case "eventType":
      return "AwsApiCall";
    case "readOnly":
      return String(event.readOnly);
    case "resources.type":
      return event.management ? "" : "AWS::S3::Object";
    case "resources.ARN":
      return objectArn(event);
    case "userIdentity.arn":
      return event.identity.arn ?? "";
    default:
      return "";
  }
}
