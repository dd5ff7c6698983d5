/**
 * Patterns with `*` (any characters, none too) and `?` (one character), matched without backtracking over
 * more than one `*`: the pieces between stars are looked for from left to right, and the leftmost place is
 * always good enough, so no pattern can be built to blow up.
 */
export type Token =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "any" }
  | { readonly kind: "one" };

export type Matcher = (text: string) => boolean;

/** @returns tokens with no policy variables looked for: `${` is text. */
export function tokenize(pattern: string): readonly Token[] {
  const tokens: Token[] = [];
  let start = 0;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at];
    if (character !== "*" && character !== "?") continue;
    if (at > start) tokens.push({ kind: "text", text: pattern.slice(start, at) });
    tokens.push({ kind: character === "*" ? "any" : "one" });
    start = at + 1;
  }
  if (start < pattern.length) tokens.push({ kind: "text", text: pattern.slice(start) });
  return tokens;
}

/** The matcher of a pattern; literals and `prefix*`, the usual cases, are one comparison. */
export function matcher(tokens: readonly Token[]): Matcher {
  const pieces = splitAtStars(tokens);
  const [first, ...rest] = pieces;
  if (first === undefined) return (text) => text === "";
  const last = rest.pop();
  if (last === undefined) {
    return first.holes ? (text) => text.length === first.length && fits(first, text, 0) : exactly(first.text);
  }
  if (rest.length === 0 && last.length === 0 && !first.holes) {
    return first.length === 0 ? () => true : (text) => text.startsWith(first.text);
  }
  const middle = rest.filter((piece) => piece.length > 0);
  return (text) => matchesPieces({ first, middle, last }, text);
}

/** Whether a pattern matches every, some or no text that begins with `prefix`. */
export function matchPrefix(tokens: readonly Token[], prefix: string): "all" | "some" | "none" {
  const endsOpen = tokens.at(-1)?.kind === "any";
  if (endsOpen && matcher(tokens)(prefix)) return "all";
  return canBegin(tokens, prefix) ? "some" : "none";
}

const exactly =
  (literal: string): Matcher =>
  (text) =>
    text === literal;

interface Piece {
  /** A hole (`?`) is any character of `text`. */
  readonly text: string;
  readonly length: number;
  readonly holes: ReadonlySet<number> | undefined;
}

function splitAtStars(tokens: readonly Token[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let text = "";
  let holes = new Set<number>();
  const close = (): void => {
    pieces.push({ text, length: text.length, holes: holes.size > 0 ? holes : undefined });
    text = "";
    holes = new Set();
  };
  for (const token of tokens) {
    if (token.kind === "any") close();
    else if (token.kind === "text") text += token.text;
    else {
      holes.add(text.length);
      text += "?";
    }
  }
  close();
  return pieces;
}

function matchesPieces(
  pattern: { readonly first: Piece; readonly middle: readonly Piece[]; readonly last: Piece },
  text: string,
): boolean {
  const { first, middle, last } = pattern;
  const end = text.length - last.length;
  if (end < first.length || !fits(first, text, 0) || !fits(last, text, end)) return false;
  let at = first.length;
  for (const piece of middle) {
    const found = find(piece, text, at);
    if (found < 0) return false;
    at = found + piece.length;
    if (at > end) return false;
  }
  return true;
}

function fits(piece: Piece, text: string, at: number): boolean {
  const { holes } = piece;
  if (holes === undefined) return text.startsWith(piece.text, at);
  if (at + piece.length > text.length) return false;
  for (let i = 0; i < piece.length; i++) {
    if (!holes.has(i) && piece.text.charCodeAt(i) !== text.charCodeAt(at + i)) return false;
  }
  return true;
}

function find(piece: Piece, text: string, from: number): number {
  if (piece.holes === undefined) return text.indexOf(piece.text, from);
  for (let at = from; at + piece.length <= text.length; at++) if (fits(piece, text, at)) return at;
  return -1;
}

/** Runs the pattern over the prefix as an automaton: a state that is left at the end can still reach a match. */
function canBegin(tokens: readonly Token[], prefix: string): boolean {
  const steps = tokens.flatMap((token) =>
    token.kind === "text"
      ? Array.from({ length: token.text.length }, (_, i) => token.text.charAt(i))
      : [token.kind],
  );
  const isAny = tokens.flatMap((token) =>
    token.kind === "text" ? Array.from({ length: token.text.length }, () => false) : [token.kind === "any"],
  );
  const isOne = tokens.flatMap((token) =>
    token.kind === "text" ? Array.from({ length: token.text.length }, () => false) : [token.kind === "one"],
  );
  let states = closure(new Set([0]), isAny);
  for (let at = 0; at < prefix.length && states.size > 0; at++) {
    const next = new Set<number>();
    for (const state of states) {
      if (isAny[state]) next.add(state);
      else if (isOne[state] || steps[state] === prefix.charAt(at)) next.add(state + 1);
    }
    states = closure(next, isAny);
  }
  return states.size > 0;
}

function closure(states: Set<number>, isAny: readonly boolean[]): Set<number> {
  for (const state of states) if (isAny[state]) states.add(state + 1);
  return states;
}
