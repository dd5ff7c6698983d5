/** Trino's type names, as written after CAST … AS. */
import type { TypeName, TypeParameter } from "../ast.ts";
import type { TokenStream } from "./stream.ts";

export function typeName(stream: TokenStream): TypeName {
  return stream.nested(() => {
    let type = simpleType(stream);
    while (stream.looksAt("ARRAY")) {
      stream.next();
      type = { base: "array", parameters: [{ kind: "type", type }], start: type.start, end: stream.lastEnd };
    }
    return type;
  });
}

function simpleType(stream: TokenStream): TypeName {
  const start = stream.peek().start;
  const done = (base: string, parameters: readonly TypeParameter[] = []): TypeName => ({
    base,
    parameters,
    start,
    end: stream.lastEnd,
  });
  if (stream.accept("DOUBLE", "PRECISION")) return done("double");
  if (stream.accept("ROW", "("))
    return done(
      "row",
      closing(stream, () => rowField(stream)),
    );
  if (stream.accept("INTERVAL")) {
    const from = stream.expectOne(["YEAR", "DAY"]);
    stream.expect("TO");
    const to = stream.expectOne(["MONTH", "SECOND"]);
    return done(`interval ${from.toLowerCase()} to ${to.toLowerCase()}`);
  }
  if (stream.looksAt("TIMESTAMP") || stream.looksAt("TIME")) {
    const base = stream.next().value.toLowerCase();
    const parameters = stream.accept("(") ? closing(stream, () => parameter(stream)) : [];
    if (stream.accept("WITH", "TIME", "ZONE")) return done(`${base} with time zone`, parameters);
    if (stream.accept("WITHOUT", "TIME", "ZONE")) return done(base, parameters);
    return done(base, parameters);
  }
  const base = stream.identifier().name;
  if (stream.accept("<")) {
    const parameters = stream.list((): TypeParameter => ({ kind: "type", type: typeName(stream) }));
    stream.expect(">");
    return done(base, parameters);
  }
  return stream.accept("(")
    ? done(
        base,
        closing(stream, () => parameter(stream)),
      )
    : done(base);
}

function closing<T>(stream: TokenStream, item: () => T): readonly T[] {
  const items = stream.list(item);
  stream.expect(")");
  return items;
}

function parameter(stream: TokenStream): TypeParameter {
  if (stream.peek().kind === "integer") return { kind: "number", value: stream.integer() };
  return { kind: "type", type: typeName(stream) };
}

/** `name type` or `type`: two names in a row mean that the first is the field's. */
function rowField(stream: TokenStream): TypeParameter {
  const mark = stream.mark();
  if (
    stream.atIdentifier() &&
    !stream.looksAt("(", 1) &&
    !stream.looksAt(",", 1) &&
    !stream.looksAt(")", 1)
  ) {
    const two = stream.looksAt("DOUBLE") && stream.looksAt("PRECISION", 1);
    const timed =
      (stream.looksAt("TIMESTAMP") || stream.looksAt("TIME")) &&
      (stream.looksAt("WITH", 1) || stream.looksAt("WITHOUT", 1));
    const interval = stream.looksAt("INTERVAL") && (stream.looksAt("DAY", 1) || stream.looksAt("YEAR", 1));
    if (!two && !timed && !interval) {
      const { name } = stream.identifier();
      return { kind: "field", name, type: typeName(stream) };
    }
    stream.reset(mark);
  }
  return { kind: "field", name: undefined, type: typeName(stream) };
}
