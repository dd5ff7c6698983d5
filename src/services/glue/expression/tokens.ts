export interface Token {
  readonly kind: "word" | "quoted" | "string" | "number" | "symbol" | "end";
  /** Keywords and symbols as they are compared; names and strings as they are meant. */
  readonly text: string;
}

/** One after the other; white space is between them and counts for nothing. */
const TOKEN =
  /\s*(?:(?<word>[A-Za-z_][\w.]*)|(?<number>[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?![\w.]))|'(?<string>(?:[^']|'')*)'|"(?<double>(?:[^"]|"")*)"|`(?<tick>(?:[^`]|``)*)`|(?<symbol><=|>=|<>|!=|[=<>(),]))/uy;

/** @returns undefined when the text has something that is no token; the last one is the end. */
export function tokensOf(text: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  for (let at = 0; at < end; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(text)?.groups;
    if (!groups) return undefined;
    tokens.push(tokenOf(groups));
  }
  tokens.push({ kind: "end", text: "" });
  return tokens;
}

function tokenOf(groups: Readonly<Record<string, string | undefined>>): Token {
  const { word, number, string, double, tick, symbol } = groups;
  if (word !== undefined) return { kind: "word", text: word };
  if (number !== undefined) return { kind: "number", text: number };
  if (string !== undefined) return { kind: "string", text: string.replaceAll("''", "'") };
  if (double !== undefined) return { kind: "quoted", text: double.replaceAll('""', '"') };
  if (tick !== undefined) return { kind: "quoted", text: tick.replaceAll("``", "`") };
  return { kind: "symbol", text: symbol === "!=" ? "<>" : (symbol ?? "") };
}
