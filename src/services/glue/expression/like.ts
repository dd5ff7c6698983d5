/**
 * SQL's LIKE: % is any text, _ any one character; there is no escape. Linear in the text for each %: greedy
 * matching that only ever goes back to the last %.
 */
export function likeMatcher(pattern: string): (text: string) => boolean {
  const wanted = Array.from(pattern);
  return (text) => matches(Array.from(text), wanted);
}

function matches(text: readonly string[], pattern: readonly string[]): boolean {
  let at = 0;
  let next = 0;
  let percent = -1;
  let mark = 0;
  while (at < text.length) {
    if (next < pattern.length && pattern[next] === "%") {
      percent = next++;
      mark = at;
    } else if (next < pattern.length && (pattern[next] === "_" || pattern[next] === text[at])) {
      at += 1;
      next += 1;
    } else if (percent >= 0) {
      next = percent + 1;
      at = ++mark;
    } else return false;
  }
  while (pattern[next] === "%") next += 1;
  return next === pattern.length;
}
