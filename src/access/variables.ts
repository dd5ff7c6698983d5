import type { Token } from "./wildcard.ts";

/**
 * Policy variables: `${aws:username}`, `${key, 'default'}`, and the escapes `${*}`, `${?}`, `${$}`.
 * Source: IAM User Guide, "IAM policy elements: Variables and tags".
 */
export type Part = Token | Variable;

export interface Variable {
  readonly kind: "variable";
  /** In lower case, as condition keys are looked up. */
  readonly key: string;
  readonly fallback: string | undefined;
}

/** A single-valued condition key's value, or undefined where the request has none. */
export type Lookup = (key: string) => string | undefined;

const VARIABLE = /\$\{([^{}]*)\}/g;
const KEYED = /^\s*([^,\s]+)\s*(?:,\s*'([^']*)'\s*)?$/;

/** @returns a value of a 2012-10-17 policy cut into text, wildcards and variables. What is no variable stays text. */
export function parseVariables(
  pattern: string,
  tokenize: (text: string) => readonly Token[],
): readonly Part[] {
  if (!pattern.includes("${")) return tokenize(pattern);
  const parts: Part[] = [];
  let from = 0;
  for (const found of pattern.matchAll(VARIABLE)) {
    const part = variable(found[1] ?? "");
    if (part === undefined) continue;
    parts.push(...tokenize(pattern.slice(from, found.index)), part);
    from = found.index + found[0].length;
  }
  parts.push(...tokenize(pattern.slice(from)));
  return parts;
}

function variable(inside: string): Part | undefined {
  if (inside === "*" || inside === "?" || inside === "$") return { kind: "text", text: inside };
  const [, key, fallback] = KEYED.exec(inside) ?? [];
  return key === undefined ? undefined : { kind: "variable", key: key.toLowerCase(), fallback };
}

export const hasVariables = (parts: readonly Part[]): boolean =>
  parts.some((part) => part.kind === "variable");

/** Puts values in; they are text, whatever characters they have. @returns undefined when one has neither value nor default. */
export function resolve(parts: readonly Part[], lookup: Lookup): readonly Token[] | undefined {
  const tokens: Token[] = [];
  for (const part of parts) {
    if (part.kind !== "variable") {
      tokens.push(part);
      continue;
    }
    const text = lookup(part.key) ?? part.fallback;
    if (text === undefined) return undefined;
    tokens.push({ kind: "text", text });
  }
  return tokens;
}

/** The text of parts without wildcards, for operators that know none. */
export function literalText(tokens: readonly Token[]): string {
  return tokens
    .map((token) => (token.kind === "text" ? token.text : token.kind === "any" ? "*" : "?"))
    .join("");
}
