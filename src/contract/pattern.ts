/**
 * The models' patterns are Java's, and must match the whole value. With `u` the surrogate pairs in
 * `[\u0020-\uD7FF\uD800\uDC00-\uDBFF\uDFFF]` are code points, as in Java; without it for the few patterns that
 * escape what `u` does not let them. A test compiles every pattern of every contract.
 */
export function compilePattern(pattern: string): RegExp {
  const { flags, body } = inlineFlags(pattern);
  const source = `^(?:${inJavaScript(body)})$`;
  try {
    return new RegExp(source, `u${flags}`);
  } catch {
    return new RegExp(source, flags);
  }
}

/** Java writes flags into the pattern; those that begin it are JavaScript's own. */
function inlineFlags(pattern: string): { readonly flags: string; readonly body: string } {
  const match = /^(\^?)\(\?([ims]+)\)/.exec(pattern);
  if (!match) return { flags: "", body: pattern };
  return { flags: match[2] ?? "", body: (match[1] ?? "") + pattern.slice(match[0].length) };
}

/** Java's own names of ASCII classes, as they stand inside brackets. Source: java.util.regex.Pattern, "POSIX character classes". */
const JAVA_CLASSES: Readonly<Record<string, string>> = {
  XDigit: "0-9A-Fa-f",
  Alnum: "0-9A-Za-z",
  Print: " -~",
};

/** What Java takes and JavaScript does not: its classes, possessive counts, counted ends, a dash after a class in brackets. */
const inJavaScript = (body: string): string =>
  body
    .replaceAll(/\\p\{(XDigit|Alnum|Print)\}/g, (_text, name: string, at: number) => {
      const isInBrackets = body.lastIndexOf("[", at) > body.lastIndexOf("]", at);
      const characters = JAVA_CLASSES[name] ?? "";
      return isInBrackets ? characters : `[${characters}]`;
    })
    .replaceAll("}+", "}")
    .replaceAll(/\$\{\d+,\d+\}/g, "$$")
    .replaceAll(/(\\p\{\w+\})-(?!\])/g, String.raw`$1\-`);
