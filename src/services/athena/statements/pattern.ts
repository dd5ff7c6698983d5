/** Hive's patterns in SHOW: `*` or `.*` is anything, `|` or, regardless of case. @returns a test of names; everything passes without a pattern. */
export function hivePattern(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true;
  const alternatives = pattern.split("|").map((one) => one.toLowerCase().split(/\.?\*/));
  return (name) => alternatives.some((pieces) => matchesPieces(name.toLowerCase(), pieces));
}

/** The pieces must come in order, the first at the beginning and the last at the end. */
function matchesPieces(name: string, pieces: readonly string[]): boolean {
  const [first = "", ...rest] = pieces;
  if (!name.startsWith(first)) return false;
  if (rest.length === 0) return name === first;
  const last = rest.at(-1) ?? "";
  let at = first.length;
  for (const piece of rest.slice(0, -1)) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
