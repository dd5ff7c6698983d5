import * as fc from "fast-check";
import { test } from "vitest";
import { evaluate } from "./evaluate.ts";
import { explain } from "./explain.ts";
import { evaluatePrefix } from "./prefix.ts";
import type { Policies } from "./decision.ts";
import type { AccessRequest } from "./request.ts";
import {
  ACCOUNT,
  anonymous,
  carlos,
  federated,
  foreigner,
  named,
  root,
  service,
  session,
  type StatementSketch,
} from "./testing.ts";

const action = fc.constantFrom("s3:GetObject", "s3:PutObject", "iam:CreateUser");
const resource = fc.constantFrom("arn:aws:s3:::b/a", "arn:aws:s3:::b/ab", "arn:aws:s3:::c/a");
const principal = fc.constantFrom(carlos, root, session, federated, service, anonymous, foreigner);
const request: fc.Arbitrary<AccessRequest> = fc.record({
  principal,
  action,
  resource,
  resourceAccount: fc.constant(ACCOUNT),
  context: fc.record({ k: fc.constantFrom("x", "y") }, { requiredKeys: [] }),
});

const operators = fc.constantFrom(
  "StringEquals",
  "StringNotEquals",
  "StringLikeIfExists",
  "ForAllValues:StringEquals",
);
const statement = (who: boolean): fc.Arbitrary<StatementSketch> =>
  fc
    .tuple(
      fc.record({ Effect: fc.constantFrom("Allow" as const, "Deny" as const) }),
      fc.oneof(
        fc.record({ Action: fc.constantFrom("*", "s3:*", "s3:Get*", "s3:PutObject") }),
        fc.record({ NotAction: fc.constantFrom("s3:*", "iam:*") }),
      ),
      fc.oneof(
        fc.record({
          Resource: fc.constantFrom("*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/a", "arn:aws:s3:::*/a*"),
        }),
        fc.record({ NotResource: fc.constantFrom("arn:aws:s3:::b/*", "arn:aws:s3:::${k}/a") }),
      ),
      fc.record(
        { Condition: operators.map((operator) => ({ [operator]: { k: ["x"] } })) },
        { requiredKeys: [] },
      ),
      who
        ? fc.record({
            Principal: fc.constantFrom<unknown>(
              "*",
              { AWS: ACCOUNT },
              { AWS: carlos.arn },
              { AWS: session.kind === "role" ? session.roleArn : "" },
              { AWS: [session.arn, foreigner.arn] },
              { Service: service.id },
            ),
          })
        : fc.constant({}),
    )
    .map((parts): StatementSketch => Object.assign({}, ...parts));

const identity = fc.array(statement(false), { maxLength: 4 });
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });

interface Sketch {
  readonly identity: readonly StatementSketch[];
  readonly resource: readonly StatementSketch[] | undefined;
  readonly boundary: readonly StatementSketch[] | undefined;
  readonly session: readonly StatementSketch[] | undefined;
  readonly resourceKind: "adds" | "trust" | "key";
}

const sketch: fc.Arbitrary<Sketch> = fc.record({
  identity,
  resource: maybe(fc.array(statement(true), { maxLength: 3 })),
  boundary: maybe(identity),
  session: maybe(identity),
  resourceKind: fc.constantFrom("adds" as const, "trust" as const, "key" as const),
});

const LAYERS = ["identity", "resource", "boundary", "session"] as const;
const layer = fc.constantFrom(...LAYERS);

const policies = (from: Sketch): Policies => ({
  identity: [named("identity", ...from.identity)],
  resource: from.resource && named("resource", ...from.resource),
  boundary: from.boundary && named("boundary", ...from.boundary),
  session: from.session && [named("session", ...from.session)],
  resourceKind: from.resourceKind,
});

const effect = (asked: AccessRequest, from: Sketch): string => evaluate(asked, policies(from)).effect;

const add = (from: Sketch, to: (typeof LAYERS)[number], more: StatementSketch): Sketch => ({
  ...from,
  [to]: [...(from[to] ?? []), { ...more, ...(to === "resource" ? { Principal: "*" } : {}) }],
});

/** Layers that are not there restrict nothing, so adding the first statement is no adding of a statement. */
const isThere = (from: Sketch, to: (typeof LAYERS)[number]): boolean => from[to] !== undefined;

test("adding a deny never allows", () => {
  fc.assert(
    fc.property(request, sketch, layer, statement(false), (asked, from, to, more) => {
      fc.pre(isThere(from, to));
      const after = effect(asked, add(from, to, { ...more, Effect: "Deny" }));
      return effect(asked, from) === "allow" || after === "deny";
    }),
    { numRuns: 2_000 },
  );
});

test("adding an allow never denies", () => {
  fc.assert(
    fc.property(request, sketch, layer, statement(false), (asked, from, to, more) => {
      fc.pre(isThere(from, to));
      const after = effect(asked, add(from, to, { ...more, Effect: "Allow" }));
      return effect(asked, from) === "deny" || after === "allow";
    }),
    { numRuns: 2_000 },
  );
});

test("an explicit deny always wins", () => {
  fc.assert(
    fc.property(request, sketch, layer, (asked, from, to) => {
      fc.pre(isThere(from, to));
      const decision = evaluate(
        asked,
        policies(add(from, to, { Effect: "Deny", Action: "*", Resource: "*" })),
      );
      return decision.effect === "deny" && decision.explicit;
    }),
    { numRuns: 1_000 },
  );
});

test("the order of statements never matters", () => {
  fc.assert(
    fc.property(request, sketch, (asked, from) => {
      const turned: Sketch = {
        ...from,
        identity: from.identity.toReversed(),
        resource: from.resource?.toReversed(),
        boundary: from.boundary?.toReversed(),
        session: from.session?.toReversed(),
      };
      return effect(asked, from) === effect(asked, turned);
    }),
    { numRuns: 1_000 },
  );
});

test("what is said of a prefix is true of every resource under it", () => {
  const under = fc.constantFrom("", "a", "b", "ab", "/c");
  const prefix = fc.constantFrom("arn:aws:s3:::b/", "arn:aws:s3:::b/a", "arn:aws:s3:::c/");
  fc.assert(
    fc.property(request, sketch, prefix, under, (asked, from, start, rest) => {
      const over = evaluatePrefix({ ...asked, resource: start }, policies(from));
      return over === "depends" || effect({ ...asked, resource: start + rest }, from) === over;
    }),
    { numRuns: 2_000 },
  );
});

test("an explanation gives the decision, and a deciding statement that applies", () => {
  fc.assert(
    fc.property(request, sketch, (asked, from) => {
      const decision = evaluate(asked, policies(from));
      const { trace, ...same } = explain(asked, policies(from));
      const { statement, type } = decision.because;
      const found = trace.find(
        (row) => row.type === type && row.policyId === statement?.policyId && row.index === statement?.index,
      );
      const agrees = JSON.stringify(same) === JSON.stringify(decision);
      return (
        agrees && (statement === undefined || found?.outcome === "applies" || found?.outcome === "principal")
      );
    }),
    { numRuns: 500 },
  );
});
