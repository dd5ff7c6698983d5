/** Function calls with all that may follow them, and the calls with a grammar of their own (TRIM, POSITION, LISTAGG …). */
import type { CallNode, Expression, Frame, FrameBound, SortItem, WindowSpec } from "../ast.ts";
import type { TokenStream } from "./stream.ts";

const PLAIN = {
  star: false,
  distinct: false,
  orderBy: [],
  filter: undefined,
  nulls: undefined,
  over: undefined,
} as const;

const plainCall = (name: string, args: readonly Expression[]): CallNode => ({
  kind: "call",
  name,
  args,
  ...PLAIN,
});

/** After the name: `(…) [FILTER] [IGNORE NULLS] [OVER]`. */
export function call(stream: TokenStream, name: string, start: number): Expression {
  stream.expect("(");
  let star = false;
  let distinct = false;
  let args: readonly Expression[] = [];
  let orderBy: readonly SortItem[] = [];
  if (stream.accept("*")) star = true;
  else if (!stream.is(")")) {
    distinct = stream.accept("DISTINCT");
    if (!distinct) stream.accept("ALL");
    args = stream.list(() => stream.expression());
    if (stream.accept("ORDER", "BY")) orderBy = stream.list(() => sortItem(stream));
  }
  stream.expect(")");
  const tail = callTail(stream);
  return { kind: "call", name, args, star, distinct, orderBy, ...tail, start, end: stream.lastEnd };
}

function callTail(stream: TokenStream): Pick<CallNode, "filter" | "nulls" | "over"> {
  let filter: Expression | undefined;
  if (stream.looksAt("FILTER") && stream.looksAt("(", 1)) {
    stream.next();
    stream.expect("(", "WHERE");
    filter = stream.expression();
    stream.expect(")");
  }
  let nulls: CallNode["nulls"];
  if (stream.accept("IGNORE", "NULLS")) nulls = "IGNORE";
  else if (stream.accept("RESPECT", "NULLS")) nulls = "RESPECT";
  let over: CallNode["over"];
  if (stream.accept("OVER")) over = stream.looksAt("(") ? windowSpec(stream) : stream.identifier().name;
  return { filter, nulls, over };
}

export function windowSpec(stream: TokenStream): WindowSpec {
  const { start } = stream.peek();
  stream.expect("(");
  const named = !stream.looksAt("PARTITION") && !stream.looksAt("ORDER") && !frameAhead(stream);
  const base = named && stream.atIdentifier() ? stream.identifier().name : undefined;
  const partitionBy = stream.accept("PARTITION", "BY") ? stream.list(() => stream.expression()) : [];
  const orderBy = stream.accept("ORDER", "BY") ? stream.list(() => sortItem(stream)) : [];
  const frame = frameAhead(stream) ? windowFrame(stream) : undefined;
  stream.expect(")");
  return { base, partitionBy, orderBy, frame, start, end: stream.lastEnd };
}

const frameAhead = (stream: TokenStream): boolean =>
  ["ROWS", "RANGE", "GROUPS"].some((unit) => stream.is(unit)) && !stream.looksAt(")", 1);

function windowFrame(stream: TokenStream): Frame {
  const { start } = stream.peek();
  const unit = stream.expectOne(["ROWS", "RANGE", "GROUPS"]);
  if (!stream.accept("BETWEEN")) {
    const from = frameBound(stream);
    return { unit, from, to: undefined, start, end: stream.lastEnd };
  }
  const from = frameBound(stream);
  stream.expect("AND");
  const to = frameBound(stream);
  return { unit, from, to, start, end: stream.lastEnd };
}

function frameBound(stream: TokenStream): FrameBound {
  if (stream.accept("UNBOUNDED"))
    return { kind: `UNBOUNDED ${stream.expectOne(["PRECEDING", "FOLLOWING"])}`, distance: undefined };
  if (stream.accept("CURRENT", "ROW")) return { kind: "CURRENT ROW", distance: undefined };
  const distance = stream.expression();
  return { kind: stream.expectOne(["PRECEDING", "FOLLOWING"]), distance };
}

/** NULLs come last in both directions unless said. Source: https://trino.io/docs/current/sql/select.html#order-by-clause */
export function sortItem(stream: TokenStream): SortItem {
  const { start } = stream.peek();
  const item = stream.expression();
  const descending = stream.acceptOne(["ASC", "DESC"]) === "DESC";
  const nullsFirst = stream.accept("NULLS") && stream.expectOne(["FIRST", "LAST"]) === "FIRST";
  return { expression: item, descending, nullsFirst, start, end: stream.lastEnd };
}

/** Calls whose arguments are not a plain list. undefined: `word` is no such call. */
export function specialCall(stream: TokenStream, word: string): Expression | undefined {
  const parse = SPECIAL[word];
  if (!parse) return undefined;
  const { start } = stream.peek();
  stream.next();
  stream.next();
  const node = parse(stream);
  return { ...node, start, end: stream.lastEnd };
}

const SPECIAL: Readonly<Record<string, (stream: TokenStream) => CallNode>> = {
  TRIM(stream) {
    const side = stream.acceptOne(["BOTH", "LEADING", "TRAILING"]);
    const name = side === "LEADING" ? "ltrim" : side === "TRAILING" ? "rtrim" : "trim";
    if (side && stream.accept("FROM")) return closed(stream, name, [stream.expression()]);
    const first = stream.expression();
    if (stream.accept("FROM")) return closed(stream, name, [stream.expression(), first]);
    if (stream.accept(",")) return closed(stream, name, [first, stream.expression()]);
    return closed(stream, name, [first]);
  },
  POSITION(stream) {
    const needle = inOperand(stream);
    stream.expect("IN");
    return closed(stream, "strpos", [stream.expression(), needle]);
  },
  SUBSTRING(stream) {
    const args = [stream.expression()];
    if (stream.accept("FROM")) {
      args.push(stream.expression());
      if (stream.accept("FOR")) args.push(stream.expression());
    } else while (stream.accept(",")) args.push(stream.expression());
    return closed(stream, "substring", args);
  },
  NORMALIZE(stream) {
    const text = stream.expression();
    const form = stream.accept(",") ? stream.expectOne(["NFD", "NFC", "NFKD", "NFKC"]) : "NFC";
    return closed(stream, `normalize_${form.toLowerCase()}`, [text]);
  },
  GROUPING(stream) {
    return closed(
      stream,
      "grouping",
      stream.list(() => stream.expression()),
    );
  },
  LISTAGG(stream) {
    const distinct = stream.accept("DISTINCT");
    const value = stream.expression();
    const separator: Expression = stream.accept(",")
      ? stream.expression()
      : { kind: "string", value: "", start: value.end, end: value.end };
    stream.expect(")", "WITHIN", "GROUP", "(", "ORDER", "BY");
    const orderBy = stream.list(() => sortItem(stream));
    stream.expect(")");
    const tail = callTail(stream);
    return { ...plainCall("listagg", [value, separator]), distinct, orderBy, ...tail };
  },
};

/** POSITION's needle must not swallow the IN. */
function inOperand(stream: TokenStream): Expression {
  const token = stream.peek();
  if (token.kind === "string") {
    stream.next();
    return { kind: "string", value: token.value, start: token.start, end: token.end };
  }
  const { name, start, end } = stream.identifier();
  return { kind: "identifier", name, start, end };
}

function closed(stream: TokenStream, name: string, args: readonly Expression[]): CallNode {
  stream.expect(")");
  return plainCall(name, args);
}
