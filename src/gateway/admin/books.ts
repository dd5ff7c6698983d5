import { fault } from "../../base/fault.ts";
import { invariant } from "../../base/invariant.ts";
import { billOf, monthBounds } from "../../platform/meter/bill.ts";
import { cleanUps } from "../../platform/meter/cleanup.ts";
import { pricesOf } from "../../platform/meter/prices.ts";
import { usageIn } from "../../platform/meter/reading.ts";
import { storedRows } from "../../platform/meter/sample.ts";
import type { Usage } from "../../platform/meter/usage.ts";
import type { TrailAttributeKey } from "../../platform/trail/filter.ts";
import { explainDenial, type Denial } from "../../platform/trail/denials.ts";
import { cloudTrailRecord } from "../../platform/trail/record.ts";
import type { TrailPosition } from "../../platform/trail/event.ts";
import { PlainAnswer, type AdminRequest, type Routes } from "./route.ts";

/** Who did what, why not, and what it would cost. An account sees its own. */
export const bookRoutes: Routes = {
  "GET /_hosu/events": { action: "hosu:LookupEvents", run: events },
  "GET /_hosu/denials": { action: "hosu:ListDenials", run: denials },
  "GET /_hosu/why": { action: "hosu:ExplainDenial", run: why },
  "GET /_hosu/usage": { action: "hosu:GetUsage", run: usage },
  "GET /_hosu/bill": { action: "hosu:GetBill", run: bill },
  "GET /_hosu/metrics": {
    action: "hosu:GetMetrics",
    ofHouse: true,
    run: async ({ ground }) =>
      new PlainAnswer(ground.figures.text(), "text/plain; version=0.0.4; charset=utf-8"),
  },
};

const MOST_EVENTS = 50;
const ATTRIBUTES: readonly TrailAttributeKey[] = [
  "EventId",
  "EventName",
  "ReadOnly",
  "Username",
  "ResourceType",
  "ResourceName",
  "EventSource",
  "AccessKeyId",
];

const accountOf = ({ caller }: AdminRequest): string => {
  invariant(caller, "whoever asks for an account's books has signed");
  return caller.account;
};

/** `?from=…&to=…&EventName=…&limit=…&after=segment.index` */
async function events(request: AdminRequest): Promise<unknown> {
  const { ground, query } = request;
  const key = ATTRIBUTES.find((name) => query.has(name));
  const { events: found, next } = await ground.books.trail.read({
    filter: {
      account: accountOf(request),
      fromMs: timeOf(query.get("from")),
      toMs: timeOf(query.get("to")),
      ...(key === undefined ? {} : { attribute: { key, value: query.get(key) ?? "" } }),
    },
    limit: limitOf(query.get("limit"), MOST_EVENTS),
    after: positionOf(query.get("after")),
  });
  return {
    events: found.map(cloudTrailRecord),
    ...(next ? { next: `${next.segment}.${next.index}` } : {}),
  };
}

function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw fault("InvalidArgument", `'${text}' is no time.`, { status: 400 });
  return ms;
}

function limitOf(text: string | undefined, most: number): number {
  const limit = Number(text ?? most);
  if (!Number.isInteger(limit) || limit < 1 || limit > most)
    throw fault("InvalidArgument", `The limit is a number from 1 to ${most}.`, { status: 400 });
  return limit;
}

function positionOf(text: string | undefined): TrailPosition | undefined {
  if (text === undefined) return undefined;
  const [, segment, index] = /^(\d{1,15})\.(\d{1,15})$/.exec(text) ?? [];
  if (segment === undefined) throw fault("InvalidArgument", `'${text}' is no position.`, { status: 400 });
  return { segment: Number(segment), index: Number(index) };
}

const MOST_DENIALS = 100;

async function denials(request: AdminRequest): Promise<unknown> {
  const { ground, query } = request;
  const account = accountOf(request);
  const all = ground.books.denials.latest(Infinity).filter((one) => concerns(one, account));
  return { denials: all.slice(0, limitOf(query.get("limit"), MOST_DENIALS)).map(facts) };
}

/** An account may know why its principals were refused, and who was refused on what is its own. */
const concerns = ({ denied: { request } }: Denial, account: string): boolean =>
  request.principal.account === account || request.resourceAccount === account;

const facts = ({ requestId, within, at, operation, denied: { request, message } }: Denial) => ({
  requestId,
  ...(within === undefined ? {} : { within }),
  time: at.toISOString(),
  operation,
  principal: request.principal.arn,
  action: request.action,
  resource: request.resource,
  message,
});

async function why(request: AdminRequest): Promise<unknown> {
  const id = request.query.get("requestId") ?? "";
  const account = accountOf(request);
  const found = request.ground.books.denials.of(id).filter((one) => concerns(one, account));
  if (found.length === 0)
    throw fault(
      "NoSuchDenial",
      `No denial is known for the request '${id}': the last thousand are kept, until the program ends.`,
      { status: 404 },
    );
  return {
    denials: found.map((denial) => {
      const { explanation, advice } = explainDenial(denial);
      const { explicit, because, trace } = explanation;
      return { ...facts(denial), explicit, because, advice, trace };
    }),
  };
}

/** "2026-11"; this month of the lake where none is named. */
function monthOf({ ground, query }: AdminRequest): string {
  const month = query.get("month") ?? ground.clock.now().toISOString().slice(0, 7);
  if (!/^\d{4}-(?:0[1-9]|1[0-2])$/.test(month))
    throw fault("InvalidArgument", `'${month}' is no month; write 2026-11.`, { status: 400 });
  return month;
}

async function usedIn(request: AdminRequest, month: string): Promise<readonly Usage[]> {
  const { books, performer } = request.ground;
  if (!books.meter)
    throw fault("NothingCounted", "The trail is off: nothing is counted, so there is no bill.", {
      status: 404,
    });
  await books.meter.flush();
  await books.meter.refresh();
  return usageIn(performer.house.store, accountOf(request), monthBounds(month));
}

async function usage(request: AdminRequest): Promise<unknown> {
  const month = monthOf(request);
  return { month, usage: await usedIn(request, month) };
}

async function bill(request: AdminRequest): Promise<unknown> {
  const month = monthOf(request);
  // What data events were counted as is no usage type of a bill.
  const used = (await usedIn(request, month)).filter(({ service }) => service !== "trail");
  const { store } = request.ground.performer.house;
  const account = accountOf(request);
  const stored = (await store.read((read) => storedRows(read, "s3"))).filter(
    (row) => row.account === account,
  );
  const services = [...new Set(used.map(({ service }) => service))];
  return {
    ...billOf(month, used, pricesOf),
    until: request.ground.clock.now().toISOString(),
    cleanUps: cleanUps(stored, pricesOf("s3")),
    sources: services.map((service) => {
      const { source, date, notes } = pricesOf(service);
      return { service, source, date, notes };
    }),
  };
}
