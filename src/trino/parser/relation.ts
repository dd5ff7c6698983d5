/** What stands after FROM: tables, subqueries, joins, UNNEST, samples. */
import type { Expression, Identifier, JoinNode, Relation } from "../ast.ts";
import { startsClause } from "./clauses.ts";
import { CHAIN_MAX } from "../limits.ts";
import { startsQuery } from "./ahead.ts";
import type { TokenStream } from "./stream.ts";

export function relation(stream: TokenStream): Relation {
  return stream.nested(() => {
    let left = sampled(stream);
    for (let length = 0; length <= CHAIN_MAX; length++) {
      const next = join(stream, left);
      if (!next) return left;
      left = next;
    }
    throw stream.fault("statement is too large (stack overflow while parsing)");
  });
}

function join(stream: TokenStream, left: Relation): Relation | undefined {
  const done = (parts: Omit<JoinNode, "kind" | "left">): Relation => ({
    kind: "join",
    left,
    ...parts,
    start: left.start,
    end: stream.lastEnd,
  });
  const none = { on: undefined, using: undefined } as const;
  if (stream.accept("CROSS")) {
    stream.expect("JOIN");
    const right = sampled(stream);
    return done({ type: "CROSS", right, natural: false, ...none });
  }
  const natural = stream.accept("NATURAL");
  const type = joinType(stream);
  if (!type) {
    if (natural) throw stream.mismatch();
    return undefined;
  }
  if (natural) {
    const right = sampled(stream);
    return done({ type, right, natural, ...none });
  }
  const right = relation(stream);
  if (stream.accept("ON")) {
    const on: Expression = stream.expression();
    return done({ type, right, on, using: undefined, natural });
  }
  stream.expect("USING");
  const using: readonly Identifier[] = stream.identifierList();
  return done({ type, right, on: undefined, using, natural });
}

function joinType(stream: TokenStream): JoinNode["type"] | undefined {
  if (stream.accept("JOIN")) return "INNER";
  const word = stream.acceptOne(["INNER", "LEFT", "RIGHT", "FULL"]);
  if (!word) return undefined;
  if (word !== "INNER") stream.accept("OUTER");
  stream.expect("JOIN");
  return word;
}

function sampled(stream: TokenStream): Relation {
  const inner = aliased(stream);
  if (!stream.accept("TABLESAMPLE")) return inner;
  const method = stream.expectOne(["BERNOULLI", "SYSTEM"]);
  stream.expect("(");
  const percentage = stream.expression();
  stream.expect(")");
  return { kind: "sample", relation: inner, method, percentage, start: inner.start, end: stream.lastEnd };
}

function aliased(stream: TokenStream): Relation {
  const inner = relationPrimary(stream);
  if (stream.looksAt("TABLESAMPLE") || startsClause(stream)) return inner;
  if (!stream.accept("AS") && !stream.atIdentifier()) return inner;
  const { name } = stream.identifier();
  const columns = stream.is("(") ? stream.identifierList() : undefined;
  return { kind: "aliased", relation: inner, alias: name, columns, start: inner.start, end: stream.lastEnd };
}

function relationPrimary(stream: TokenStream): Relation {
  const { start } = stream.peek();
  if (stream.accept("LATERAL")) {
    stream.expect("(");
    const inner = stream.query();
    stream.expect(")");
    return { kind: "query", query: inner, lateral: true, start, end: stream.lastEnd };
  }
  if (stream.accept("UNNEST")) {
    stream.expect("(");
    const items = stream.list(() => stream.expression());
    stream.expect(")");
    const ordinality = stream.accept("WITH", "ORDINALITY");
    return { kind: "unnest", items, ordinality, start, end: stream.lastEnd };
  }
  if (stream.accept("(")) {
    if (startsQuery(stream)) {
      const inner = stream.query();
      stream.expect(")");
      return { kind: "query", query: inner, lateral: false, start, end: stream.lastEnd };
    }
    const inner = relation(stream);
    stream.expect(")");
    return { ...inner, start, end: stream.lastEnd };
  }
  const name = stream.qualifiedName();
  return { kind: "table", name, start, end: stream.lastEnd };
}
