/** Remembers what `make` made of two texts. Both must be of a bounded set: nothing is ever forgotten. */
export function perPair<T>(make: (first: string, second: string) => T): (first: string, second: string) => T {
  const known = new Map<string, Map<string, T>>();
  return (first, second) => {
    let row = known.get(first);
    if (row === undefined) known.set(first, (row = new Map()));
    const found = row.get(second);
    if (found !== undefined || row.has(second)) return found as T;
    const made = make(first, second);
    row.set(second, made);
    return made;
  };
}
