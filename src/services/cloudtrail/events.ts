import type { OutputOf } from "../../contract/apis.ts";
import { operation } from "../../platform/operation.ts";
import type { TrailEvent } from "../../platform/trail/event.ts";
import { lookupName, userNameOf, type TrailAttribute } from "../../platform/trail/filter.ts";
import { cloudTrailRecord, eventIdOf } from "../../platform/trail/record.ts";
import {
  invalidLookupAttributes,
  invalidNextToken,
  invalidTimeRange,
  nothingIsKept,
  tooManyLookupAttributes,
} from "./faults.ts";
import { LOOKUP_EVENTS, LOOKUP_VALUE_CHARACTERS } from "./limits.ts";

type Event = NonNullable<OutputOf<"cloudtrail:LookupEvents">["Events"]>[number];

/**
 * The account's management events of the last ninety days in the Region that is asked, newest first.
 * Source: CloudTrail API Reference, LookupEvents.
 */
export const lookupEvents = operation("cloudtrail:LookupEvents", {
  resource: () => "*",
  async handle(input, { doors, caller, pages }) {
    const {
      StartTime: from,
      EndTime: to,
      EventCategory,
      MaxResults: limit = LOOKUP_EVENTS,
      NextToken,
    } = input;
    if (doors.trail.keeps === "nothing") throw nothingIsKept();
    const attribute = attributeOf(input.LookupAttributes ?? []);
    if (from && to && from > to) throw invalidTimeRange();
    const { account, region } = caller;
    const tokens = pages(region, EventCategory, attribute, from, to);
    const after = tokens.after(NextToken, invalidNextToken);
    // Insights events come of trails that enable them, and no trail here can.
    if (EventCategory === "insight") return { Events: [] };
    const found = await doors.trail.read({
      filter: {
        account,
        region,
        management: true,
        fromMs: from?.getTime(),
        toMs: to && endOfSecond(to),
        attribute,
      },
      limit,
      after: after && { segment: Number(after[0]), index: Number(after[1]) },
    });
    return {
      Events: found.events.map(shown),
      ...(found.next ? { NextToken: tokens.next([found.next.segment, found.next.index]) } : {}),
    };
  },
});

/** @throws Fault InvalidLookupAttributesException */
function attributeOf(
  attributes: readonly { readonly AttributeKey: TrailAttribute["key"]; readonly AttributeValue: string }[],
): TrailAttribute | undefined {
  const [one, ...more] = attributes;
  if (more.length > 0) throw tooManyLookupAttributes();
  if (!one) return undefined;
  if (countedCharacters(one.AttributeValue) > LOOKUP_VALUE_CHARACTERS) throw invalidLookupAttributes();
  return { key: one.AttributeKey, value: one.AttributeValue };
}

/** Source: CloudTrail API Reference, LookupAttribute: "the following characters count as two". */
const countedCharacters = (value: string): number => value.length + (value.match(/[_ ,\n]/g)?.length ?? 0);

/** Events are told by the second, so one of the last second is no later than it. */
const endOfSecond = (time: Date): number => Math.floor(time.getTime() / 1_000) * 1_000 + 999;

function shown(event: TrailEvent): Event {
  const { accessKeyId } = event.identity;
  const userName = userNameOf(event);
  return {
    EventId: eventIdOf(event),
    EventName: event.name,
    ReadOnly: String(event.readOnly),
    ...(accessKeyId === undefined ? {} : { AccessKeyId: accessKeyId }),
    EventTime: new Date(Math.floor(event.timeMs / 1_000) * 1_000),
    EventSource: event.source,
    ...(userName === undefined ? {} : { Username: userName }),
    Resources: event.resources.map(({ type, name }) => ({
      ResourceType: type,
      ResourceName: lookupName(name),
    })),
    CloudTrailEvent: JSON.stringify(cloudTrailRecord(event)),
  };
}
