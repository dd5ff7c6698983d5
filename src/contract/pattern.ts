/**
 * The models' patterns are Java's, and must match the whole value. With `u` the surrogate pairs in
 * `[\u0020-\uD7FF\uD800\uDC00-\uDBFF\uDFFF]` are code points, as in Java; without it for the few patterns that
 * escape what `u` does not let them. A test compiles every pattern of every contract.
 */
export function compilePattern(pattern: string): RegExp {
  const source = `^(?:${pattern})$`;
  try {
    return new RegExp(source, "u");
  } catch {
    return new RegExp(source);
  }
}
