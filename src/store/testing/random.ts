/** Numbers that follow from a seed, so that a failing run can be run again. */
export interface Random {
  /** Below 1. */
  next(): number;
  chance(probability: number): boolean;
  /** A whole number from 0 up to, but without, `bound`. */
  below(bound: number): number;
  /** Both included. */
  between(least: number, most: number): number;
  bytes(count: number): Buffer;
  pick<T>(items: readonly [T, ...T[]]): T;
  pick<T>(items: readonly T[]): T | undefined;
}

/** Mulberry32: small, quick, good enough to choose by. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  return {
    next,
    chance: (probability) => next() < probability,
    below,
    between: (least, most) => least + below(most - least + 1),
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => below(256))),
    pick: <T>(items: readonly T[]) => items[below(items.length)] as T,
  };
}
