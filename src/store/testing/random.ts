/** Numbers that follow from a seed, so that a failing run can be run again. */
export interface Random {
  /** Below 1. */
  next(): number;
  chance(probability: number): boolean;
  /** Both included. */
  between(least: number, most: number): number;
  bytes(count: number): Buffer;
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
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    chance: (probability) => next() < probability,
    between,
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => between(0, 255))),
    pick: (items) => items[between(0, items.length - 1)],
  };
}
