import { matcher, matchPrefix, type Matcher, type Token } from "./wildcard.ts";

const SEGMENTS = 6;

/** An ARN cut at its first five colons; what stands after them is one segment, colons and slashes included. */
export type Segments = readonly string[];

export function segmentsOf(arn: string): Segments {
  const segments: string[] = [];
  let from = 0;
  while (segments.length < SEGMENTS - 1) {
    const colon = arn.indexOf(":", from);
    if (colon < 0) break;
    segments.push(arn.slice(from, colon));
    from = colon + 1;
  }
  segments.push(arn.slice(from));
  return segments;
}

/** A pattern over ARNs: a wildcard does not cross the colons between the first six parts. Source: IAM User Guide, "Resource: using wildcards in paths"; "ARN condition operators". */
export interface ArnPattern {
  matches(arn: string): boolean;
  /** Over every ARN that begins with `prefix`. */
  prefix(prefix: string): "all" | "some" | "none";
}

export function arnPattern(tokens: readonly Token[]): ArnPattern {
  if (tokens.length === 1 && tokens[0]?.kind === "any") return EVERYTHING;
  const parts = completed(splitTokens(tokens));
  const wild = parts.slice(0, SEGMENTS - 1).some((part) => part.some((token) => token.kind !== "text"));
  if (!wild) {
    const whole = matcher(tokens);
    return { matches: whole, prefix: (prefix) => matchPrefix(tokens, prefix) };
  }
  const matchers = parts.map(matcher);
  const last = parts.at(-1) ?? [];
  return {
    matches: (arn) => matchesAll(matchers, segmentsOf(arn)),
    prefix(prefix) {
      const segments = segmentsOf(prefix);
      // What is not yet whole before the sixth part can still become anything.
      if (segments.length < SEGMENTS) return "some";
      const head = matchers.slice(0, -1);
      return matchesAll(head, segments.slice(0, -1)) ? matchPrefix(last, segments.at(-1) ?? "") : "none";
    },
  };
}

/** What an open end leaves out is anything: `arn:aws:glue:*` is every ARN of Glue. */
function completed(parts: readonly (readonly Token[])[]): readonly (readonly Token[])[] {
  if (parts.at(-1)?.at(-1)?.kind !== "any") return parts;
  const missing = Array.from({ length: SEGMENTS - parts.length }, (): readonly Token[] => [{ kind: "any" }]);
  return [...parts, ...missing];
}

const EVERYTHING: ArnPattern = { matches: () => true, prefix: () => "all" };

const matchesAll = (matchers: readonly Matcher[], segments: Segments): boolean =>
  matchers.length === segments.length && matchers.every((matches, at) => matches(segments[at] ?? ""));

/** Cuts at the first five colons of the pattern's text; a variable's value never reaches here unresolved. */
function splitTokens(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]];
  const add = (token: Token): void => {
    parts.at(-1)?.push(token);
  };
  for (const token of tokens) {
    if (token.kind !== "text") {
      add(token);
      continue;
    }
    const room = SEGMENTS - parts.length;
    const [first = "", ...rest] = splitText(token.text, room);
    if (first !== "") add({ kind: "text", text: first });
    for (const text of rest) parts.push(text === "" ? [] : [{ kind: "text", text }]);
  }
  return parts;
}

/** At most `cuts` cuts, at the first colons. */
function splitText(text: string, cuts: number): readonly string[] {
  const pieces = text.split(":");
  if (pieces.length <= cuts + 1) return pieces;
  return [...pieces.slice(0, cuts), pieces.slice(cuts).join(":")];
}
